import { useMoments, useTexts } from "../language/language";
import { useOverview } from "../shell/overview-query";
import { useCauseCounts } from "./cause-counts";
import { EVERYTHING, type Filter, isLimited } from "./filter";
import { PERIODS, texts } from "./filter-texts";

type Props = {
  filter: Filter;
  change: (filter: Filter) => void;
  /** The list was there: what the filters count may be asked for. */
  answered: boolean;
};

/** What is limited, each with a way out of it. */
export function FilterChips({ filter, change, answered }: Props) {
  const t = useTexts(texts);
  const moments = useMoments();
  const { data: overview } = useOverview();
  const causes = useCauseCounts(filter.affiliate, answered);
  if (!isLimited(filter)) return null;
  const told = (at: string) =>
    PERIODS.find((one) => one === at) ? t(at as (typeof PERIODS)[number]) : moments.short(at);
  const chips: readonly (readonly [string, Partial<Filter>] | null)[] = [
    filter.late ? [t("late"), { late: false }] : null,
    filter.risk ? [t("risk"), { risk: false }] : null,
    filter.status && !filter.cause ? [t(filter.status), { status: null }] : null,
    filter.affiliate
      ? [
          overview?.affiliates.find(({ affiliate }) => affiliate === filter.affiliate)?.channel ?? filter.affiliate,
          { affiliate: null },
        ]
      : null,
    filter.cause ? [causes.find(({ code }) => code === filter.cause)?.title ?? filter.cause, { cause: null }] : null,
    filter.sku ? [t("sku", { sku: filter.sku }), { sku: null }] : null,
    filter.from
      ? [filter.from.startsWith("-") ? told(filter.from) : `${t("from")} ${told(filter.from)}`, { from: null }]
      : null,
    filter.to ? [`${t("to")} ${told(filter.to)}`, { to: null }] : null,
  ];
  return (
    <ul className="chips" aria-label={t("filters")}>
      {chips.map(
        (chip) =>
          chip && (
            <li key={chip[0]}>
              {chip[0]}
              <button
                type="button"
                className="icon"
                aria-label={t("without", { filter: chip[0] })}
                onClick={() => change({ ...filter, ...chip[1] })}
              >
                ×
              </button>
            </li>
          ),
      )}
      <li className="plain">
        <button type="button" className="quiet" onClick={() => change(EVERYTHING)}>
          {t("clear")}
        </button>
      </li>
    </ul>
  );
}
