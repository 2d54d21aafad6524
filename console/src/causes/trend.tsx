import type { TrendAnswer } from "../api/contract";
import { useTexts } from "../language/language";
import { bars, halves } from "./sparkline";

const WIDTH = 84;
const HEIGHT = 22;

const texts = {
  weeks: [
    "{lately} em 7 dias, antes {before}",
    "{lately} in 7 days, {before} before",
    "{lately} en 7 días, antes {before}",
  ],
} as const;

/** The errors of fourteen days: a picture, and the same in words. */
export function Trend({ trend }: { trend: TrendAnswer }) {
  const t = useTexts(texts);
  const counts = trend.days.map(({ errors }) => errors);
  const [before, lately] = halves(counts);
  return (
    <div className="trend">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} width={WIDTH} height={HEIGHT} aria-hidden="true">
        {bars(counts, WIDTH, HEIGHT).map((bar) => (
          <rect key={bar.x} {...bar} />
        ))}
      </svg>
      {trend.text}
      <small>{t("weeks", { lately, before })}</small>
    </div>
  );
}
