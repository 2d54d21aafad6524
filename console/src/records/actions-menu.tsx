import * as Ariakit from "@ariakit/react/menu";
import { useRef } from "react";
import type { RecordAnswer } from "../api/contract";
import { useTexts } from "../language/language";
import { useConsole } from "../shell/console";
import type { Deed } from "./deeds";
import { texts } from "./texts";

/** Why Reprocessar is there and cannot be chosen; null when it can, or has no place. */
function reasonNot(record: RecordAnswer): "already_waiting" | "nothing_to_do" | null {
  if (record.actions.includes("reprocess") || record.removed || record.status === "success") return null;
  return record.status === "pending" ? "already_waiting" : "nothing_to_do";
}

/** Ações: Reprocessar of what is not a success, and below it Remover Log, so that a slip does the harmless one. */
export function ActionsMenu({
  record,
  act,
}: {
  record: RecordAnswer;
  act: (deed: Deed, record: RecordAnswer) => void;
}) {
  const t = useTexts(texts);
  const { may } = useConsole();
  const button = useRef<HTMLButtonElement>(null);
  if (!may.operate) return <p className="may-not">{t("may_not")}</p>;
  const reason = reasonNot(record);
  const choose = (deed: Deed) => {
    button.current?.focus(); // a dialog gives the focus back to where it was, and the menu is gone by then
    act(deed, record);
  };
  const offers = record.actions.includes("reprocess") && record.status !== "success";
  return (
    <Ariakit.MenuProvider>
      <Ariakit.MenuButton ref={button} className="actions-button" data-shortcut="actions">
        {t("actions")} <Ariakit.MenuButtonArrow />
      </Ariakit.MenuButton>
      <Ariakit.Menu gutter={4} className="menu" fixed unmountOnHide>
        {(offers || reason) && (
          <>
            <Ariakit.MenuItem
              className="menu-item"
              disabled={reason !== null}
              accessibleWhenDisabled
              onClick={() => choose("reprocess")}
            >
              {t("reprocess")}
              {reason && <small>{t(reason)}</small>}
            </Ariakit.MenuItem>
            <Ariakit.MenuSeparator />
          </>
        )}
        {record.actions.includes("remove") && (
          <Ariakit.MenuItem className="menu-item" onClick={() => choose("remove")}>
            {t("remove")}
          </Ariakit.MenuItem>
        )}
        {record.actions.includes("restore") && (
          <Ariakit.MenuItem className="menu-item" onClick={() => choose("restore")}>
            {t("restore")}
          </Ariakit.MenuItem>
        )}
      </Ariakit.Menu>
    </Ariakit.MenuProvider>
  );
}
