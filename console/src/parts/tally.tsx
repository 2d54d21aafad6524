import type { CountAnswer } from "../api/contract";
import { useMoments, useTexts } from "../language/language";

const texts = { more: ["mais de {count}", "more than {count}", "más de {count}"] } as const;

/** "1.248", or "mais de 10 mil": counting further would read everything. */
export function useTally(): (count: CountAnswer) => string {
  const moments = useMoments();
  const t = useTexts(texts);
  return ({ count, more }) => (more ? t("more", { count: moments.round(count) }) : moments.number(count));
}

export function Tally({ of }: { of: CountAnswer }) {
  return <>{useTally()(of)}</>;
}
