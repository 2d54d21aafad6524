import type { OperationAnswer } from "../api/contract";
import { useTexts } from "../language/language";
import { texts } from "./texts";

const LOOKS = {
  running: "badge pending",
  paused: "badge",
  stopped: "badge error",
  cancelled: "badge",
  done: "badge success",
  failed: "badge error",
} as const;

export function State({ of }: { of: OperationAnswer["state"] }) {
  const t = useTexts(texts);
  return <span className={LOOKS[of]}>{t(of)}</span>;
}
