import { useState } from "react";
import { useMoments, useTexts } from "../language/language";
import { Dialog } from "../parts/dialog";
import { Failed, Notice } from "../parts/notice";
import { Skeleton } from "../parts/skeleton";
import { type BulkAction, type BulkFilter, canStart, leftOut, operationOf } from "./bulk";
import { usePreview, useStart } from "./bulk-queries";
import { Split } from "./bulk-split";
import { texts } from "./bulk-texts";
import { removalText, texts as removalTexts } from "./removal";
import "./operations.css";

type Props = {
  readonly action: BulkAction;
  readonly filter: BulkFilter;
  /** Which records, in words, where the title and the marketplaces do not say it. */
  readonly about?: string;
  readonly close: () => void;
  /** It began: whoever opened the panel may forget a selection. */
  readonly started?: () => void;
};

/**
 * Shows what a deed on many records would do, and does it to that very set: the records as they stood when the panel
 * was opened. However often the button is clicked, one operation starts.
 */
export function BulkPanel({ action, filter, about, close, started }: Props) {
  const t = useTexts(texts);
  const told = useTexts(removalTexts);
  const moments = useMoments();
  const [asked] = useState(filter);
  const [includeFixFirst, setIncludeFixFirst] = useState(false);
  const [sample, setSample] = useState(true);
  const [key] = useState(() => crypto.randomUUID());
  const first = usePreview(action, asked, key, false);
  const until = first.data?.until ?? null;
  const chosen = usePreview(action, asked, key, includeFixFirst, until);
  const shown = chosen.data ?? first.data;
  const removal = shown?.removal ?? null;
  const start = useStart(action, key, removal, close, started);

  const ready = chosen.data !== undefined && canStart(chosen.data.set) && !start.isPending;
  const fixable = first.data?.set.fix_first ?? 0;
  return (
    <Dialog title={t(`${action}.title`)} close={close}>
      {about && <p>{about}</p>}
      {!shown && !chosen.error && <Skeleton rows={4} />}
      {chosen.error && <Failed error={chosen.error} retry={chosen.refetch} />}
      {shown && (
        <form
          className="bulk"
          onSubmit={(event) => {
            event.preventDefault();
            if (ready) start.mutate(operationOf(action, asked, { until, includeFixFirst, sample, preview: false }));
          }}
        >
          {!canStart(shown.set) && fixable === 0 && leftOut(shown.set).length === 0 ? (
            <Notice title={t(`${action}.none`)} />
          ) : (
            <>
              {removal && shown.set.can_go > 0 && <p>{removalText(told, removal, shown.set)}</p>}
              <Split preview={shown} action={action} />
            </>
          )}
          <p role="status">
            {t("until", { time: moments.time(shown.until) })}
            {action === "reprocess" && canStart(shown.set) && <> · {shown.estimate}</>}
          </p>
          {shown.set.more && <p>{t("more")}</p>}
          {action === "remove" && <p>{t("remove_more")}</p>}
          {action === "reprocess" && fixable > 0 && (
            <Choice checked={includeFixFirst} choose={setIncludeFixFirst} label={t.count("include", fixable)}>
              {t("include_more")}
            </Choice>
          )}
          {action === "reprocess" && shown.sample && (
            <Choice checked={sample} choose={setSample} label={t("sample")}>
              {t("sample_more")}
            </Choice>
          )}
          <p className="buttons">
            <button type="submit" className={action === "remove" ? "danger" : undefined} aria-disabled={!ready}>
              {!canStart(shown.set) && t(`${action}.go`)}
              {canStart(shown.set) && shown.set.more && t(`${action}.go_more`, { count: shown.set.can_go })}
              {canStart(shown.set) && !shown.set.more && t.count(`${action}.go`, shown.set.can_go)}
            </button>
            <button type="button" className="quiet" onClick={close}>
              {t("cancel")}
            </button>
          </p>
        </form>
      )}
    </Dialog>
  );
}

type ChoiceProps = { checked: boolean; choose: (checked: boolean) => void; label: string; children: string };

function Choice({ checked, choose, label, children }: ChoiceProps) {
  return (
    <label className="check">
      <input type="checkbox" checked={checked} onChange={(event) => choose(event.target.checked)} />
      <span>
        {label}
        <small>{children}</small>
      </span>
    </label>
  );
}
