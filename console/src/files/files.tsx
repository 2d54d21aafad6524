import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";
import { body } from "../api/client";
import type { FileAnswer } from "../api/contract";
import { useMoments, useTexts } from "../language/language";
import { usePreferences } from "../language/preferences";
import { LOCALES } from "../language/texts";
import { Failed } from "../parts/notice";
import { Skeleton } from "../parts/skeleton";
import { When } from "../parts/when";
import { useConsole, useRefresh } from "../shell/console";
import { useToasts } from "../shell/toasts";
import { portionOf, sizeOf } from "./file-filter";

const SHOWN = 5;
const PROGRESS_EVERY_MS = 2_000;
const LINK_RENEWED_MS = 600_000; // a link opens for 15 minutes

const texts = {
  title: ["Arquivos da conta", "Files of the account", "Archivos de la cuenta"],
  none: ["Nenhum arquivo ainda.", "No file yet.", "Ningún archivo todavía."],
  asked: ["Pedido por {user}", "Asked for by {user}", "Pedido por {user}"],
  running: ["Em preparo", "Being prepared", "En preparación"],
  paused: ["Pausado", "Paused", "Pausado"],
  stopped: ["Parado", "Stopped", "Detenido"],
  done: ["Pronto", "Ready", "Listo"],
  cancelled: ["Cancelado", "Cancelled", "Cancelado"],
  failed: ["Não foi feito", "Not made", "No se hizo"],
  expired: ["Expirou", "Expired", "Expiró"],
  until: ["disponível até", "available until", "disponible hasta"],
  "seen.one": ["{count} registro lido", "{count} record read", "{count} registro leído"],
  "seen.other": ["{count} registros lidos", "{count} records read", "{count} registros leídos"],
  of: ["de cerca de {estimate}", "of about {estimate}", "de cerca de {estimate}"],
  "rows.one": ["{count} linha", "{count} row", "{count} fila"],
  "rows.other": ["{count} linhas", "{count} rows", "{count} filas"],
  safe: ["Pode fechar esta janela.", "You may close this window.", "Puede cerrar esta ventana."],
  download: ["Baixar", "Download", "Descargar"],
  download_name: ["Baixar {name}", "Download {name}", "Descargar {name}"],
  cancel: ["Cancelar", "Cancel", "Cancelar"],
  cancel_name: ["Cancelar {name}", "Cancel {name}", "Cancelar {name}"],
} as const;

/** The newest files of the account: whoever closed the dialog finds theirs here. */
export function Files() {
  const t = useTexts(texts);
  const { api, account } = useConsole();
  const { language } = usePreferences();
  const { data, error, refetch } = useQuery({
    queryKey: [account, "files", "newest", language],
    queryFn: ({ signal }) => body(api.GET("/v1/files", { params: { query: { account, limit: SHOWN } }, signal })),
    placeholderData: keepPreviousData,
  });
  return (
    <section aria-labelledby="files-title">
      <h3 id="files-title">{t("title")}</h3>
      {error && !data && <Failed error={error} retry={refetch} />}
      {!error && !data && <Skeleton rows={2} />}
      {data?.items.length === 0 && <p>{t("none")}</p>}
      <ul className="files">
        {data?.items.map((file) => (
          <File key={file.id} listed={file} />
        ))}
      </ul>
    </section>
  );
}

/** Asked for by itself, because only then it says where it is. */
function File({ listed }: { listed: FileAnswer }) {
  const t = useTexts(texts);
  const { api, account, me, may } = useConsole();
  const { language } = usePreferences();
  const refresh = useRefresh();
  const { say } = useToasts();
  const path = { file_id: listed.id };
  const { data: file = listed } = useQuery({
    queryKey: [account, "files", listed.id, language],
    queryFn: ({ signal }) => body(api.GET("/v1/files/{file_id}", { params: { path, query: { account } }, signal })),
    enabled: listed.state === "running" || (listed.state === "done" && !isExpired(listed)),
    refetchInterval: ({ state }) => ((state.data ?? listed).state === "running" ? PROGRESS_EVERY_MS : LINK_RENEWED_MS),
  });
  const cancel = useMutation({
    mutationFn: () => body(api.POST("/v1/files/{file_id}/cancel", { params: { path, query: { account } } })),
    onError: (error) => say({ title: error.message, wrong: true }),
    onSettled: () => refresh("files"),
  });
  const cancellable = file.state === "running" && (may.operate || file.created_by === me.user);
  return (
    <li>
      <div>
        <strong className="words">{file.name}</strong>
        {file.state === "running" && <Progress file={file} />}
        <span role="status">{file.state !== "running" && <Outcome file={file} />}</span>
        <small>
          {t("asked", { user: file.created_by })}, <When at={file.created_at} />
        </small>
      </div>
      {file.url && (
        <a className="button" href={file.url} download={file.name} aria-label={t("download_name", { name: file.name })}>
          {t("download")}
        </a>
      )}
      {cancellable && (
        <button
          type="button"
          className="quiet"
          disabled={cancel.isPending}
          aria-label={t("cancel_name", { name: file.name })}
          onClick={() => cancel.mutate()}
        >
          {t("cancel")}
        </button>
      )}
    </li>
  );
}

function Progress({ file }: { file: FileAnswer }) {
  const t = useTexts(texts);
  const moments = useMoments();
  const { estimate, seen } = file.progress;
  return (
    <>
      <progress value={portionOf(file.progress) ?? undefined} aria-label={`${t("running")}: ${file.name}`} />
      <span>
        {t("running")}: {t.count("seen", seen)}
        {estimate !== null && ` ${t("of", { estimate: moments.number(estimate) })}`}. {t("safe")}
      </span>
    </>
  );
}

function Outcome({ file }: { file: FileAnswer }) {
  const t = useTexts(texts);
  const { language } = usePreferences();
  if (file.state === "done") {
    if (isExpired(file)) return t("expired");
    return (
      <>
        {t("done")}: {t.count("rows", file.progress.rows)}, {sizeOf(file.size ?? 0, LOCALES[language])}
        {file.expires_at && (
          <>
            , {t("until")} <When at={file.expires_at} />
          </>
        )}
      </>
    );
  }
  return (
    <span className={file.state === "failed" ? "refusal" : undefined}>
      {t(file.state)}
      {file.detail && `: ${file.detail}`}
    </span>
  );
}

function isExpired({ expires_at }: FileAnswer): boolean {
  return expires_at !== null && Date.parse(expires_at) <= Date.now();
}
