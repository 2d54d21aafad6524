import { Component, type ReactNode } from "react";
import { useTexts } from "../language/language";
import { Notice } from "../parts/notice";

const texts = {
  title: ["Esta tela não pôde ser mostrada", "This screen could not be shown", "Esta pantalla no pudo mostrarse"],
  text: [
    "Recarregue a página. Os dados não foram perdidos.",
    "Reload the page. No data was lost.",
    "Recargue la página. Los datos no se perdieron.",
  ],
  reload: ["Recarregar", "Reload", "Recargar"],
} as const;

type Props = {
  /** Where the viewer is: elsewhere it is tried again. */
  readonly at: string;
  readonly children: ReactNode;
};

/**
 * Says so where a screen breaks, instead of leaving an empty page: its code did not arrive, or there is a mistake in it.
 * A file that did not arrive is not asked for again before the page is loaded anew: browsers keep the failure.
 */
export class Unbroken extends Component<Props, { readonly broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  override componentDidUpdate({ at }: Props) {
    if (this.state.broken && at !== this.props.at) this.setState({ broken: false });
  }

  override render() {
    return this.state.broken ? <Broken /> : this.props.children;
  }
}

function Broken() {
  const t = useTexts(texts);
  const action = (
    <button type="button" onClick={() => location.reload()}>
      {t("reload")}
    </button>
  );
  return (
    <Notice title={t("title")} action={action} wrong>
      {t("text")}
    </Notice>
  );
}
