import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { body } from "../api/client";
import type { NewToken, TokenAnswer } from "../api/contract";
import { useTexts } from "../language/language";
import { Copy } from "../parts/copy";
import { Dialog } from "../parts/dialog";
import { Failed } from "../parts/notice";
import { Skeleton } from "../parts/skeleton";
import { When } from "../parts/when";
import { useConsole, useRefresh } from "../shell/console";
import { useToasts } from "../shell/toasts";

const KINDS = ["webhook", "logs"] as const;

const texts = {
  title: ["Tokens", "Tokens", "Tokens"],
  what: [
    "Com eles a VTEX avisa das mudanças (webhook) e lê os logs. O segredo aparece uma única vez, ao criar.",
    "With these VTEX tells of changes (webhook) and reads the logs. The secret is shown once, when it is created.",
    "Con ellos VTEX avisa de los cambios (webhook) y lee los logs. El secreto aparece una sola vez, al crear.",
  ],
  name: ["Nome", "Name", "Nombre"],
  kind: ["Serve para", "Is for", "Sirve para"],
  webhook: ["webhook", "webhook", "webhook"],
  logs: ["logs", "logs", "logs"],
  created: ["Criado", "Created", "Creado"],
  by: ["por {user}", "by {user}", "por {user}"],
  ends: ["Termina", "Ends", "Termina"],
  never: ["até ser revogado", "until it is revoked", "hasta que se revoque"],
  actions: ["Ações", "Actions", "Acciones"],
  none: ["Nenhum token ainda.", "No token yet.", "Ningún token todavía."],
  create: ["Criar token", "Create a token", "Crear token"],
  revoke: ["Revogar", "Revoke", "Revocar"],
  revoke_title: ["Revogar o token {name}", "Revoke the token {name}", "Revocar el token {name}"],
  revoke_text: [
    "Em até um minuto ele deixa de valer. Se a VTEX ainda o usa, os avisos dela passam a ser recusados. Não há como desfazer.",
    "Within a minute it is no longer valid. If VTEX still uses it, its notifications will be refused. This cannot be undone.",
    "En un minuto deja de valer. Si VTEX todavía lo usa, sus avisos serán rechazados. No se puede deshacer.",
  ],
  revoked: ["Token {name} revogado", "Token {name} revoked", "Token {name} revocado"],
  created_title: [
    "Copie agora: não aparece de novo",
    "Copy it now: it is not shown again",
    "Copie ahora: no se muestra de nuevo",
  ],
  address: ["Endereço", "Address", "Dirección"],
  header: ["Cabeçalho que leva o segredo", "Header that carries the secret", "Encabezado que lleva el secreto"],
  secret: ["Segredo", "Secret", "Secreto"],
} as const;

/** What VTEX comes in with. A secret is shown when it is made, and never again. */
export function Tokens() {
  const t = useTexts(texts);
  const { api, account } = useConsole();
  const [open, setOpen] = useState<"create" | TokenAnswer | null>(null);
  const { data, error, refetch } = useQuery({
    queryKey: [account, "tokens"],
    queryFn: ({ signal }) => body(api.GET("/v1/tokens", { params: { query: { account } }, signal })),
  });
  return (
    <section className="tokens" aria-labelledby="tokens">
      <h2 id="tokens">{t("title")}</h2>
      <p>{t("what")}</p>
      <p className="buttons">
        <button type="button" onClick={() => setOpen("create")}>
          {t("create")}
        </button>
      </p>
      {error && !data && <Failed error={error} retry={refetch} />}
      {!error && !data && <Skeleton rows={2} />}
      {data?.items.length === 0 && <p>{t("none")}</p>}
      {data && data.items.length > 0 && (
        <table className="cards">
          <thead>
            <tr>
              <th>{t("name")}</th>
              <th>{t("kind")}</th>
              <th>{t("created")}</th>
              <th>{t("ends")}</th>
              <th>{t("actions")}</th>
            </tr>
          </thead>
          <tbody>
            {data.items.map((token) => (
              <tr key={token.id}>
                <td data-name={t("name")}>
                  <div className="words">
                    {nameOf(token)}
                    <small>…{token.ending}</small>
                  </div>
                </td>
                <td data-name={t("kind")}>{t(token.kind)}</td>
                <td data-name={t("created")}>
                  <span>
                    <When at={token.created_at} /> {t("by", { user: token.created_by })}
                  </span>
                </td>
                <td data-name={t("ends")}>{token.ends_at ? <When at={token.ends_at} /> : t("never")}</td>
                <td data-name={t("actions")}>
                  <button
                    type="button"
                    className="danger"
                    aria-label={t("revoke_title", { name: nameOf(token) })}
                    onClick={() => setOpen(token)}
                  >
                    {t("revoke")}
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {open === "create" && <Create close={() => setOpen(null)} />}
      {open !== null && open !== "create" && <Revoke token={open} close={() => setOpen(null)} />}
    </section>
  );
}

function nameOf({ name, id }: TokenAnswer): string {
  return name || id;
}

function Create({ close }: { close: () => void }) {
  const t = useTexts(texts);
  const { api, account, config } = useConsole();
  const refresh = useRefresh();
  const [wanted, setWanted] = useState<NewToken>({ name: "", kind: "webhook" });
  const create = useMutation({
    mutationFn: () => body(api.POST("/v1/tokens", { params: { query: { account } }, body: wanted })),
    onSuccess: () => refresh("tokens", "activity"),
  });
  const send = (event: FormEvent) => {
    event.preventDefault();
    create.mutate();
  };
  const made = create.data;
  if (made) {
    return (
      <Dialog title={t("created_title")} close={close}>
        <Copied label={t("address")} text={`${config.apiUrl || location.origin}${made.path}`} />
        {made.header && <Copied label={t("header")} text={made.header} />}
        <Copied label={t("secret")} text={made.secret} />
      </Dialog>
    );
  }
  return (
    <Dialog title={t("create")} close={close}>
      <form className="fields" onSubmit={send}>
        <label>
          <span>{t("name")}</span>
          <input
            required
            maxLength={100}
            value={wanted.name}
            onChange={({ target }) => setWanted({ ...wanted, name: target.value })}
          />
        </label>
        <label>
          <span>{t("kind")}</span>
          <select
            value={wanted.kind}
            onChange={({ target }) =>
              setWanted({ ...wanted, kind: KINDS.find((one) => one === target.value) ?? "webhook" })
            }
          >
            {KINDS.map((one) => (
              <option key={one} value={one}>
                {t(one)}
              </option>
            ))}
          </select>
        </label>
        {create.error && (
          <p className="refusal" role="alert">
            {create.error.message}
          </p>
        )}
        <p className="buttons">
          <button type="submit" disabled={create.isPending}>
            {t("create")}
          </button>
        </p>
      </form>
    </Dialog>
  );
}

function Copied({ label, text }: { label: string; text: string }) {
  return (
    <div className="copied">
      <p>
        <small>{label}</small>
        <code className="words">{text}</code>
      </p>
      <Copy text={text} about={label} />
    </div>
  );
}

function Revoke({ token, close }: { token: TokenAnswer; close: () => void }) {
  const t = useTexts(texts);
  const { api, account } = useConsole();
  const refresh = useRefresh();
  const { say } = useToasts();
  const revoke = useMutation({
    mutationFn: () =>
      body(api.DELETE("/v1/tokens/{token_id}", { params: { path: { token_id: token.id }, query: { account } } })),
    onSuccess: () => {
      say({ title: t("revoked", { name: nameOf(token) }) });
      close();
    },
    onSettled: () => refresh("tokens", "activity"),
  });
  return (
    <Dialog title={t("revoke_title", { name: nameOf(token) })} close={close}>
      <p>{t("revoke_text")}</p>
      {revoke.error && (
        <p className="refusal" role="alert">
          {revoke.error.message}
        </p>
      )}
      <p className="buttons">
        <button type="button" className="danger" disabled={revoke.isPending} onClick={() => revoke.mutate()}>
          {t("revoke")}
        </button>
      </p>
    </Dialog>
  );
}
