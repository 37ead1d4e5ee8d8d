/** Single keys for those who do not reach for the mouse, and the sheet that lists them. */

import { t } from "../texts/words.js";
import { ask } from "./dialog.js";
import { el } from "./element.js";

/** @typedef {{keys: string[], text: string, act: (event: KeyboardEvent) => void, modal?: boolean}} Shortcut */

/** @type {Shortcut[]} */
const shortcuts = [];

/**
 * @param {string[]} keys as `KeyboardEvent.key` names them
 * @param {string} text key of the sentence on the help sheet
 * @param {(event: KeyboardEvent) => void} act
 * @param {{modal?: boolean}} [when] `modal`: works while a dialog is open, and only then
 */
export function shortcut(keys, text, act, { modal = false } = {}) {
  shortcuts.push({ keys, text, act, modal });
}

/** @param {Document} $document */
export function startKeyboard($document) {
  shortcut(["?"], "keys.help", showHelp);
  $document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const modal = Boolean($document.querySelector("dialog:modal"));
    const found = shortcuts.find((one) => one.modal === modal && one.keys.includes(event.key));
    if (!found || $document.querySelector(".menu:popover-open")) return;
    event.preventDefault();
    found.act(event);
  });
}

/** What the browser does by itself, for whoever looks for it on the sheet. */
const NATIVE = [{ keys: ["Enter"], text: "keys.open" }, { keys: ["Esc"], text: "keys.close" }];

export function showHelp() {
  const rows = [...shortcuts, ...NATIVE].map((one) =>
    el("tr", {}, el("th", { scope: "row" }, ...one.keys.map((key) => el("kbd", {}, tKey(key)))), el("td", {}, t(one.text))),
  );
  ask({ title: t("keys.title"), body: [el("table", { class: "keys" }, el("tbody", {}, ...rows))] });
}

/** @param {string} key */
function tKey(key) {
  /** @type {Record<string, string>} */
  const drawn = { ArrowDown: "↓", ArrowUp: "↑", ArrowLeft: "←", ArrowRight: "→", Enter: "↵" };
  return drawn[key] ?? key;
}

/** @param {EventTarget|null} target */
function typing(target) {
  if (!(target instanceof HTMLElement)) return false;
  if (target.matches("textarea, select, [contenteditable]")) return true;
  return target instanceof HTMLInputElement && !["checkbox", "radio", "button"].includes(target.type);
}
