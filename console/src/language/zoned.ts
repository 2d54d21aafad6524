/** What a browser's field for date and time holds ("2026-11-26T09:30") for an instant (ms), as the zone's clocks show it. */
export function fieldOf(instant: number, zone: string): string {
  return new Date(instant + offset(instant, zone)).toISOString().slice(0, 16);
}

/** The instant (ms) at which the zone's clocks show what such a field holds. */
export function instantOfField(field: string, zone: string): number {
  const shown = Date.parse(`${field}Z`);
  const guess = shown - offset(shown, zone);
  return shown - offset(guess, zone); // the guess may be on the other side of a change of clocks
}

/** How far the zone's clocks are ahead of UTC at an instant, in milliseconds. */
function offset(instant: number, zone: string): number {
  const named = new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "longOffset" }).formatToParts(instant);
  const name = named.find(({ type }) => type === "timeZoneName")?.value ?? "";
  const [, sign, hours, minutes] = /GMT([+-])(\d{2}):(\d{2})/.exec(name) ?? [null, "+", 0, 0];
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}
