import { Link } from "wouter";
import type { RecordAnswer } from "../api/contract";
import { useCause } from "../causes/cause-query";
import { useTexts } from "../language/language";
import { Dialog } from "../parts/dialog";
import { causePath, useHref } from "../shell/address";
import { texts } from "./texts";

/** Before reprocessing what does not change by itself: what to do about it, and how that went so far. */
export default function FixFirst({ record, go, close }: { record: RecordAnswer; go: () => void; close: () => void }) {
  const t = useTexts(texts);
  const href = useHref();
  const { affiliate, cause } = record;
  const code = cause?.code ?? "";
  const { data } = useCause(affiliate, code);
  return (
    <Dialog title={t("fix_title")} close={close}>
      <p>
        <b>{cause?.title}</b>
      </p>
      <p>
        {t("fix_text")} {data?.reprocessed.text}
      </p>
      <p>
        <b>{t("what_to_do")}:</b> {cause?.hint}
      </p>
      <p className="buttons">
        <Link className="button" href={href(causePath(affiliate, code))} onClick={close}>
          {t("fix_how")}
        </Link>
        <button
          type="button"
          className="quiet"
          onClick={() => {
            close();
            go();
          }}
        >
          {t("fix_anyway")}
        </button>
      </p>
    </Dialog>
  );
}
