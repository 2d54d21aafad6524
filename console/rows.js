// The table's rows, updated in place: whoever reads, has one open or has the focus in one is not disturbed.

import { arrange, element } from "/console/dom.js";
import { keyOf, RecordRow } from "/console/record-row.js";

const SKELETONS = 8;
const COLUMNS = 7;

export class Rows {
  #table;
  #frame; // what the table has besides rows
  #handlers;
  #rows = new Map(); // by key, in the order shown
  #fresh = true; // what comes next is another list

  constructor(table, handlers) {
    this.#table = table;
    this.#frame = [...table.children];
    this.#handlers = handlers;
  }

  get size() {
    return this.#rows.size;
  }

  // The rows that somebody is at: they stay even when they leave the list.
  get attended() {
    return [...this.#rows.values()].filter((row) => row.attended);
  }

  // Another list will come: until then, the shape of one, or nothing.
  clear({ loading = true } = {}) {
    this.#rows.clear();
    this.#fresh = true;
    this.#table.setAttribute("aria-busy", String(loading));
    arrange(this.#table, loading ? [...this.#frame, skeleton()] : this.#frame);
  }

  // Shows the list that the server gave. While a row is open, new ones wait and the others keep their order, unless
  // `all` are wanted. Answers how many came, changed and wait.
  show(records, { all = false } = {}) {
    const listed = new Map(records.map((record) => [keyOf(record), record]));
    const holding = !all && this.attended.some((row) => row.open);
    const fresh = this.#fresh;
    const order = holding ? this.#kept(listed) : this.#mixed([...listed.keys()]);
    const rows = new Map();
    const told = { came: 0, changed: 0, waiting: 0 };
    for (const key of order) {
      const row = this.#rows.get(key) ?? new RecordRow(listed.get(key), this.#handlers);
      const came = !this.#rows.has(key);
      const changed = !came && listed.has(key) && row.update(listed.get(key));
      if (came) told.came += 1;
      if (changed) told.changed += 1;
      if (!fresh && (came || changed)) row.flash();
      rows.set(key, row);
    }
    told.waiting = [...listed.keys()].filter((key) => !rows.has(key)).length;
    this.#rows = rows;
    this.#fresh = false;
    this.#table.setAttribute("aria-busy", "false");
    this.#place();
    return fresh ? { ...told, came: 0 } : told;
  }

  // Takes a row away and gives the focus to the one that follows it.
  drop(row) {
    const rows = [...this.#rows.values()];
    const at = rows.indexOf(row);
    if (at < 0) return;
    const neighbour = rows[at + 1] ?? rows[at - 1];
    const focused = row.body.contains(document.activeElement);
    this.#rows.delete(row.key);
    this.#place();
    if (focused) (neighbour ?? this.#table.parentElement).focus();
  }

  #place() {
    arrange(this.#table, [...this.#frame, ...[...this.#rows.values()].map((row) => row.body)]);
  }

  #kept(listed) {
    return [...this.#rows].filter(([key, row]) => listed.has(key) || row.attended).map(([key]) => key);
  }

  // The server's order; attended rows that left it stay where they were.
  #mixed(keys) {
    const order = [...keys];
    [...this.#rows.values()].forEach((row, at) => {
      if (row.attended && !keys.includes(row.key)) order.splice(Math.min(at, order.length), 0, row.key);
    });
    return order;
  }
}

function skeleton() {
  const cells = () => Array.from({ length: COLUMNS }, () => element("td", { role: "cell" }, element("i")));
  const lines = Array.from({ length: SKELETONS }, () => element("tr", { role: "row" }, ...cells()));
  return element("tbody", { className: "skeleton", "aria-hidden": "true" }, ...lines);
}
