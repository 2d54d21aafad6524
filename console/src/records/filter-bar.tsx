import { type RefObject, useId, useState } from "react";
import type { CountAnswer } from "../api/contract";
import { useTexts } from "../language/language";
import { useTally } from "../parts/tally";
import { useOverview } from "../shell/overview-query";
import { useCauseCounts } from "./cause-counts";
import type { Filter } from "./filter";
import { FilterPeriod } from "./filter-period";
import { FilterSearch } from "./filter-search";
import { texts } from "./filter-texts";

const STATUSES = ["error", "success", "pending", "removed"] as const;

type Props = {
  filter: Filter;
  change: (filter: Filter) => void;
  search: RefObject<HTMLInputElement | null>;
  /** The list was there: what the filters count may be asked for. */
  answered: boolean;
};

/** The funnel of the original: what the list is limited to, with how many there are of each. */
export function FilterBar({ filter, change, search, answered }: Props) {
  const t = useTexts(texts);
  const funnel = useId();
  const [unfolded, setUnfolded] = useState(false); // on a phone, where records would begin below the screen's end
  const tally = useTally();
  const { data: overview } = useOverview();
  const causes = useCauseCounts(filter.affiliate, answered);
  const channels = overview?.affiliates ?? [];
  const of = channels.find(({ affiliate }) => affiliate === filter.affiliate);
  const counts = of?.counts ?? overview?.counts;
  const label = (name: string, count: CountAnswer | undefined) => (count ? `${name} (${tally(count)})` : name);
  // a list with an order of its own takes no other limits: choosing one leaves it
  const plain = { ...filter, late: false, risk: false };

  return (
    <div className="filters">
      <FilterSearch filter={filter} change={change} field={search} />
      <button
        type="button"
        className="fold quiet"
        aria-expanded={unfolded}
        aria-controls={funnel}
        onClick={() => setUnfolded(!unfolded)}
      >
        {t("funnel")} <span aria-hidden="true">{unfolded ? "▴" : "▾"}</span>
      </button>
      <div id={funnel} className={unfolded ? "funnel" : "funnel folded"}>
        <label>
          <span>{t("status")}</span>
          <select
            value={filter.status ?? ""}
            onChange={({ target }) => {
              const status = STATUSES.find((one) => one === target.value) ?? null;
              change({ ...plain, status, cause: status === "error" ? filter.cause : null });
            }}
          >
            <option value="">{t("all")}</option>
            {STATUSES.map((one) => (
              <option key={one} value={one}>
                {label(t(one), counts?.[one])}
              </option>
            ))}
          </select>
        </label>
        <label>
          <span>{t("affiliate")}</span>
          <select
            value={filter.affiliate ?? ""}
            onChange={({ target }) => change({ ...filter, affiliate: target.value || null })}
          >
            <option value="">{t("all")}</option>
            {channels.map((each) => (
              <option key={each.affiliate} value={each.affiliate}>
                {label(each.channel, filter.status ? each.counts[filter.status] : allOf(each.counts))}
              </option>
            ))}
            {filter.affiliate && !of && <option value={filter.affiliate}>{filter.affiliate}</option>}
          </select>
        </label>
        <label>
          <span>{t("cause")}</span>
          <select
            value={filter.cause ?? ""}
            onChange={({ target }) => {
              const cause = target.value || null;
              change({ ...plain, cause, status: cause ? "error" : filter.status });
            }}
          >
            <option value="">{t("any_cause")}</option>
            {causes.map(({ code, title, open }) => (
              <option key={code} value={code}>
                {label(title, open)}
              </option>
            ))}
            {filter.cause && !causes.some(({ code }) => code === filter.cause) && (
              <option value={filter.cause}>{filter.cause}</option>
            )}
          </select>
        </label>
        <FilterPeriod filter={filter} change={(period) => change({ ...plain, ...period })} />
      </div>
    </div>
  );
}

function allOf(counts: Readonly<Record<"error" | "success" | "pending", CountAnswer>>): CountAnswer {
  const all = [counts.error, counts.success, counts.pending];
  return { count: all.reduce((sum, { count }) => sum + count, 0), more: all.some(({ more }) => more) };
}
