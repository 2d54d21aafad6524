import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { body } from "../api/client";
import type { RecordAnswer } from "../api/contract";
import { useTexts } from "../language/language";
import { usePreferences } from "../language/preferences";
import { Dialog } from "../parts/dialog";
import { PAGES, useHref } from "../shell/address";
import { useConsole } from "../shell/console";
import { texts } from "./texts";

/** Before reprocessing what does not change by itself: what to do about it, and how that went so far. */
export default function FixFirst({ record, go, close }: { record: RecordAnswer; go: () => void; close: () => void }) {
  const t = useTexts(texts);
  const href = useHref();
  const { api, account } = useConsole();
  const { language } = usePreferences();
  const { affiliate, cause } = record;
  const code = cause?.code ?? "";
  const { data } = useQuery({
    queryKey: [account, "causes", affiliate, code, language],
    queryFn: ({ signal }) =>
      body(
        api.GET("/v1/causes/{affiliate}/{code}", { params: { path: { affiliate, code }, query: { account } }, signal }),
      ),
  });
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
        <Link className="button" href={href(`${PAGES.causes}/${affiliate}/${code}`)} onClick={close}>
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
