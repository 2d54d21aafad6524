import { useSyncExternalStore } from "react";

const DARK = "(prefers-color-scheme: dark)";

/**
 * Changes whenever colours do: the theme that the page has, and the system's. It is read from the page, because that is
 * where what is drawn gets its colours, a moment after the preference has changed.
 */
export function useScheme(): string {
  return useSyncExternalStore(listen, scheme);
}

/** A token's colour as it is now. A token may be light-dark(): only a property that uses it knows which. */
export function ink(host: Element, token: string): string {
  const drop = document.createElement("i");
  drop.style.color = `var(${token})`;
  host.append(drop);
  const { color } = getComputedStyle(drop);
  drop.remove();
  return color;
}

function scheme(): string {
  return `${document.documentElement.dataset.theme} ${matchMedia(DARK).matches}`;
}

function listen(listener: () => void): () => void {
  const theme = new MutationObserver(listener);
  theme.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  const system = matchMedia(DARK);
  system.addEventListener("change", listener);
  return () => {
    theme.disconnect();
    system.removeEventListener("change", listener);
  };
}
