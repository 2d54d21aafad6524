// An instant on the page: short to read, exact on hover and for machines.

import { element } from "/console/dom.js";
import { exactly, timeAndDay } from "/console/language.js";

export function moment(instant, { toTheSecond = false } = {}) {
  return element("time", { dateTime: instant, title: exactly(instant) }, timeAndDay(instant, { toTheSecond }));
}
