const TOLD = /(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}) UTC/g;

/** A sentence of the API with its times, which are told in UTC, as `format` shows instants. */
export function withLocalTimes(sentence: string, format: (instant: string) => string): string {
  return sentence.replace(TOLD, (_, day: string, time: string) => format(`${day}T${time}Z`));
}
