export type Bar = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

const GAP = 1;
const LEAST = 1.5; // a day with errors is seen beside one with many more
const NONE = 0.5; // so is a day without any

/** Bars of counts from left to right in a box of that size; the tallest fills it. Needs at least one count. */
export function bars(counts: readonly number[], width: number, height: number): readonly Bar[] {
  const most = Math.max(...counts);
  const step = width / counts.length;
  return counts.map((count, place) => {
    const tall = count > 0 ? Math.max(LEAST, (count / most) * height) : NONE;
    return { x: place * step, y: height - tall, width: step - GAP, height: tall };
  });
}

/** How many in the older half and in the newer one. */
export function halves(counts: readonly number[]): readonly [before: number, lately: number] {
  const middle = counts.length / 2;
  const sum = (some: readonly number[]) => some.reduce((one, other) => one + other, 0);
  return [sum(counts.slice(0, middle)), sum(counts.slice(middle))];
}
