import { useMoments } from "../language/language";

/** An instant, short; all of it where somebody points. */
export function When({ at, format = "short" }: { at: string; format?: "short" | "precise" | "time" }) {
  const moments = useMoments();
  return (
    <time dateTime={at} title={moments.exact(at)}>
      {moments[format](at)}
    </time>
  );
}
