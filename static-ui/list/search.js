/** Type to search, without a dialog: the list follows 250 ms after the last key. */

import { go, here } from "../page/address.js";
import { el } from "../page/element.js";
import { icon } from "../page/icons.js";
import { shortcut } from "../page/keyboard.js";
import { t } from "../texts/words.js";
import { filterBy, isList } from "./views.js";

const PATIENCE = 250;

/** Runs while somebody types. */
let timer = 0;

/** The search field. On Today it leads to all leads. */
export function searchField() {
  const $input = el("input", { type: "search", id: "search", placeholder: t("search.placeholder"), "aria-label": t("search.label"), autocomplete: "off", spellcheck: "false", maxlength: 100 });
  const search = () => {
    timer = 0;
    const q = $input.value.trim();
    const place = here();
    if ((place.filters.q ?? "") === q) return;
    const { q: _, ...others } = place.filters;
    const filters = q ? { ...others, q } : others;
    if (isList(place.view)) filterBy(filters, { replace: Boolean(place.filters.q && q) });
    else go({ view: "leads", filters });
  };
  $input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(search, PATIENCE);
  });
  $input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") (clearTimeout(timer), search());
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
  const q = here().filters.q ?? "";
  if ($input && !timer && $input.value.trim() !== q) $input.value = q;
}
