// The account at a glance: four numbers that lead to their lists, and what stops a whole channel.

import { arrange, byId, element } from "/console/dom.js";
import { addressOf, NOTHING } from "/console/filter.js";
import { number, t } from "/console/language.js";
import { moment } from "/console/moment.js";

const NUMBERS = [
  { name: "error", count: (overview) => overview.counts.error, filter: { status: "error" } },
  // open changes are the ones that wait
  { name: "late", count: (overview) => overview.late, filter: { status: "pending", late: "1" } },
  { name: "pending", count: (overview) => overview.counts.pending, filter: { status: "pending" } },
  { name: "success", count: (overview) => overview.counts.success, filter: { status: "success" } },
];

export class OverviewPanel {
  #links;
  #incidents = new Map(); // by what they were made of

  // `go(filter)` shows another list.
  constructor(go) {
    this.#links = NUMBERS.map((each) => {
      const value = element("strong", {}, "—");
      const link = element("a", { className: `number ${each.name}` }, value, " ", t(`numbers.${each.name}`));
      link.addEventListener("click", (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return; // another tab or window
        event.preventDefault();
        go(each.filter);
      });
      return { ...each, value, link };
    });
    byId("numbers").replaceChildren(...this.#links.map(({ link }) => link));
  }

  // Which number the list shown is the one of.
  mark(current) {
    for (const { link, filter } of this.#links) {
      link.href = addressOf({ ...NOTHING, account: current.account, ...filter });
      const same = filter.status === current.status && (filter.late ?? null) === current.late;
      if (same) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }

  show(overview) {
    for (const { count, value } of this.#links) {
      const { count: counted, more } = count(overview);
      value.textContent = more ? t("numbers.more_than", { count: number(counted) }) : number(counted);
    }
    const nodes = overview.incidents.map((incident) => {
      const text = JSON.stringify(incident);
      if (!this.#incidents.has(text)) this.#incidents.set(text, incidentNode(incident));
      return this.#incidents.get(text);
    });
    arrange(byId("incidents"), nodes);
  }
}

function incidentNode({ channel, affiliate, cause, message, since }) {
  return element(
    "p",
    { className: "incident" },
    element("strong", {}, `${channel} (${affiliate}): ${cause.title}. `),
    `${cause.hint}. `,
    message && element("q", {}, message),
    since && " ",
    since && moment(since),
  );
}
