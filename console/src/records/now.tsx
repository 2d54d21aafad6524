import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import { useMoments, useTexts } from "../language/language";
import { texts } from "./texts";

const TICK_MS = 15_000;

const Context = createContext(Date.now());

/** What is told by its age tells it anew from time to time; nothing else is drawn again. */
export function Clock({ children }: { children: ReactNode }) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return <Context.Provider value={now}>{children}</Context.Provider>;
}

export function useNow(): number {
  return useContext(Context);
}

/** "há 12 min"; all of the instant where somebody points. */
export function Ago({ at }: { at: string }) {
  const moments = useMoments();
  const t = useTexts(texts);
  const past = useNow() - Date.parse(at);
  return (
    <time dateTime={at} title={moments.exact(at)}>
      {past < TICK_MS ? t("just_now") : t("ago", { duration: moments.duration(past) })}
    </time>
  );
}
