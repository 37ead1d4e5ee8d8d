/** Type to search, without a dialog: the list follows 250 ms after the last key. */

import { go, here } from "../page/address.js";
import { el } from "../page/element.js";
import { icon } from "../page/icons.js";
import { shortcut } from "../page/keyboard.js";
import { t } from "../texts/words.js";

const PATIENCE = 250;

/** The search field. On Today it leads to all leads. */
export function searchField() {
  let timer = 0;
  const $input = el("input", { type: "search", id: "search", placeholder: t("search.placeholder"), "aria-label": t("search.label"), autocomplete: "off", spellcheck: "false", maxlength: 100 });
  const search = () => {
    const q = $input.value.trim();
    const place = here();
    if ((place.filters.q ?? "") === q) return;
    const { q: _, ...others } = place.filters;
    const listed = !["today", "attention"].includes(place.view);
    go({ view: listed ? place.view : "leads", filters: q ? { ...others, q } : others }, { replace: Boolean(place.filters.q && q && listed) });
  };
  $input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(search, PATIENCE);
  });
  $input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") search();
    if (event.key === "ArrowDown" || event.key === "Enter") {
      event.preventDefault();
      /** @type {HTMLElement|null} */ (document.querySelector("[data-row-link]"))?.focus();
    }
  });
  shortcut(["/"], "keys.search", () => ($input.focus(), $input.select()));
  return el("div", { class: "search", role: "search" }, icon("search"), $input);
}

/** Brings the field in line with the address, unless somebody is typing in it. */
export function showSearch() {
  const $input = /** @type {HTMLInputElement|null} */ (document.getElementById("search"));
  if ($input && $input !== document.activeElement) $input.value = here().filters.q ?? "";
}
