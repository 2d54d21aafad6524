import { Link } from "wouter";
import type { RecordAnswer } from "../api/contract";
import { useTexts } from "../language/language";
import { recordPath, useHref } from "../shell/address";
import { useConsole } from "../shell/console";
import { ActionsMenu } from "./actions-menu";
import type { Deed } from "./deeds";
import { useRecord } from "./queries";
import { Story } from "./story";
import { texts } from "./texts";

type DetailProps = {
  id: string;
  record: RecordAnswer;
  /** How many columns there are beside the one of the code. */
  span: number;
  act: (deed: Deed, record: RecordAnswer) => void;
};

/** What an opened record tells, below its line: what can be done at the left, what happened beside it. */
export default function RecordDetail({ id, record, span, act }: DetailProps) {
  const t = useTexts(texts);
  const href = useHref();
  const { may } = useConsole();
  const { data: whole } = useRecord(record.affiliate, record.sku, seenOf(record));
  // the list is asked more often; the evidence is only in the view of the one record
  const told = whole ? { ...whole, ...record, attempts: whole.attempts, policy: whole.policy } : record;
  return (
    <tr className="below" id={id}>
      <td colSpan={may.operate ? 2 : 1} className="actions">
        <section aria-label={t("actions")}>
          <ActionsMenu record={record} act={act} />
        </section>
      </td>
      <td colSpan={span}>
        <Story record={told}>
          <Link href={href(recordPath(record.affiliate, record.sku))}>{t("whole_page")}</Link>
        </Story>
      </td>
    </tr>
  );
}

/** Changes whenever there is more to tell. */
function seenOf(record: RecordAnswer): string {
  return [record.status, record.situation.code, record.attempts.at(-1)?.at, record.version, record.request].join("|");
}
