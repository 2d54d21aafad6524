// In each page before its own scripts: when the rows that somebody asked for were painted, and what held the page up.
(() => {
  const ROWS = "table.records tbody[data-key]";
  const LIST = /\/v1\/records\?/;
  const keys = () => [...document.querySelectorAll(ROWS)].map((row) => row.dataset.key).join();

  /** When other rows than `before` are painted: two frames after they are in the document. */
  const painted = (before) =>
    new Promise((resolve) => {
      const look = () => {
        const now = keys();
        if (now === "" || now === before || document.querySelector(".records-frame.busy")) return;
        observer.disconnect();
        requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now())));
      };
      const observer = new MutationObserver(look);
      observer.observe(document, { childList: true, subtree: true, attributes: true });
      look();
    });

  /** The first request of a list, begun at or after `began`; none for rows that the console still had. */
  const request = (began) =>
    performance
      .getEntriesByType("resource")
      .filter(({ name, startTime, responseEnd }) => startTime >= began && responseEnd > 0 && LIST.test(name))[0];

  /** Until the list was asked for, until its answer was there, and until its rows were painted: null without a request. */
  const told = (began, ended) => {
    const asked = request(began);
    return {
      ms: ended - began,
      before: asked ? asked.startTime - began : null,
      api: asked ? asked.responseEnd - asked.startTime : null,
      after: asked ? ended - asked.responseEnd : null,
      rows: document.querySelectorAll(ROWS).length,
    };
  };

  performance.setResourceTimingBufferSize(10_000);
  globalThis.opened = painted("").then((ended) => told(0, ended));

  /** From the next event of this type on: `await measured`. */
  globalThis.measure = (type) => {
    performance.clearResourceTimings();
    const before = keys();
    globalThis.measured = new Promise((resolve) => {
      const begin = ({ timeStamp }) => painted(before).then((ended) => resolve(told(timeStamp, ended)));
      document.addEventListener(type, begin, { capture: true, once: true });
    });
  };

  /** From now on, in milliseconds: tasks of 50 and more, and what people did until the page had shown it. */
  globalThis.heldUp = { tasks: [], events: [] };
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) heldUp.tasks.push(duration);
  }).observe({ type: "longtask" });
  new PerformanceObserver((list) => {
    for (const { duration, interactionId } of list.getEntries()) if (interactionId) heldUp.events.push(duration);
  }).observe({ type: "event", durationThreshold: 16 });
})();
