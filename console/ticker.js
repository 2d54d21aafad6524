// Does something every two seconds, only while somebody can see the page, and less often while it fails.

const PERIOD_MS = 2_000;
const LONGEST_MS = 30_000;

export class Ticker {
  #work; // is given a signal that aborts when its result is no longer wanted; true when it went well
  #timer = null;
  #running = null;
  #failures = 0;
  paused = false;

  constructor(work) {
    this.#work = work;
    document.addEventListener("visibilitychange", () => (document.hidden ? this.stop() : this.paused || this.now()));
  }

  // At once, instead of what is under way.
  async now() {
    this.stop();
    const running = (this.#running = new AbortController());
    const well = await this.#work(running.signal);
    if (running.signal.aborted) return;
    this.#running = null;
    this.#failures = well ? 0 : this.#failures + 1;
    if (this.paused || document.hidden) return;
    this.#timer = setTimeout(() => this.now(), Math.min(LONGEST_MS, PERIOD_MS * 2 ** this.#failures));
  }

  stop() {
    clearTimeout(this.#timer);
    this.#running?.abort();
    this.#running = null;
  }

  // For good.
  end() {
    this.paused = true;
    this.stop();
  }

  // Pauses or goes on. What is asked for with `now` is done all the same.
  toggle() {
    this.paused = !this.paused;
    if (this.paused) clearTimeout(this.#timer);
    else this.now();
  }
}
