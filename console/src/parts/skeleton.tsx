import { useTexts } from "../language/language";

const texts = { loading: ["Carregando", "Loading", "Cargando"] } as const;

/** What is on its way, in the shape that it will have; never over what is there already. */
export function Skeleton({ rows = 6 }: { rows?: number }) {
  const t = useTexts(texts);
  return (
    <div className="skeleton" role="status" aria-label={t("loading")}>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all the same
        <div key={row} className="bone" />
      ))}
    </div>
  );
}
