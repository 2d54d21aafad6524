import { expect, test } from "vitest";
import { nameOf, undoneBy, wantedOf } from "./asked";

test("a filter is read as it was asked for", () => {
  const filter = {
    affiliates: ["MRC"],
    cause: "listing_closed",
    from: "2026-11-01T03:00:00+00:00",
    include_fix_first: true,
  };
  expect(wantedOf({ filter })).toEqual({
    affiliates: ["MRC"],
    status: null,
    cause: "listing_closed",
    since: "2026-11-01T03:00:00+00:00",
    skus: null,
    records: null,
    fixFirst: true,
  });
});

test("records that were named are counted, however they were named", () => {
  expect(wantedOf({ filter: { skus: ["42", "43"] } }).skus).toBe(2);
  const records = { MRC: ["42", "43"], MLB: ["42"] };
  expect(wantedOf({ filter: { records } })).toMatchObject({ affiliates: ["MRC", "MLB"], records: 3 });
});

test("what nobody knows how to read limits nothing", () => {
  expect(wantedOf({ filter: { status: "late", affiliates: "MRC" } })).toMatchObject({ status: null, affiliates: [] });
});

test("an operation is called by its number, and one from before there were any by its id", () => {
  expect(nameOf({ number: 1842, id: "3f2a5c6d7e8f" })).toBe("1842");
  expect(nameOf({ number: null, id: "3f2a5c6d7e8f" })).toBe("3f2a5c6d7e8f");
});

test("what an operation undoes is called in the same way", () => {
  expect(undoneBy({ undoes: "3f2a5c6d7e8f", undoes_number: 7 })).toBe("7");
  expect(undoneBy({ undoes: "3f2a5c6d7e8f", undoes_number: null })).toBe("3f2a5c6d7e8f");
  expect(undoneBy({ undoes: null, undoes_number: null })).toBeNull();
});
