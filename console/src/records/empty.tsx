import { Link } from "wouter";
import { useTexts } from "../language/language";
import { Notice } from "../parts/notice";
import { PAGES, skuPath, useHref } from "../shell/address";
import { useConsole } from "../shell/console";
import { useOverview } from "../shell/overview-query";
import { type Filter, isLimited, listed } from "./filter";

const texts = {
  never: ["Nenhum registro de estoque ainda", "No stock record yet", "Ningún registro de stock todavía"],
  never_text: [
    "O primeiro aparece aqui quando a VTEX avisar de uma mudança.",
    "The first one appears here when VTEX tells of a change.",
    "El primero aparece aquí cuando VTEX avise de un cambio.",
  ],
  unconnected: ["Nenhuma conexão ainda", "No connection yet", "Ninguna conexión todavía"],
  unconnected_text: [
    "Conecte um marketplace para ver as integrações.",
    "Connect a marketplace to see the integrations.",
    "Conecte un marketplace para ver las integraciones.",
  ],
  connections: ["Ver conexões", "See the connections", "Ver conexiones"],
  errors: ["Nenhum erro de estoque", "No stock error", "Ningún error de stock"],
  errors_text: ["Veja os registros de sucesso.", "See the records with success.", "Vea los registros con éxito."],
  see_success: ["Ver sucessos", "See successes", "Ver éxitos"],
  late: ["Nenhum registro atrasado", "No late record", "Ningún registro atrasado"],
  risk: ["Nenhum risco de venda sem estoque", "No risk of overselling", "Ningún riesgo de venta sin stock"],
  fine_text: ["Veja todos os registros.", "See all records.", "Vea todos los registros."],
  sku: ["Nenhum registro do SKU {sku}", "No record of SKU {sku}", "Ningún registro del SKU {sku}"],
  sku_text: [
    "Ou nunca soubemos de uma mudança dele, ou os filtros o escondem.",
    "Either we never heard of a change of it, or the filters hide it.",
    "O nunca supimos de un cambio suyo, o los filtros lo ocultan.",
  ],
  see_why: ["Ver por quê", "See why", "Ver por qué"],
  match: ["Nenhum registro encontrado", "No record found", "Ningún registro encontrado"],
  match_text: [
    "Altere os filtros ou a busca.",
    "Change the filters or the search.",
    "Cambie los filtros o la búsqueda.",
  ],
  clear: ["Limpar filtros", "Clear filters", "Limpiar filtros"],
  page: ["Nenhum registro nesta página", "No record on this page", "Ningún registro en esta página"],
  page_text: ["Veja a primeira.", "See the first one.", "Vea la primera."],
  first: ["Ir para a primeira página", "Go to the first page", "Ir a la primera página"],
} as const;

/** Why the list is empty, and where to go from here. */
export function Empty({ filter, first }: { filter: Filter; first: boolean }) {
  const t = useTexts(texts);
  const href = useHref();
  const { may } = useConsole();
  const { data: overview } = useOverview();
  const go = (wanted: Partial<Filter>, label: string) => (
    <Link className="button" href={href(...listed(wanted))}>
      {label}
    </Link>
  );
  if (!first) {
    return (
      <Notice title={t("page")} action={go(filter, t("first"))}>
        {t("page_text")}
      </Notice>
    );
  }
  if (filter.sku) {
    const why = (
      <Link className="button" href={href(skuPath(filter.sku))}>
        {t("see_why")}
      </Link>
    );
    return (
      <Notice title={t("sku", { sku: filter.sku })} action={why}>
        {t("sku_text")}
      </Notice>
    );
  }
  if (filter.late || filter.risk) {
    return (
      <Notice title={t(filter.late ? "late" : "risk")} action={go({}, t("clear"))}>
        {t("fine_text")}
      </Notice>
    );
  }
  const onlyErrors = filter.status === "error" && !filter.cause && !filter.affiliate && !filter.from && !filter.to;
  if (onlyErrors) {
    return (
      <Notice title={t("errors")} action={go({ status: "success" }, t("see_success"))}>
        {t("errors_text")}
      </Notice>
    );
  }
  if (isLimited(filter)) {
    return (
      <Notice title={t("match")} action={go({}, t("clear"))}>
        {t("match_text")}
      </Notice>
    );
  }
  if (overview?.affiliates.length === 0) {
    const connections = may.administer && (
      <Link className="button" href={href(PAGES.channels)}>
        {t("connections")}
      </Link>
    );
    return (
      <Notice title={t("unconnected")} action={connections}>
        {t("unconnected_text")}
      </Notice>
    );
  }
  return <Notice title={t("never")}>{t("never_text")}</Notice>;
}
