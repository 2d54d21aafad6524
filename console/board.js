// The list of one account: what it shows, and how it is kept up to date.

import { Refused, SignedOut } from "/console/api.js";
import { Deeds } from "/console/deeds.js";
import { byId } from "/console/dom.js";
import { addressOf, narrows, NOTHING, readFilter } from "/console/filter.js";
import { FilterForm } from "/console/filter-form.js";
import { counted, t, timeToTheSecond } from "/console/language.js";
import { News } from "/console/news.js";
import { hideNotice, showNotice } from "/console/notice.js";
import { OverviewPanel } from "/console/overview.js";
import { keyOf } from "/console/record-row.js";
import { Rows } from "/console/rows.js";
import { Ticker } from "/console/ticker.js";
import { toast } from "/console/toasts.js";

const PAGE = 50;
const LATE_PAGE = 200; // the API has no such filter: late records are picked from its pages
const OVERVIEW_EVERY_MS = 5_000; // the server counts no more often

export class Board {
  #api;
  #account;
  #signedOut;
  #filter;
  #trail = []; // cursors of the pages before this one
  #next = null;
  #all = false; // show what waits, too
  #total = null; // records of the account, once that is known
  #overviewAt = 0;
  #news = new News();
  #numbers = new OverviewPanel((filter) => this.#go({ ...NOTHING, ...filter }));
  #form = new FilterForm((filter) => this.#go(filter));
  #ticker = new Ticker((signal) => this.#refresh(signal));
  #deeds;
  #rows;

  // `signedOut()` is called when the session is over.
  constructor(api, account, signedOut) {
    this.#api = api;
    this.#account = account;
    this.#signedOut = () => {
      this.#ticker.end();
      signedOut();
    };
    this.#rows = new Rows(byId("records").querySelector("table"), {
      toggle: (row) => row.open && this.#fetchDetail(row),
      act: (action, row) => this.#deeds.act(action, row),
    });
    this.#deeds = new Deeds(api, account, {
      drop: (row) => this.#rows.drop(row),
      refresh: () => this.#refreshNow(),
      say: (text) => this.#news.say(text),
      signedOut: this.#signedOut,
    });
    byId("previous").addEventListener("click", () => this.#turnTo(this.#trail.pop() ?? null));
    byId("next").addEventListener("click", () => {
      this.#trail.push(this.#filter.cursor);
      this.#turnTo(this.#next);
    });
    byId("newer").addEventListener("click", () => {
      this.#all = true;
      this.#ticker.now();
      byId("records").focus();
    });
    byId("pause").addEventListener("click", () => this.#pause());
    window.addEventListener("popstate", () => {
      this.#trail = [];
      this.#list({ ...readFilter(location.search), account });
    });
  }

  start() {
    byId("pause").textContent = t("live.pause");
    this.#list({ ...readFilter(location.search), account: this.#account });
    history.replaceState(null, "", addressOf(this.#filter));
  }

  // ---------------------------------------------------------------- which list

  // From its first page. What `filter` does not name stays as it is.
  #go(filter) {
    this.#trail = [];
    this.#list({ ...this.#filter, ...filter, cursor: null });
    history.pushState(null, "", addressOf(this.#filter));
  }

  #turnTo(cursor) {
    this.#list({ ...this.#filter, cursor });
    history.pushState(null, "", addressOf(this.#filter));
    byId("records").focus();
  }

  #list(filter) {
    this.#filter = filter;
    this.#form.show(filter);
    this.#numbers.mark(filter);
    this.#rows.clear();
    this.#news.forget();
    this.#pages(null);
    hideNotice(byId("empty"));
    byId("newer").hidden = true;
    this.#refreshNow();
  }

  #pages(next) {
    this.#next = next;
    byId("next").disabled = next === null;
    byId("previous").disabled = this.#filter.cursor === null;
  }

  // ---------------------------------------------------------------- live

  #refreshNow() {
    this.#overviewAt = 0;
    this.#ticker.now();
  }

  #pause() {
    this.#ticker.toggle();
    byId("pause").textContent = t(this.#ticker.paused ? "live.resume" : "live.pause");
  }

  // True when it went well; it throws nothing.
  async #refresh(signal) {
    try {
      const [page] = await Promise.all([this.#page(signal), this.#glance(signal)]);
      if (signal.aborted) return false;
      this.#show(page.items);
      this.#pages(page.next);
      await this.#refreshDetails(new Set(page.items.map(keyOf)), signal);
      byId("updated").textContent = t("live.updated", { time: timeToTheSecond(Date.now()) });
      byId("updated").classList.remove("wrong");
      return true;
    } catch (error) {
      if (!signal.aborted) this.#failed(error);
      return false;
    }
  }

  async #page(signal) {
    const { status, affiliate, sku, cursor, late } = this.#filter;
    const limit = late ? LATE_PAGE : PAGE;
    const page = await this.#api.records(this.#account, { status, affiliate, sku, cursor, limit }, signal);
    return late ? { ...page, items: page.items.filter((record) => record.late) } : page;
  }

  async #glance(signal) {
    if (Date.now() - this.#overviewAt < OVERVIEW_EVERY_MS) return;
    const overview = await this.#api.overview(this.#account, signal);
    if (signal.aborted) return;
    this.#overviewAt = Date.now();
    this.#numbers.show(overview);
    this.#form.offer(overview.affiliates);
    this.#total = Object.values(overview.counts).reduce((sum, { count }) => sum + count, 0);
  }

  #show(records) {
    const told = this.#rows.show(records, { all: this.#all });
    this.#all = false;
    this.#news.add(told);
    records.forEach((record) => this.#deeds.check(record));
    byId("newer").hidden = told.waiting === 0;
    byId("newer").textContent = told.waiting ? counted("live.newer", told.waiting) : "";
    if (this.#rows.size) hideNotice(byId("empty"));
    else showNotice(byId("empty"), this.#nothingFound());
  }

  // Open rows whose line changed, and attended ones that the list does not hold any more.
  #refreshDetails(listed, signal) {
    const wanting = this.#rows.attended.filter((row) => !listed.has(row.key) || (row.open && row.outdated));
    return Promise.all(wanting.map((row) => this.#fetchDetail(row, signal)));
  }

  async #fetchDetail(row, signal) {
    try {
      const record = await this.#api.record(this.#account, row.record, signal);
      if (signal?.aborted) return;
      row.tell(record);
      this.#deeds.check(record);
    } catch (error) {
      if (signal?.aborted) return;
      if (error instanceof Refused && error.status === 404) this.#rows.drop(row);
      else if (signal) throw error; // else the next round tries again
    }
  }

  // ---------------------------------------------------------------- nothing to show

  #nothingFound() {
    const { status, affiliate, sku, late } = this.#filter;
    if (this.#next !== null) return this.#notice("page");
    if (!narrows(this.#filter) && this.#total === 0) return this.#notice("never");
    if (status === "error" && !affiliate && !sku) {
      const run = () => this.#go({ ...NOTHING, status: "success" });
      return this.#notice("errors", { label: t("empty.see_success"), run });
    }
    if (late) return this.#notice("late", this.#clearing());
    return this.#notice("match", narrows(this.#filter) ? this.#clearing() : null);
  }

  #notice(name, action = null) {
    return { title: t(`empty.${name}`), text: t(`empty.${name}_text`), action };
  }

  #clearing() {
    return { label: t("filter.clear"), run: () => this.#go(NOTHING) };
  }

  #failed(error) {
    if (error instanceof SignedOut) return this.#signedOut();
    if (error instanceof Refused && error.type === "bad_cursor") {
      toast(t("page.bad_cursor"));
      return this.#go({});
    }
    const refused = error instanceof Refused && error.status < 500;
    byId("updated").textContent = refused ? "" : t("live.failed");
    byId("updated").classList.add("wrong");
    const wrongSku = refused && error.problems.find(({ field }) => field === "sku");
    if (wrongSku) this.#form.problem(wrongSku.detail);
    if (this.#rows.size) return null; // what is there stays; the next round may do better
    this.#rows.clear({ loading: false });
    const retry = { label: t("failed.retry"), run: () => this.#ticker.now() };
    const text = refused ? error.detail : t("failed.load_text");
    return showNotice(
      byId("empty"),
      wrongSku ? this.#notice("match", this.#clearing()) : { title: t("failed.load"), text, action: retry, wrong: true },
    );
  }
}
