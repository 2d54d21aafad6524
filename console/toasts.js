// Short messages that leave by themselves, and not while somebody is at them.

import { byId, element } from "/console/dom.js";

const STAYS_MS = 10_000;

// `action`: {label, run}, offered as long as the message stays.
export function toast(text, { more = null, action = null, wrong = false } = {}) {
  const leave = () => {
    clearTimeout(timer);
    box.remove();
  };
  const button = action && element("button", { type: "button" }, action.label);
  button?.addEventListener("click", () => {
    leave();
    action.run();
  });
  const words = element("p", {}, element("strong", {}, text), more && element("span", {}, more));
  const box = element("div", { className: wrong ? "toast wrong" : "toast" }, words, button);
  let timer = null;
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(leave, STAYS_MS);
  };
  for (const event of ["pointerenter", "focusin"]) box.addEventListener(event, () => clearTimeout(timer));
  for (const event of ["pointerleave", "focusout"]) box.addEventListener(event, wait);
  byId("toasts").append(box);
  wait();
  return leave;
}
