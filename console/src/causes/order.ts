import type { CausePage, CauseRowAnswer } from "../api/contract";

/** A page as it is now, in the order in which it was first seen: no row moves under somebody's hand. New ones follow. */
export function inOrderOf(before: CausePage | undefined, fresh: CausePage): CausePage {
  if (before === undefined) return fresh;
  const places = new Map(before.items.map((row, place) => [name(row), place]));
  const place = (row: CauseRowAnswer) => places.get(name(row)) ?? places.size;
  return { ...fresh, items: fresh.items.toSorted((one, other) => place(one) - place(other)) };
}

function name({ affiliate, code }: CauseRowAnswer): string {
  return `${affiliate}/${code}`;
}
