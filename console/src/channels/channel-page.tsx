import { Link } from "wouter";
import { useTexts } from "../language/language";
import { Failed } from "../parts/notice";
import { Skeleton } from "../parts/skeleton";
import { useToldValue } from "../parts/told-value";
import { PAGES, useHref } from "../shell/address";
import { useTitle } from "../shell/title";
import { ChannelState } from "./channel-state";
import { ChannelSwitch } from "./channel-switch";
import { ChannelTest } from "./channel-test";
import { entriesOf } from "./configuration";
import { FIELD_VALUES, FIELDS } from "./field-texts";
import { ForAdministrators } from "./for-administrators";
import { type Channel, useChannel } from "./queries";
import { Threshold } from "./threshold";
import "./channels.css";

const texts = {
  all: ["Todas as conexões", "All connections", "Todas las conexiones"],
  activity: ["Quem mudou o quê", "Who changed what", "Quién cambió qué"],
  state: ["Envios", "Sends", "Envíos"],
  state_text: [
    "Quando você pausa, a conexão continua lendo a VTEX e nada envia. O que espera é enviado quando você continuar.",
    "When you pause it, the connection goes on reading VTEX and sends nothing. What waits is sent when you resume it.",
    "Cuando usted la pausa, la conexión sigue leyendo VTEX y no envía nada. Lo que espera se envía cuando la continúe.",
  ],
  configuration: ["Configuração", "Configuration", "Configuración"],
  read_only: [
    "Estes campos são mudados pela API ou pelo comando stockbridge channels. De segredos há só o nome.",
    "These fields are changed by the API, or with stockbridge channels. Of secrets there is only the name.",
    "Estos campos se cambian por la API o con stockbridge channels. De los secretos solo está el nombre.",
  ],
  rev: ["Vezes salva", "Times saved", "Veces guardada"],
} as const;

export default function ChannelPage({ affiliate }: { affiliate: string }) {
  useTitle(affiliate);
  return (
    <ForAdministrators>
      <One affiliate={affiliate} />
    </ForAdministrators>
  );
}

function One({ affiliate }: { affiliate: string }) {
  const t = useTexts(texts);
  const href = useHref();
  const { data: channel, error, refetch } = useChannel(affiliate);
  if (error && !channel) return <Failed error={error} retry={refetch} />;
  if (!channel) return <Skeleton />;
  return (
    <>
      <p>
        <Link href={href(PAGES.channels)}>{t("all")}</Link> ·{" "}
        <Link href={href(PAGES.activity, { objeto: affiliate })}>{t("activity")}</Link>
      </p>
      <h2>
        {channel.name} <small>{affiliate}</small>
      </h2>
      <div className="panels">
        <section className="panel" aria-labelledby="channel-state">
          <h3 id="channel-state">{t("state")}</h3>
          <ChannelState channel={channel} />
          <p>
            <small>{t("state_text")}</small>
          </p>
          <div className="buttons">
            <ChannelSwitch channel={channel} />
            <ChannelTest channel={channel} />
          </div>
        </section>
        <Threshold key={channel.affiliate} channel={channel} />
      </div>
      <Configuration channel={channel} />
    </>
  );
}

function Configuration({ channel }: { channel: Channel }) {
  const t = useTexts(texts);
  const name = useTexts(FIELDS);
  const told = useToldValue(FIELD_VALUES);
  const { affiliate: _, rev, ...document } = channel;
  return (
    <section aria-labelledby="configuration">
      <h3 id="configuration">{t("configuration")}</h3>
      <p>
        <small>{t("read_only")}</small>
      </p>
      <dl className="configuration">
        {entriesOf(document).map(([field, value]) => (
          <div key={field}>
            <dt>{Object.hasOwn(FIELDS, field) ? name(field as keyof typeof FIELDS) : <code>{field}</code>}</dt>
            <dd className="words">{told(value)}</dd>
          </div>
        ))}
        <div>
          <dt>{t("rev")}</dt>
          <dd>{told(rev)}</dd>
        </div>
      </dl>
    </section>
  );
}
