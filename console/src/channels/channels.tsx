import { Link } from "wouter";
import { useTexts } from "../language/language";
import { Failed, Notice } from "../parts/notice";
import { Skeleton } from "../parts/skeleton";
import { useToldValue } from "../parts/told-value";
import { channelPath, useHref } from "../shell/address";
import { useTitle } from "../shell/title";
import { ChannelState } from "./channel-state";
import { ChannelSwitch } from "./channel-switch";
import { ChannelTest } from "./channel-test";
import { FIELD_VALUES } from "./field-texts";
import { ForAdministrators } from "./for-administrators";
import { LateLimit } from "./late-limit";
import { type Channel, useChannels } from "./queries";
import { Tokens } from "./tokens";
import "./channels.css";

const texts = {
  screen: ["Conexões", "Connections", "Conexiones"],
  none: ["Nenhuma conexão ainda", "No connection yet", "Ninguna conexión todavía"],
  none_text: [
    "Uma conexão leva o estoque da conta a um marketplace. Crie a primeira pela API ou pelo comando stockbridge channels.",
    "A connection takes the account's stock to one marketplace. Make the first by the API, or with stockbridge channels.",
    "Una conexión lleva el stock de la cuenta a un marketplace. Cree la primera por la API o con stockbridge channels.",
  ],
  name: ["Marketplace", "Marketplace", "Marketplace"],
  state: ["Estado", "State", "Estado"],
  connector: ["Conector", "Connector", "Conector"],
  threshold: ["Limite da regra", "The rule's limit", "Límite de la regla"],
  "units.one": ["{count} unidade", "{count} unit", "{count} unidad"],
  "units.other": ["{count} unidades", "{count} units", "{count} unidades"],
  late: ["Limite de atraso", "Late after", "Límite de atraso"],
  repairs: ["Correções", "Repairs", "Correcciones"],
  actions: ["Ações", "Actions", "Acciones"],
} as const;

/** The account's channels: whether each sends, and the switch. */
export default function Channels() {
  const t = useTexts(texts);
  useTitle(t("screen"));
  return (
    <ForAdministrators>
      <List />
      <Tokens />
    </ForAdministrators>
  );
}

function List() {
  const t = useTexts(texts);
  const { data, error, refetch } = useChannels();
  if (error && !data) return <Failed error={error} retry={refetch} />;
  if (data?.length === 0) return <Notice title={t("none")}>{t("none_text")}</Notice>;
  return (
    <>
      <h2>{t("screen")}</h2>
      {!data && <Skeleton />}
      {data && (
        <table className="cards channels">
          <thead>
            <tr>
              <th>{t("name")}</th>
              <th>{t("state")}</th>
              <th>{t("connector")}</th>
              <th>{t("threshold")}</th>
              <th>{t("late")}</th>
              <th>{t("repairs")}</th>
              <th>{t("actions")}</th>
            </tr>
          </thead>
          <tbody>
            {data.map((channel) => (
              <Row key={channel.affiliate} channel={channel} />
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

function Row({ channel }: { channel: Channel }) {
  const t = useTexts(texts);
  const href = useHref();
  const told = useToldValue(FIELD_VALUES);
  const { affiliate, name, connector, threshold, repairs } = channel;
  return (
    <tr>
      <td data-name={t("name")}>
        <div>
          <Link href={href(channelPath(affiliate))}>{name}</Link>
          <small>{affiliate}</small>
        </div>
      </td>
      <td data-name={t("state")}>
        <div>
          <ChannelState channel={channel} />
        </div>
      </td>
      <td data-name={t("connector")}>{connector}</td>
      <td data-name={t("threshold")}>{t.count("units", threshold)}</td>
      <td data-name={t("late")}>
        <LateLimit channel={channel} />
      </td>
      <td data-name={t("repairs")}>{told(repairs)}</td>
      <td data-name={t("actions")}>
        <div className="buttons">
          <ChannelSwitch channel={channel} />
          <ChannelTest channel={channel} />
        </div>
      </td>
    </tr>
  );
}
