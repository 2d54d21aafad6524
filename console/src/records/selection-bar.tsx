import { lazy, Suspense, useEffect, useState } from "react";
import type { OperationFilter } from "../api/contract";
import { useTexts } from "../language/language";
import { useConsole } from "../shell/console";

const BulkPanel = lazy(() => import("../operations/bulk-panel").then(({ BulkPanel }) => ({ default: BulkPanel })));

const texts = {
  region: ["Seleção", "Selection", "Selección"],
  "selected.one": [
    "{count} selecionado nesta página",
    "{count} selected on this page",
    "{count} seleccionado en esta página",
  ],
  "selected.other": [
    "{count} selecionados nesta página",
    "{count} selected on this page",
    "{count} seleccionados en esta página",
  ],
  all: [
    "Selecionar todos os {total} que atendem ao filtro",
    "Select all {total} that match the filter",
    "Seleccionar los {total} que cumplen el filtro",
  ],
  everything: [
    "Todos os {total} que atendem ao filtro",
    "All {total} that match the filter",
    "Los {total} que cumplen el filtro",
  ],
  reprocess: ["Reprocessar", "Reprocess", "Reprocesar"],
  remove: ["Remover Log", "Remove log", "Eliminar log"],
  restore: ["Restaurar log", "Restore log", "Restaurar log"],
  clear: ["Limpar seleção", "Clear the selection", "Limpiar selección"],
} as const;

type Deed = "reprocess" | "remove" | "restore";

type Props = {
  /** "MLB/42" */
  keys: ReadonlySet<string>;
  /** How many match the filter, in words; null when they cannot all be taken together. */
  total: string | null;
  /** All that match the filter. */
  filter: OperationFilter | null;
  removed: boolean;
  clear: () => void;
};

/** What can be done to several records together. Every deed opens its panel first, with what it would do. */
export function SelectionBar({ keys, total, filter, removed, clear }: Props) {
  const t = useTexts(texts);
  const { may } = useConsole();
  const [all, setAll] = useState(false);
  const [deed, setDeed] = useState<Deed | null>(null);
  const some = keys.size > 0;
  useEffect(() => {
    if (!some) return;
    return () => {
      // the focus was on this bar, and it is gone
      if (document.activeElement === document.body) document.getElementById("content")?.focus({ preventScroll: true });
    };
  }, [some]);
  if (!some || !may.operate) return null;
  const done = () => {
    setAll(false);
    clear();
  };
  const everything = all && filter !== null && total !== null;
  const chosen: OperationFilter = everything
    ? filter
    : {
        records: [...keys].map((key) => key.split("/")).map(([affiliate = "", sku = ""]) => ({ affiliate, sku })),
        ...(removed && { status: "removed" as const }),
      };
  return (
    <section className="selection" aria-label={t("region")}>
      <strong role="status">{everything ? t("everything", { total }) : t.count("selected", keys.size)}</strong>
      {!everything && filter && total && (
        <button type="button" className="quiet" onClick={() => setAll(true)}>
          {t("all", { total })}
        </button>
      )}
      {(removed ? (["restore"] as const) : (["reprocess", "remove"] as const)).map((one) => (
        <button
          key={one}
          type="button"
          className={one === "remove" ? "danger" : undefined}
          onClick={() => setDeed(one)}
        >
          {t(one)}
        </button>
      ))}
      <button type="button" className="quiet" onClick={done}>
        {t("clear")}
      </button>
      {deed && (
        <Suspense>
          <BulkPanel action={deed} filter={chosen} close={() => setDeed(null)} started={done} />
        </Suspense>
      )}
    </section>
  );
}
