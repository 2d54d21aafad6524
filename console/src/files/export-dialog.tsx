import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { body } from "../api/client";
import { useTexts } from "../language/language";
import { usePreferences, zoneOf } from "../language/preferences";
import { Dialog } from "../parts/dialog";
import type { Filter } from "../records/filter";
import { useConsole, useRefresh } from "../shell/console";
import { fileFilterOf } from "./file-filter";
import { Files } from "./files";
import { FilterWords } from "./filter-words";
import "./files.css";

const FORMATS = ["xlsx", "csv"] as const;

const texts = {
  title: ["Exportar registros", "Export records", "Exportar registros"],
  contents: ["O que o arquivo terá", "What the file will have", "Qué tendrá el archivo"],
  columns: [
    "Uma linha por registro, com a causa, o que fazer e a mensagem. Horários de {zone}.",
    "One row for each record, with its cause, what to do and the message. Times of {zone}.",
    "Una fila por registro, con la causa, qué hacer y el mensaje. Horarios de {zone}.",
  ],
  risk: [
    "A ordem de risco não limita o arquivo: ele terá todos os registros deste filtro.",
    "The order of risk does not limit a file: it will have all records of this filter.",
    "El orden de riesgo no limita el archivo: tendrá todos los registros de este filtro.",
  ],
  format: ["Formato", "Format", "Formato"],
  xlsx: ["Excel (XLSX)", "Excel (XLSX)", "Excel (XLSX)"],
  csv: ["CSV", "CSV", "CSV"],
  make: ["Preparar arquivo", "Prepare file", "Preparar archivo"],
} as const;

/** Asks for what a list shows as a file, and shows what became of it and of the files before it. */
export default function ExportDialog({ filter, close }: { filter: Filter; close: () => void }) {
  const t = useTexts(texts);
  const { api, account } = useConsole();
  const preferences = usePreferences();
  const refresh = useRefresh();
  const [now] = useState(Date.now);
  const [format, setFormat] = useState<(typeof FORMATS)[number]>("xlsx");
  const zone = zoneOf(preferences);
  const ask = useMutation({
    mutationFn: () =>
      body(
        api.POST("/v1/files", {
          params: { query: { account } },
          body: { format, filter: fileFilterOf(filter, Date.now()), language: preferences.language, zone },
        }),
      ),
    onSuccess: () => refresh("files"),
  });
  return (
    <Dialog title={t("title")} close={close}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          ask.mutate();
        }}
      >
        <h3>{t("contents")}</h3>
        <FilterWords filter={filter} now={now} />
        {filter.risk && <p>{t("risk")}</p>}
        <p>
          <small>{t("columns", { zone })}</small>
        </p>
        <fieldset className="formats">
          <legend>{t("format")}</legend>
          {FORMATS.map((one) => (
            <label key={one} className="check">
              <input type="radio" name="format" checked={format === one} onChange={() => setFormat(one)} />
              <span>{t(one)}</span>
            </label>
          ))}
        </fieldset>
        <p className="buttons">
          <button type="submit" disabled={ask.isPending}>
            {t("make")}
          </button>
        </p>
        {ask.error && (
          <p className="refusal" role="alert">
            {ask.error.message}
          </p>
        )}
      </form>
      <Files />
    </Dialog>
  );
}
