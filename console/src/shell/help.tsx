import { useTexts } from "../language/language";
import { Dialog } from "../parts/dialog";

const texts = {
  title: ["Atalhos do teclado", "Keyboard shortcuts", "Atajos de teclado"],
  off: [
    "Podem ser desligados em Preferências.",
    "They can be switched off in Preferences.",
    "Se pueden apagar en Preferencias.",
  ],
  search: ["Buscar", "Search", "Buscar"],
  help: ["Esta ajuda", "This help", "Esta ayuda"],
  move: ["Próximo e anterior registro", "Next and previous record", "Registro siguiente y anterior"],
  open: ["Abrir ou fechar o registro", "Open or close the record", "Abrir o cerrar el registro"],
  select: ["Selecionar o registro", "Select the record", "Seleccionar el registro"],
  select_page: ["Selecionar a página", "Select the page", "Seleccionar la página"],
  actions: ["Ações", "Actions", "Acciones"],
  reprocess: ["Reprocessar (só erros)", "Reprocess (errors only)", "Reprocesar (solo errores)"],
  remove: ["Remover Log", "Remove log", "Eliminar log"],
  undo: ["Desfazer", "Undo", "Deshacer"],
  export: ["Exportar", "Export", "Exportar"],
  errors: ["Erros", "Errors", "Errores"],
  late: ["Atrasados", "Late", "Atrasados"],
  records: ["Registros", "Records", "Registros"],
  overview: ["Visão geral", "Overview", "Visión general"],
  causes: ["Causas", "Causes", "Causas"],
  differences: ["Divergências", "Differences", "Divergencias"],
  operations: ["Operações", "Operations", "Operaciones"],
} as const;

const KEYS = [
  ["/", "search"],
  ["?", "help"],
  ["j · k", "move"],
  ["Enter", "open"],
  ["x", "select"],
  ["Shift + X", "select_page"],
  ["a", "actions"],
  ["r", "reprocess"],
  ["#", "remove"],
  ["z", "undo"],
  ["e", "export"],
  ["g r", "records"],
  ["g e", "errors"],
  ["g a", "late"],
  ["g v", "overview"],
  ["g c", "causes"],
  ["g d", "differences"],
  ["g o", "operations"],
] as const;

export function Help({ close }: { close: () => void }) {
  const t = useTexts(texts);
  return (
    <Dialog title={t("title")} close={close}>
      <dl className="keys">
        {KEYS.map(([keys, deed]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{t(deed)}</dd>
          </div>
        ))}
      </dl>
      <p>{t("off")}</p>
    </Dialog>
  );
}
