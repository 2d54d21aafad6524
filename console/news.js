// What is said aloud of a list that changes: one sentence for many changes, and not too often.

import { byId } from "/console/dom.js";
import { counted } from "/console/language.js";

const EVERY_MS = 10_000;

export class News {
  #came = 0;
  #changed = 0;
  #saidAt = 0;

  forget() {
    this.#came = this.#changed = 0;
  }

  add({ came, changed }) {
    this.#came += came;
    this.#changed += changed;
    if (this.#came + this.#changed === 0 || Date.now() - this.#saidAt < EVERY_MS) return;
    const parts = [];
    if (this.#came) parts.push(counted("live.came", this.#came));
    if (this.#changed) parts.push(counted("live.changed", this.#changed));
    this.forget();
    this.say(parts.join(", "));
  }

  say(text) {
    this.#saidAt = Date.now();
    byId("said").textContent = text;
  }
}
