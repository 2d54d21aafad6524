import { lazy, Suspense, useState } from "react";
import { Link } from "wouter";
import { Refused } from "../api/client";
import type { RecordAnswer } from "../api/contract";
import { useTexts } from "../language/language";
import { Failed, Notice } from "../parts/notice";
import { Skeleton } from "../parts/skeleton";
import { skuPath, useHref } from "../shell/address";
import { useTitle } from "../shell/title";
import { ActionsMenu } from "./actions-menu";
import { BalanceCell, StatusCell } from "./cells";
import { useDeeds } from "./deeds";
import { listed } from "./filter";
import { Clock } from "./now";
import { useRecord } from "./queries";
import { Story } from "./story";
import { texts as words } from "./texts";
import "./records.css";

const FixFirst = lazy(() => import("./fix-first"));

const texts = {
  title: ["SKU {sku} · {channel}", "SKU {sku} · {channel}", "SKU {sku} · {channel}"],
  missing: [
    "Nenhum registro do SKU {sku} em {affiliate}",
    "No record of SKU {sku} at {affiliate}",
    "Ningún registro del SKU {sku} en {affiliate}",
  ],
  missing_text: [
    "Nunca soubemos de uma mudança dele neste marketplace.",
    "We never heard of a change of it at this marketplace.",
    "Nunca supimos de un cambio suyo en este marketplace.",
  ],
  see_why: ["Ver por quê", "See why", "Ver por qué"],
  all: ["Todos os registros deste SKU", "All records of this SKU", "Todos los registros de este SKU"],
} as const;

const NOTHING = () => {};
const WATCHER = { put: NOTHING, gone: NOTHING, back: NOTHING, asked: NOTHING };

/** One record at an address of its own, for a link that somebody sends. */
export default function RecordPage({ affiliate, sku }: { affiliate: string; sku: string }) {
  const t = useTexts(texts);
  const word = useTexts(words);
  const href = useHref();
  useTitle(`SKU ${sku}`);
  const { data: record, error, refetch } = useRecord(affiliate, sku);
  const [fixing, setFixing] = useState<RecordAnswer | null>(null);
  const deed = useDeeds(WATCHER);
  if (!record) {
    if (error instanceof Refused && error.status === 404) {
      const action = (
        <Link className="button" href={href(skuPath(sku))}>
          {t("see_why")}
        </Link>
      );
      return (
        <Notice title={t("missing", { sku, affiliate })} action={action}>
          {t("missing_text")}
        </Notice>
      );
    }
    return error ? <Failed error={error} retry={refetch} /> : <Skeleton />;
  }
  return (
    <Clock>
      <article className="record-page">
        <h2>{t("title", { sku, channel: record.channel })}</h2>
        <p>
          <StatusCell record={record} />
        </p>
        <p>
          {word("balance")}: <BalanceCell record={record} />
        </p>
        <ActionsMenu
          record={record}
          act={(what, meant) =>
            what === "reprocess" && meant.cause?.cure === "fix_first" ? setFixing(meant) : deed(what, meant)
          }
        />
        <Story record={record}>
          <Link href={href(...listed({ sku }))}>{t("all")}</Link>
        </Story>
        {fixing && (
          <Suspense>
            <FixFirst record={fixing} go={() => deed("reprocess", fixing)} close={() => setFixing(null)} />
          </Suspense>
        )}
      </article>
    </Clock>
  );
}
