// The opened record: what may be done at its left, and what happened beside it.

import { arrange, element } from "/console/dom.js";
import { duration, number, t } from "/console/language.js";
import { moment } from "/console/moment.js";

const OTHER_COLUMNS = 6;

document.addEventListener("pointerdown", ({ target }) => {
  for (const menu of document.querySelectorAll(".menu[open]")) if (!menu.contains(target)) menu.open = false;
});

export class RecordDetail {
  #act;
  #menu;
  #items = element("div", { className: "menu-items" });
  #story = element("div", { className: "story" });
  #sections = new Map(); // by name: {text: what it was made of, node}
  #attempts = element("ol", { className: "timeline" });
  #known = new Map(); // attempts by what they were made of
  #evidence = new Map(); // by the attempt's instant; lists come without it

  constructor(act) {
    this.#act = act;
    const summary = element("summary", {}, t("action.menu"));
    this.#menu = element("details", { className: "menu" }, summary, this.#items);
    this.#menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.#menu.open) return;
      this.#menu.open = false;
      summary.focus();
    });
    this.#menu.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !this.#menu.contains(event.relatedTarget)) this.#menu.open = false;
    });
    this.cells = [
      element("td", { role: "cell", className: "actions" }, this.#menu),
      element("td", { role: "cell", colSpan: OTHER_COLUMNS }, this.#story),
    ];
  }

  show(record) {
    this.#offer(record);
    const attempts = this.#timeline(record.attempts);
    arrange(
      this.#story,
      [
        this.#section("end", endOf(record), ending),
        this.#section("held", heldOf(record), held),
        this.#section("why", whyOf(record), why),
        this.#section("state", stateOf(record), state),
        attempts,
      ].filter((node) => node !== null),
    );
  }

  #offer(record) {
    const { actions } = record;
    const known = JSON.stringify(actions) + record.status;
    if (this.#items.dataset.known === known) return;
    this.#items.dataset.known = known;
    const button = (action) => {
      const made = element("button", { type: "button" }, t(`action.${action}`));
      made.addEventListener("click", () => {
        this.#menu.open = false;
        this.#menu.firstElementChild.focus();
        this.#act(action);
      });
      return made;
    };
    const items = actions.map(button);
    if (actions.length && !record.removed && record.status === "pending") {
      const reason = element("small", {}, t("action.already_waiting"));
      items.unshift(element("button", { type: "button", disabled: true }, t("action.reprocess"), reason));
    }
    this.#items.replaceChildren(...items);
    this.#menu.hidden = items.length === 0;
  }

  // The same section as before when it would say the same, so that nothing moves under a reader.
  #section(name, content, make) {
    if (content === null) return null;
    const text = JSON.stringify(content);
    const known = this.#sections.get(name);
    if (known?.text === text) return known.node;
    const node = element("section", {}, ...make(content));
    this.#sections.set(name, { text, node });
    return node;
  }

  #timeline(attempts) {
    if (attempts.length === 0) return null;
    const nodes = attempts.map((attempt) => {
      if (attempt.evidence) this.#evidence.set(attempt.at, attempt.evidence);
      const whole = { ...attempt, evidence: this.#evidence.get(attempt.at) ?? null };
      const text = JSON.stringify(whole);
      if (!this.#known.has(text)) this.#known.set(text, line(whole));
      return this.#known.get(text);
    });
    arrange(this.#attempts, nodes);
    const known = this.#sections.get("attempts");
    if (known) return known.node;
    const node = element("section", {}, element("h2", {}, t("detail.timeline")), this.#attempts);
    this.#sections.set("attempts", { text: "", node });
    return node;
  }
}

function endOf({ status, situation, detail, cause, message }) {
  return { status, text: status === "success" ? detail : situation.text, cause, message };
}

function* ending({ status, text, cause, message }) {
  if (cause === null) {
    yield element("p", { className: "outcome" }, text);
    return;
  }
  yield element("h2", {}, t("detail.origin"));
  yield element("p", { className: status === "error" ? "outcome wrong" : "outcome" }, cause.title);
  if (message) yield element("p", {}, `${t("detail.marketplace_says")}: `, element("q", {}, message));
  yield element("p", {}, element("b", {}, `${t("detail.what_to_do")}: `), cause.hint);
  yield element("p", {}, element("span", { className: "tag cure" }, t(`cure.${cause.cure}`)));
}

function heldOf({ balance, situation }) {
  return balance.skipped && { ...balance.skipped, last: situation.code === "held" };
}

function* held({ explanation, at, last }) {
  yield element("h2", {}, t(last ? "detail.not_exported" : "detail.not_exported_before"));
  yield element("p", {}, explanation, " ", moment(at));
}

function whyOf({ why: reason, situation }) {
  return reason && { ...reason, last: situation.code !== "held" };
}

function* why({ text, de, por, last }) {
  yield element("h2", {}, t(last ? "detail.exported" : "detail.exported_before"));
  const known = de !== null && de !== undefined && por !== null && por !== undefined;
  const change = known ? `${t("record.from_to", { de: number(de), por: number(por) })}. ` : "";
  yield element("p", {}, `${change}${text}`);
}

function stateOf({ balance, wanted, confirmed, confirmed_at, reflected_ms, status }) {
  const { current, unlimited, observed_at } = balance;
  const reflected = status === "success" ? reflected_ms : null; // else it is of a change before
  return { current, unlimited, observed_at, wanted, confirmed, confirmed_at, reflected };
}

function* state({ current, unlimited, observed_at, wanted, confirmed, confirmed_at, reflected }) {
  const quantity = (value) => (value === null ? "—" : number(value));
  const list = element("dl");
  const add = (name, value, at) => {
    const when = at && element("small", {}, " ", moment(at));
    list.append(element("div", {}, element("dt", {}, t(name)), element("dd", {}, value, when)));
  };
  add("detail.balance", unlimited ? t("record.unlimited") : quantity(current), observed_at);
  add("detail.wanted", quantity(wanted));
  add("detail.confirmed", quantity(confirmed), confirmed_at);
  if (reflected !== null) add("detail.reflected", duration(reflected));
  yield list;
}

function line({ at, outcome, quantity, http_status: status, message, request, evidence }) {
  const facts = [
    t("attempt.quantity", { quantity: number(quantity) }),
    status && `HTTP ${status}`,
    evidence?.duration_ms && `${number(evidence.duration_ms)} ms`,
    request && t("attempt.reprocess"),
  ].filter(Boolean);
  const made = element(
    "li",
    { className: outcome },
    moment(at, { toTheSecond: true }),
    " ",
    element("b", {}, t(`attempt.${outcome}`)),
    element("span", { className: "facts" }, ` · ${facts.join(" · ")}`),
    message && element("q", {}, message),
  );
  if (evidence) {
    for (const [name, text] of [["request", evidence.request], ["response", evidence.response]]) {
      made.append(
        element("details", { className: "evidence" }, element("summary", {}, t(`attempt.${name}`)), written(text)),
      );
    }
  }
  return made;
}

// It scrolls, so it must be reachable by keyboard.
function written(text) {
  return element("pre", { tabIndex: 0 }, text || "—");
}
