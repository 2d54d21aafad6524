import { useMoments, useTexts } from "../language/language";
import { useOverview } from "../shell/overview-query";
import type { Channel } from "./queries";

const texts = {
  shared: ["{limit} (da instalação)", "{limit} (the installation's)", "{limit} (de la instalación)"],
} as const;

/** After how long a change of the channel is late. */
export function LateLimit({ channel: { affiliate, late_after_s: own } }: { channel: Channel }) {
  const t = useTexts(texts);
  const { duration } = useMoments();
  const { data: overview } = useOverview();
  const limit = own ?? overview?.affiliates.find((one) => one.affiliate === affiliate)?.late_after_s;
  if (!limit) return "—";
  const told = duration(limit * 1000);
  return own ? told : t("shared", { limit: told });
}
