import { expect, test } from "vitest";
import { EVERYTHING, type Filter, filterParameters, operationFilter, queryOf, readFilter } from "./filter";

const NOW = Date.parse("2026-11-25T12:00:00Z");

function read(search: string): Filter {
  return readFilter(new URLSearchParams(search));
}

test("a filter comes back from the address that it was written to", () => {
  const filters: Filter[] = [
    { ...EVERYTHING, status: "pending", affiliate: "MLB", sku: "42", from: "-24h" },
    { ...EVERYTHING, status: "error", cause: "listing_closed", from: "2026-11-01T03:00:00.000Z", to: "-1h" },
    { ...EVERYTHING, late: true, affiliate: "CRF", sku: "7" },
    { ...EVERYTHING, risk: true, affiliate: "MGZ" },
  ];
  for (const filter of filters) {
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(filterParameters(filter))) if (value) search.set(name, value);

    expect(readFilter(search)).toEqual(filter);
  }
});

test("what cannot be is left out, so that any link opens something", () => {
  expect(read("status=quebrado&mkt=a/b&q=drop%20table&causa=A%20B&de=ontem&ate=2026-99-99T00:00:00Z")).toEqual(
    EVERYTHING,
  );
});

test("a cause is of errors, whatever status the address has", () => {
  expect(read("causa=auth&status=sucesso")).toEqual({ ...EVERYTHING, status: "error", cause: "auth" });
});

test("lists with an order of their own take no other limit than the marketplace", () => {
  expect(read("atrasado=1&status=erro&de=-24h&mkt=MLB")).toEqual({ ...EVERYTHING, late: true, affiliate: "MLB" });
  expect(read("ordem=risco&q=42&mkt=MLB")).toEqual({ ...EVERYTHING, risk: true, affiliate: "MLB" });
});

test("relative times are of the moment in which the API is asked", () => {
  expect(queryOf(read("de=-24h&ate=-1h"), NOW)).toEqual({
    from: "2026-11-24T12:00:00.000Z",
    to: "2026-11-25T11:00:00.000Z",
  });
});

test("what is asked for again within a minute is the same question", () => {
  expect(queryOf(read("de=-24h"), NOW + 59_999)).toEqual(queryOf(read("de=-24h"), NOW));
});

test("the API is asked for a cause without a status, which it would refuse beside another than error", () => {
  expect(queryOf(read("causa=auth"), NOW)).toEqual({ cause: "auth" });
});

test("an operation takes the list as it is, or not at all", () => {
  expect(operationFilter(read("status=erro&mkt=MLB&causa=auth&q=42"), NOW)).toEqual({
    status: "error",
    affiliates: ["MLB"],
    cause: "auth",
    skus: ["42"],
  });
  expect(operationFilter(read("causa=auth"), NOW)).toBeNull(); // a cause is a marketplace's
  expect(operationFilter(read("atrasado=1"), NOW)).toBeNull();
  expect(operationFilter(read("ordem=risco"), NOW)).toBeNull();
});
