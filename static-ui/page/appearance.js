/** Light or dark, English or Turkish: chosen in the menu, remembered, and by itself as the system asks. */

import { language, LANGUAGES, speak, t } from "../texts/words.js";
import { el } from "./element.js";
import { recall, remember } from "./memory.js";

const THEMES = ["auto", "light", "dark"];

/** Applies what was chosen before. Called before the first drawing. */
export function dressPage() {
  document.documentElement.lang = language;
  wear(theme());
}

/** @returns {string} */
const theme = () => recall("theme", "auto", (kept) => THEMES.includes(kept));

/** The two choices as a piece of the menu. */
export function appearanceChoices() {
  return [
    choice("theme", THEMES, theme(), (wanted) => {
      remember("theme", wanted);
      wear(wanted);
    }),
    choice("language", LANGUAGES, language, speak),
  ];
}

/** @param {string} wanted */
function wear(wanted) {
  if (wanted === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = wanted;
}

/**
 * @param {string} name
 * @param {string[]} values
 * @param {string} chosen
 * @param {(value: string) => void} act
 */
function choice(name, values, chosen, act) {
  return el(
    "fieldset",
    { class: "segmented" },
    el("legend", {}, t(`appearance.${name}`)),
    ...values.map((value) =>
      el("label", {}, el("input", { type: "radio", name, value, checked: value === chosen, onchange: () => act(value) }), el("span", {}, t(`${name}.${value}`))),
    ),
  );
}
