import { useEffect } from "react";

/** The tab says where it is. */
export function useTitle(screen: string): void {
  useEffect(() => {
    document.title = `${screen} · StockBridge`;
  }, [screen]);
}
