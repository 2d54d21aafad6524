import { useTexts } from "../language/language";
import { useParameters } from "../shell/address";

const MOST_BACK = 20; // an address has its limits

const texts = {
  pages: ["Páginas", "Pages", "Páginas"],
  previous: ["Anteriores", "Previous", "Anteriores"],
  next: ["Próximos", "Next", "Siguientes"],
} as const;

/**
 * Pages by cursor, in the address: `cursor` is this page's, and `antes` are those of the pages before it, for the way
 * back. A shared link keeps its page.
 */
export function usePage(): { cursor: string | undefined; before: readonly string[] } {
  const [parameters] = useParameters();
  const before = parameters.get("antes");
  return { cursor: parameters.get("cursor") ?? undefined, before: before === null ? [] : before.split("~") };
}

export function Pager({ next, busy }: { next: string | null | undefined; busy: boolean }) {
  const t = useTexts(texts);
  const [, change] = useParameters();
  const { cursor, before } = usePage();
  const onward = () =>
    change({
      cursor: next ?? null,
      antes: cursor === undefined ? null : [...before, cursor].slice(-MOST_BACK).join("~"),
    });
  const back = () => change({ cursor: before.at(-1) ?? null, antes: before.slice(0, -1).join("~") || null });
  return (
    <nav className="pages" aria-label={t("pages")}>
      <button type="button" className="quiet" disabled={cursor === undefined || busy} onClick={back}>
        {t("previous")}
      </button>
      <button type="button" className="quiet" disabled={!next || busy} onClick={onward}>
        {t("next")}
      </button>
    </nav>
  );
}
