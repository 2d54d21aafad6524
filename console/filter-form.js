// The filters above the table. The list changes when somebody asks for it: on a choice, on Enter, on the button.

import { byId, element } from "/console/dom.js";
import { narrows, NOTHING, SHOWN } from "/console/filter.js";
import { t } from "/console/language.js";

export class FilterForm {
  #form = byId("filters");
  #affiliates = ""; // as they were offered last

  // `go(filter)` shows another list: what the filter does not name stays.
  constructor(go) {
    const { status, affiliate, sku } = this.#form.elements;
    status.append(element("option", { value: "" }, t("filter.all")));
    for (const shown of SHOWN) status.append(element("option", { value: shown }, t(`status.${shown}`)));
    this.offer([]);
    const asked = () => ({ affiliate: affiliate.value || null, sku: sku.value.trim() || null });
    status.addEventListener("change", () => go({ ...asked(), status: status.value || null, late: null }));
    affiliate.addEventListener("change", () => go(asked()));
    sku.addEventListener("search", () => sku.value || go(asked())); // cleared by its own button
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      go(asked());
    });
    byId("clear").addEventListener("click", () => go(NOTHING));
  }

  offer(affiliates) {
    const offered = JSON.stringify(affiliates.map(({ affiliate, channel }) => [affiliate, channel]));
    if (offered === this.#affiliates) return;
    this.#affiliates = offered;
    const select = this.#form.elements.affiliate;
    const chosen = select.dataset.chosen ?? "";
    const options = affiliates.map(({ affiliate, channel }) =>
      element("option", { value: affiliate }, `${affiliate} · ${channel}`),
    );
    select.replaceChildren(element("option", { value: "" }, t("filter.all")), ...options);
    this.#choose(chosen);
  }

  show(filter) {
    const { status, sku } = this.#form.elements;
    status.value = filter.status ?? "";
    sku.value = filter.sku ?? "";
    this.#choose(filter.affiliate ?? "");
    byId("clear").hidden = !narrows(filter);
    this.problem("");
  }

  problem(text) {
    byId("sku-problem").textContent = text;
    this.#form.elements.sku.setAttribute("aria-invalid", String(text !== ""));
  }

  // One that is not offered yet, or not any more, can be chosen all the same.
  #choose(affiliate) {
    const select = this.#form.elements.affiliate;
    select.dataset.chosen = affiliate;
    if (![...select.options].some((option) => option.value === affiliate)) {
      select.append(element("option", { value: affiliate }, affiliate));
    }
    select.value = affiliate;
  }
}
