import type { PreviewAnswer } from "../api/contract";
import { useMoments, useTexts } from "../language/language";
import { type BulkAction, LEFT_OUT, leftOut } from "./bulk";
import { texts } from "./bulk-texts";

/** What becomes of the set, marketplace by marketplace. */
export function Split({ preview, action }: { preview: PreviewAnswer; action: BulkAction }) {
  const t = useTexts(texts);
  const moments = useMoments();
  const reasons = leftOut(preview.set);
  const rows = preview.affiliates.filter((each) => each.can_go > 0 || LEFT_OUT.some((reason) => each[reason] > 0));
  const going = action === "reprocess" ? t("can_go") : t(`can_go_${action}`);
  return (
    <table className="cards split">
      <caption className="unseen">{t("split")}</caption>
      <thead>
        <tr>
          <th scope="col">{t("marketplace")}</th>
          <th scope="col" className="number">
            {going}
          </th>
          {reasons.map((reason) => (
            <th key={reason} scope="col" className="number">
              {t(reason)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((each) => (
          <tr key={each.affiliate}>
            <td data-name={t("marketplace")}>{each.channel}</td>
            <td className="number" data-name={going}>
              {moments.number(each.can_go)}
            </td>
            {reasons.map((reason) => (
              <td key={reason} className="number" data-name={t(reason)}>
                {moments.number(each[reason])}
              </td>
            ))}
          </tr>
        ))}
        {rows.length > 1 && (
          <tr className="sum">
            <td data-name={t("marketplace")}>{t("all")}</td>
            <td className="number" data-name={going}>
              {moments.number(preview.set.can_go)}
            </td>
            {reasons.map((reason) => (
              <td key={reason} className="number" data-name={t(reason)}>
                {moments.number(preview.set[reason])}
              </td>
            ))}
          </tr>
        )}
      </tbody>
    </table>
  );
}
