// One record of the table: its line, and below it the detail, once somebody opened it.

import { element } from "/console/dom.js";
import { duration, exactly, number, t, timeOfDay } from "/console/language.js";
import { moment } from "/console/moment.js";
import { RecordDetail } from "/console/record-detail.js";

const COLUMNS = ["sku", "affiliate", "status", "balance", "confirmed", "reason", "processed"];
const ICONS = { success: "✓", error: "✕", pending: "◷", removed: "–" };
const SAID_ELSEWHERE = new Set(["done", "waiting", "held"]); // by the status or by the reason

export function keyOf({ affiliate, sku }) {
  return `${affiliate}/${sku}`;
}

// What is shown of a record: its status, or that it was removed.
export function shownAs(record) {
  return record.removed ? "removed" : record.status;
}

// Balance before and after the last change that was decided on; null where it is not known.
export function changeOf(record) {
  if (record.situation.code === "held") return record.balance.skipped;
  return { de: record.why?.de ?? null, por: record.why?.por ?? record.balance.current };
}

export class RecordRow {
  #cells;
  #button;
  #below;
  #detail;
  #seen = ""; // the record, as its line shows it
  #told = null; // the same, when its detail was last asked for

  // `toggle(row)` is called when it opens or closes, `act(action, row)` when the operator wants something done.
  constructor(record, { toggle, act }) {
    const id = `detail-${keyOf(record).replace("/", "-")}`;
    this.#button = element("button", {
      type: "button",
      className: "code",
      "aria-expanded": "false",
      "aria-controls": id,
      "aria-label": t("record.open", record),
    });
    this.#button.append(record.sku);
    this.#cells = Object.fromEntries(
      COLUMNS.map((name) => [name, element("td", { role: "cell", className: name, "data-name": t(`column.${name}`) })]),
    );
    this.#cells.sku.append(this.#button);
    const line = element("tr", { role: "row", className: "line" }, ...Object.values(this.#cells));
    line.addEventListener("click", (event) => {
      if (event.target.closest("a, summary")) return;
      if (event.target.closest("button") === null && getSelection().toString()) return; // they marked some text
      this.#set(!this.open);
      toggle(this);
    });
    this.#detail = new RecordDetail((action) => act(action, this));
    this.#below = element("tr", { role: "row", className: "below", id, hidden: true }, ...this.#detail.cells);
    this.body = element("tbody", { role: "rowgroup" }, line, this.#below);
    this.update(record);
  }

  get key() {
    return keyOf(this.record);
  }

  get open() {
    return !this.#below.hidden;
  }

  // Somebody is at it.
  get attended() {
    return this.open || this.body.contains(document.activeElement);
  }

  // The line changed since its detail was asked for.
  get outdated() {
    return this.#told !== this.#seen;
  }

  // True when something but the age changed.
  update(record) {
    const before = this.#seen;
    this.record = record;
    this.#seen = JSON.stringify(record);
    const changed = before !== this.#seen;
    if (changed || record.late) this.#fill();
    return changed && before !== "";
  }

  // `record` is the whole one, with its evidence.
  tell(record) {
    this.record = record;
    this.#told = this.#seen;
    this.#fill();
    this.#detail.show(record);
  }

  close() {
    this.#set(false);
  }

  focus() {
    this.#button.focus();
  }

  flash() {
    this.body.classList.add("changed");
    this.body.addEventListener("animationend", () => this.body.classList.remove("changed"), { once: true });
  }

  #set(open) {
    this.#below.hidden = !open;
    this.body.classList.toggle("open", open);
    this.#button.setAttribute("aria-expanded", String(open));
    if (open) this.#detail.show(this.record);
    else this.#told = null;
  }

  #fill() {
    const record = this.record;
    const cells = this.#cells;
    this.body.dataset.status = shownAs(record);
    cells.affiliate.replaceChildren(record.affiliate, element("small", {}, record.channel));
    cells.status.replaceChildren(...statusOf(record));
    cells.balance.replaceChildren(...balanceOf(record));
    cells.confirmed.replaceChildren(...confirmedOf(record));
    cells.reason.replaceChildren(reasonOf(record));
    cells.processed.replaceChildren(record.processed_at ? moment(record.processed_at) : "—");
  }
}

function* statusOf(record) {
  const shown = shownAs(record);
  const icon = element("span", { "aria-hidden": "true" }, ICONS[shown]);
  yield element("span", { className: `tag ${shown}` }, icon, " ", t(`status.${shown}`));
  const { code, text, at } = record.situation;
  if (record.removed) yield element("small", {}, t(`status.${record.status}`));
  else if (code === "retrying" && at) yield element("small", {}, t("record.retry_at", { time: timeOfDay(at) }));
  else if (!SAID_ELSEWHERE.has(code)) yield element("small", {}, text);
  if (record.late) {
    const took = record.changed_at ? Date.now() - Date.parse(record.changed_at) : record.reflected_ms;
    yield element("span", { className: "late" }, t("record.late", { duration: duration(took) }));
  }
}

function* balanceOf(record) {
  const change = changeOf(record);
  const de = change.de === null ? "—" : number(change.de);
  const por = record.balance.unlimited ? t("record.unlimited") : change.por === null ? "—" : number(change.por);
  yield element("span", { "aria-hidden": "true" }, `${de} → `, element("b", {}, por));
  yield element("span", { className: "unseen" }, t("record.from_to", { de, por }));
}

function* confirmedOf({ confirmed, confirmed_at: at }) {
  yield element("span", at ? { title: exactly(at) } : {}, confirmed === null ? "—" : number(confirmed));
}

function reasonOf(record) {
  if (record.cause) return record.cause.title;
  if (record.situation.code === "held") return record.situation.text;
  if (record.status === "pending") return record.why?.text ?? "—";
  return record.detail;
}
