// What the list shows, kept whole in the address: the same address is the same list in any browser.

const NAMES = { account: "conta", status: "status", late: "atrasado", affiliate: "afiliado", sku: "sku", cursor: "cursor" };
const STATUSES = { error: "erro", pending: "aguardando", success: "sucesso", removed: "removidos" };

export const SHOWN = Object.keys(STATUSES);
export const NOTHING = { status: null, late: null, affiliate: null, sku: null, cursor: null };

export function readFilter(search) {
  const query = new URLSearchParams(search);
  const found = { account: null, ...NOTHING };
  for (const [name, word] of Object.entries(NAMES)) found[name] = query.get(word)?.trim() || null;
  found.status = SHOWN.find((status) => STATUSES[status] === found.status) ?? null;
  return found;
}

export function addressOf(filter) {
  const query = new URLSearchParams();
  for (const [name, word] of Object.entries(NAMES)) {
    const value = name === "status" ? STATUSES[filter.status] : filter[name];
    if (value) query.set(word, value);
  }
  return query.size ? `/?${query}` : "/";
}

// Whether the list is narrowed at all; the account and the page do not narrow it.
export function narrows({ status, late, affiliate, sku }) {
  return Boolean(status || late || affiliate || sku);
}
