// On one machine only: what a newcomer can do to the stand-ins, ready to be copied.

import { byId, element } from "/console/dom.js";
import { t } from "/console/language.js";

// `standins`: addresses of vtex and marketplace, as config.json has them; none anywhere else.
export function showWhatToTry(standins) {
  if (!standins?.vtex || !standins?.marketplace) return;
  const commands = [
    ["try.stock", "stock 42 3", standins.vtex],
    ["try.close", "close 42", standins.marketplace],
    ["try.reopen", "reopen 42", standins.marketplace],
  ];
  const list = element("ol");
  for (const [key, command, address] of commands) {
    const line = element("code", { tabIndex: 0 }, `curl -d '${command}' ${address}/_scenario`);
    list.append(element("li", {}, t(key), line));
  }
  byId("try").append(list);
  byId("try").hidden = false;
}
