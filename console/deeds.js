// What an operator does to a record, and what came of it.

import { Refused, SignedOut } from "/console/api.js";
import { byId } from "/console/dom.js";
import { number, t } from "/console/language.js";
import { keyOf } from "/console/record-row.js";
import { toast } from "/console/toasts.js";

export class Deeds {
  #api;
  #account;
  #list; // {drop(row), refresh(), say(text), signedOut()}
  #asked = new Map(); // reprocesses without an outcome yet: by key, what the record said when it was asked for

  constructor(api, account, list) {
    this.#api = api;
    this.#account = account;
    this.#list = list;
  }

  // `action` is one of the record's own.
  async act(action, row) {
    const record = row.record;
    try {
      await { reprocess: this.#reprocess, remove: this.#remove, restore: this.#restore }[action].call(this, record, row);
    } catch (error) {
      if (error instanceof SignedOut) return this.#list.signedOut();
      const more = error instanceof Refused ? error.detail : t("failed.try_again");
      toast(t(`failed.${action}`), { more, wrong: true });
    }
    this.#list.refresh();
  }

  // The outcome of a reprocess, once the record has one.
  check(record) {
    const before = this.#asked.get(keyOf(record));
    if (before === undefined || record.status === "pending") return;
    this.#asked.delete(keyOf(record));
    const { sku } = record;
    const { confirmed } = record;
    if (record.status === "error") this.#list.say(t("reprocess.error", { sku, cause: record.detail }));
    else if (confirmed === null || confirmed === before.wanted) this.#list.say(t("reprocess.success", { sku, detail: record.detail }));
    else this.#list.say(t("reprocess.other", { sku, now: number(confirmed), then: number(before.wanted) }));
  }

  async #reprocess(record, row) {
    const queued = await this.#api.reprocess(this.#account, record);
    row.update(queued);
    row.tell(queued);
    this.#asked.set(keyOf(record), record);
    toast(t("reprocess.queued", record), { more: t("reprocess.queued_more") });
  }

  async #remove(record, row) {
    await this.#api.remove(this.#account, record);
    row.close();
    this.#list.drop(row);
    const { sku, confirmed, wanted } = record;
    const differs = record.status === "error" && confirmed !== null && wanted !== null && confirmed !== wanted;
    toast(t("remove.done", record), {
      more: differs ? t("remove.differs", { sku, wanted: number(wanted), confirmed: number(confirmed) }) : null,
      action: { label: t("remove.undo"), run: () => this.#undo(record) },
    });
  }

  async #undo(record) {
    byId("records").focus();
    try {
      await this.#api.restore(this.#account, record);
      this.#list.say(t("restore.done", record));
    } catch (error) {
      if (error instanceof SignedOut) return this.#list.signedOut();
      toast(t("failed.restore"), { more: error instanceof Refused ? error.detail : t("failed.try_again"), wrong: true });
    }
    this.#list.refresh();
  }

  async #restore(record, row) {
    await this.#api.restore(this.#account, record);
    row.close();
    this.#list.drop(row);
    toast(t("restore.done", record));
  }
}
