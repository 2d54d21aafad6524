// What is said where a list, or the whole page, would be: a title, a sentence, and what to do.

import { element } from "/console/dom.js";

// `action`: {label, run}. With `alone` there is nothing else on the page.
export function showNotice(place, { title, text, action = null, wrong = false, alone = false }) {
  const said = JSON.stringify([title, text, action?.label]);
  place.hidden = false;
  place.classList.toggle("wrong", wrong);
  if (place.dataset.said === said) return; // it says so already: its button keeps the focus
  place.dataset.said = said;
  const button = action && element("button", { type: "button", onclick: action.run }, action.label);
  place.replaceChildren(element(alone ? "h1" : "h2", {}, title), element("p", {}, text), ...(button ? [button] : []));
}

export function hideNotice(place) {
  place.hidden = true;
  place.replaceChildren();
  delete place.dataset.said;
}
