import { useMutation } from "@tanstack/react-query";
import { body } from "../api/client";
import { useTexts } from "../language/language";
import { useConsole, useRefresh } from "../shell/console";
import { useToasts } from "../shell/toasts";

const texts = {
  one: ["Correção do SKU {sku} iniciada", "Repair of SKU {sku} begun", "Corrección del SKU {sku} iniciada"],
  all: ["Correção iniciada em {channel}", "Repair begun at {channel}", "Corrección iniciada en {channel}"],
  text: [
    "O saldo é lido de novo e, se ainda for diferente, enviado. O resultado aparece nas comparações.",
    "The balance is read again and, if it still differs, sent. The result appears among the comparisons.",
    "El saldo se lee de nuevo y, si todavía es diferente, se envía. El resultado aparece en las comparaciones.",
  ],
} as const;

/** Begins the repair of one SKU's abnormal difference at a marketplace, or, without a SKU, of all of them. */
export function useRepair(affiliate: string, channel: string): { repair: (sku?: string) => void; busy: boolean } {
  const t = useTexts(texts);
  const { api, account } = useConsole();
  const refresh = useRefresh();
  const { say } = useToasts();
  const { mutate, isPending } = useMutation({
    mutationFn: (sku: string | undefined) => {
      const query = { account };
      return body(
        sku === undefined
          ? api.POST("/v1/differences/{affiliate}/repair", { params: { path: { affiliate }, query } })
          : api.POST("/v1/differences/{affiliate}/{sku}/repair", { params: { path: { affiliate, sku }, query } }),
      );
    },
    onSuccess: (_, sku) => say({ title: sku ? t("one", { sku }) : t("all", { channel }), text: t("text") }),
    onError: (error) => say({ title: error.message, wrong: true }),
    onSettled: () => refresh("differences", "reconciliations"),
  });
  return { repair: mutate, busy: isPending };
}
