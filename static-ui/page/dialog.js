/** Native modal dialogs with one manner: Esc and the backdrop close, a drag that began inside does not, focus returns. */

import { t } from "../texts/words.js";
import { el } from "./element.js";
import { icon } from "./icons.js";
import { rescueToasts } from "./toasts.js";

/**
 * Gives a dialog our manner, once.
 * @param {HTMLDialogElement} $dialog
 */
export function mannered($dialog) {
  let pressedOutside = false;
  $dialog.addEventListener("pointerdown", (event) => (pressedOutside = event.target === $dialog));
  $dialog.addEventListener("click", (event) => {
    // A press inside that is let go outside also ends as a click on the dialog: only both together mean the backdrop.
    if (event.target === $dialog && pressedOutside) $dialog.close();
  });
  $dialog.addEventListener("close", () => rescueToasts($dialog));
  return $dialog;
}

/**
 * A dialog for one question. It is removed when it closes.
 * @param {{title: string, body: (Node|string)[], actions?: Node[], wide?: boolean, onClose?: () => void}} content
 */
export function ask({ title, body, actions = [], wide = false, onClose }) {
  const id = `dialog-${Math.random().toString(36).slice(2)}`;
  const $dialog = mannered(el("dialog", { class: wide ? "small-dialog wide" : "small-dialog", "aria-labelledby": id }));
  $dialog.append(
    el(
      "div",
      { class: "sheet" },
      el("header", { class: "sheet-head" }, el("h2", { id }, title), closer($dialog)),
      el("div", { class: "sheet-body" }, ...body),
      actions.length ? el("footer", { class: "sheet-foot" }, ...actions) : null,
    ),
  );
  const $before = document.activeElement;
  $dialog.addEventListener("close", () => {
    $dialog.remove();
    if ($before instanceof HTMLElement && $before.isConnected) $before.focus();
    onClose?.();
  });
  document.body.append($dialog);
  $dialog.showModal();
  return $dialog;
}

/** @param {HTMLDialogElement} $dialog */
export function closer($dialog) {
  return el("button", { type: "button", class: "icon-button", "aria-label": t("dialog.close"), onclick: () => $dialog.close() }, icon("close"));
}
