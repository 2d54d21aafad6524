import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import type { FailureAnswer, OperationAnswer } from "../api/contract";
import { cureTexts } from "../causes/cure";
import { useTexts } from "../language/language";
import { usePreferences } from "../language/preferences";
import { useConsole } from "../shell/console";
import { useOverview } from "../shell/overview-query";
import { useToasts } from "../shell/toasts";
import { nameOf } from "./asked";
import { csv } from "./csv";
import { allFailures } from "./failures";

const texts = {
  ...cureTexts,
  export: ["Exportar falhas", "Export failures", "Exportar fallas"],
  reading: ["{count} lidas de {all}", "{count} read of {all}", "{count} leídas de {all}"],
  "ready.one": ["Arquivo com {count} falha", "File with {count} failure", "Archivo con {count} falla"],
  "ready.other": ["Arquivo com {count} falhas", "File with {count} failures", "Archivo con {count} fallas"],
  failed: ["Não foi possível exportar", "The export failed", "No fue posible exportar"],
  file: ["falhas-{name}.csv", "failures-{name}.csv", "fallas-{name}.csv"],
  marketplace: ["Marketplace", "Marketplace", "Marketplace"],
  affiliate: ["Afiliado", "Affiliate", "Afiliado"],
  sku: ["Código", "SKU", "Código"],
  cause: ["Causa", "Cause", "Causa"],
  cure: ["Classe", "Class", "Clase"],
  hint: ["O que fazer", "What to do", "Qué hacer"],
  said: ["Mensagem", "Message", "Mensaje"],
} as const;

/** All failures of an operation as a file, made here of the pages that the API has. */
export function ExportFailures({ operation }: { operation: OperationAnswer }) {
  const t = useTexts(texts);
  const { api, account } = useConsole();
  const { language } = usePreferences();
  const { data: overview } = useOverview();
  const { say } = useToasts();
  const [seen, setSeen] = useState(0);
  const leaving = useRef(new AbortController());
  useEffect(() => {
    const controller = new AbortController();
    leaving.current = controller;
    return () => controller.abort();
  }, []);

  const { mutate, isPending } = useMutation({
    mutationFn: async () => {
      setSeen(0);
      const { signal } = leaving.current;
      const failures = await allFailures({ api, account, id: operation.id, signal }, setSeen);
      const channels = new Map(overview?.affiliates.map(({ affiliate, channel }) => [affiliate, channel]));
      const row = ({ affiliate, sku, cause, message }: FailureAnswer) => [
        channels.get(affiliate) ?? affiliate,
        affiliate,
        sku,
        cause.title,
        t(cause.cure),
        cause.hint,
        message,
      ];
      const head = (["marketplace", "affiliate", "sku", "cause", "cure", "hint", "said"] as const).map((one) => t(one));
      save(t("file", { name: nameOf(operation) }), csv([head, ...failures.map(row)], language === "en" ? "," : ";"));
      return failures.length;
    },
  });
  const start = () => {
    if (isPending) return;
    mutate(undefined, {
      onSuccess: (count) => say({ title: t.count("ready", count) }),
      onError: (error) => say({ title: t("failed"), text: error.message, wrong: true }),
    });
  };
  return (
    <p className="buttons">
      <button type="button" className="quiet" aria-disabled={isPending} onClick={start}>
        {t("export")}
      </button>
      {isPending && <span>{t("reading", { count: seen, all: operation.progress.failed })}</span>}
    </p>
  );
}

function save(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
