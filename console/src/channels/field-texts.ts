import type { ChannelDocument, PolicyDocument, VtexDocument } from "../api/contract";
import type { Text } from "../language/texts";

type Field =
  | Exclude<keyof ChannelDocument, "vtex" | "policy" | "marketplace">
  | `vtex.${keyof VtexDocument}`
  | `policy.${keyof PolicyDocument}`
  | "marketplace.secret";

/** A channel's fields, by dotted path. Those of a connector's own have none but their path. */
export const FIELDS = {
  name: ["Nome", "Name", "Nombre"],
  enabled: ["Envios ligados", "Sends switched on", "Envíos encendidos"],
  connector: ["Conector", "Connector", "Conector"],
  threshold: ["Limite da regra (unidades)", "The rule's limit (units)", "Límite de la regla (unidades)"],
  late_after_s: ["Limite de atraso (segundos)", "Late after (seconds)", "Límite de atraso (segundos)"],
  listing_map: ["Usa vínculos com anúncios", "Looks listings up", "Usa vínculos con anuncios"],
  repairs: ["Correção de divergências", "Repair of differences", "Corrección de divergencias"],
  "vtex.strategy": ["Leitura do saldo", "How balances are read", "Lectura del saldo"],
  "vtex.base_url": ["Endereço da VTEX", "VTEX's address", "Dirección de VTEX"],
  "vtex.secret": ["Nome do segredo da VTEX", "Name of VTEX's secret", "Nombre del secreto de VTEX"],
  "vtex.trade_policy": ["Política comercial", "Trade policy", "Política comercial"],
  "vtex.seller": ["Vendedor (seller)", "Seller", "Vendedor (seller)"],
  "vtex.warehouses": ["Depósitos", "Warehouses", "Depósitos"],
  "vtex.chunk": ["SKUs por simulação", "SKUs in one simulation", "SKU por simulación"],
  "policy.unlimited_as": ["Estoque ilimitado mostra", "Unlimited stock shows", "Stock ilimitado muestra"],
  "policy.safety": ["Reserva de segurança", "Held in reserve", "Reserva de seguridad"],
  "policy.percent": ["Parte mostrada (%)", "Part that is shown (%)", "Parte mostrada (%)"],
  "policy.minimum": ["Mínimo para mostrar", "Least that is shown", "Mínimo para mostrar"],
  "policy.cap": ["Máximo mostrado", "Most that is shown", "Máximo mostrado"],
  "marketplace.secret": [
    "Nome do segredo do marketplace",
    "Name of the marketplace's secret",
    "Nombre del secreto del marketplace",
  ],
} as const satisfies Readonly<Record<Field, Text>>;

/** Values that are codes. */
export const FIELD_VALUES = {
  automatic: ["automática", "automatic", "automática"],
  hold: ["espera um operador", "waits for an operator", "espera a un operador"],
  simulation: ["simulação de compra", "fulfillment simulation", "simulación de compra"],
  logistics: ["inventário da logística", "inventory of logistics", "inventario de logística"],
} as const;
