import { lazy, Suspense, useEffect, useState } from "react";
import type { OperationFilter } from "../api/contract";
import { useTexts } from "../language/language";
import { useConsole } from "../shell/console";
import type { Deed } from "./deeds";
import type { Filter } from "./filter";

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
    "Selecionar todos os que atendem ao filtro ({total})",
    "Select all that match the filter ({total})",
    "Seleccionar todos los que cumplen el filtro ({total})",
  ],
  everything: [
    "Todos os que atendem ao filtro ({total})",
    "All that match the filter ({total})",
    "Todos los que cumplen el filtro ({total})",
  ],
  reprocess: ["Reprocessar", "Reprocess", "Reprocesar"],
  remove: ["Remover Log", "Remove log", "Eliminar log"],
  restore: ["Restaurar log", "Restore log", "Restaurar log"],
  clear: ["Limpar seleção", "Clear the selection", "Limpiar selección"],
} as const;

type Props = {
  /** "MLB/42" */
  keys: ReadonlySet<string>;
  /** How many match the filter, in words; null when they cannot all be taken together. */
  total: string | null;
  /** All that match the filter. */
  filter: OperationFilter | null;
  /** Of all that are listed, where the filter says so. */
  status: Filter["status"];
  clear: () => void;
};

/** What can be done to several records together. Every deed opens its panel first, with what it would do. */
export function SelectionBar({ keys, total, filter, status, clear }: Props) {
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
        ...(status === "removed" && { status }),
      };
  return (
    <section className="selection" aria-label={t("region")}>
      <strong role="status">{everything ? t("everything", { total }) : t.count("selected", keys.size)}</strong>
      {!everything && filter && total && (
        <button type="button" className="quiet" onClick={() => setAll(true)}>
          {t("all", { total })}
        </button>
      )}
      {deedsOn(status).map((one) => (
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

function deedsOn(status: Filter["status"]): readonly Deed[] {
  if (status === "removed") return ["restore"];
  return status === "success" ? ["remove"] : ["reprocess", "remove"];
}
