// Starts the page: where things are (config.json), who is there, and which account.
//
// config.json: {"issuer", "clientId"} of the sign-in; "apiUrl" when the API is not at this page's own origin; "account",
// the one to begin with; "standins", on one machine only.

import { Api, Refused, SignedOut } from "/console/api.js";
import { Board } from "/console/board.js";
import { byId, element } from "/console/dom.js";
import { addressOf, NOTHING, readFilter } from "/console/filter.js";
import { choose, language, t, translate } from "/console/language.js";
import { hideNotice, showNotice } from "/console/notice.js";
import { SignIn, SignInRefused } from "/console/sign-in.js";
import { showWhatToTry } from "/console/try-it.js";

async function start() {
  translate(document);
  byId("language").value = language;
  byId("language").addEventListener("change", (event) => choose(event.target.value));
  const config = await read("/console/config.json");
  const signIn = new SignIn(config);
  byId("sign-out").addEventListener("click", () => signIn.end());
  try {
    await signIn.finish();
  } catch (error) {
    if (!(error instanceof SignInRefused)) throw error;
    return askToSignIn(signIn, { title: t("sign_in.refused"), text: t("sign_in.refused_text", error), wrong: true });
  }
  if (!signIn.signedIn) return askToSignIn(signIn, { title: t("sign_in.title"), text: t("sign_in.text") });
  return open(config, signIn);
}

async function open(config, signIn) {
  const over = () => {
    signIn.forget();
    askToSignIn(signIn, { title: t("sign_in.over"), text: t("sign_in.over_text") });
  };
  const api = new Api((config.apiUrl ?? "").replace(/\/$/, ""), signIn);
  let me;
  try {
    me = await api.me();
  } catch (error) {
    if (error instanceof SignedOut) return over();
    throw error;
  }
  byId("user").textContent = me.user;
  byId("sign-out").hidden = false;
  const account = pick(me.accounts, config.account);
  if (account === null) {
    return alone({ title: t("account.none"), text: t("account.none_text") });
  }
  hideNotice(byId("notice"));
  byId("board").hidden = false;
  showWhatToTry(config.standins);
  return new Board(api, account, over).start();
}

// The account of the address or else the first one, and the way to the others.
function pick(accounts, preferred) {
  const names = accounts.map(({ account }) => account);
  const account = [readFilter(location.search).account, preferred, names[0]].find((name) => names.includes(name)) ?? null;
  const select = byId("account");
  const option = ({ account: name, role }) => element("option", { value: name }, `${name} (${t(`role.${role}`)})`);
  select.replaceChildren(...accounts.map(option));
  select.value = account;
  select.addEventListener("change", () => location.assign(addressOf({ ...NOTHING, account: select.value })));
  byId("account-field").hidden = names.length < 2;
  return account;
}

function askToSignIn(signIn, { title, text, wrong = false }) {
  byId("sign-out").hidden = true;
  byId("user").textContent = "";
  const run = () => signIn.begin().catch(failed);
  alone({ title, text, wrong, action: { label: t("sign_in.enter"), run } });
}

async function read(address) {
  const answer = await fetch(address, { cache: "no-store" });
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return answer.json();
}

function failed(error) {
  console.error(error);
  const text = error instanceof Refused ? error.detail : t("failed.start_text");
  const action = { label: t("failed.retry"), run: () => location.reload() };
  alone({ title: t("failed.start"), text, action, wrong: true });
}

function alone(notice) {
  byId("board").hidden = true;
  showNotice(byId("notice"), { ...notice, alone: true });
}

start().catch(failed);
