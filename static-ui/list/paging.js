/** Previous and next, and where one is: "51-100 of 1,240 · page 2 of 25". */

import { go } from "../page/address.js";
import { el, fill } from "../page/element.js";
import { icon } from "../page/icons.js";
import { recall, remember } from "../page/memory.js";
import { t } from "../texts/words.js";

/** @import { Page, Lead } from "../types.js" */

const SIZES = [25, 50, 100, 200];

/** Rows on a page, as chosen in this browser. */
export const pageSize = () => recall("page-size", 50, (kept) => SIZES.includes(kept));

/**
 * @param {HTMLElement} $place
 * @param {Page<Lead>} page
 */
export function showPaging($place, page) {
  const focused = $place.contains(document.activeElement) ? (document.activeElement?.getAttribute("data-step") ?? "") : "";
  const last = page.first + page.items.length - 1;
  const pages = Math.max(1, Math.ceil(page.total / page.limit));
  const number = Math.floor((page.first - 1) / page.limit) + 1;
  fill(
    $place,
    el("p", { id: "page-info" }, t("paging.rows", { first: page.first, last, total: page.total }), el("span", { class: "quiet" }, t("paging.pages", { number, pages }))),
    sizes(),
    el(
      "div",
      { class: "pair" },
      step("paging.previous", "arrow_left", page.prev_cursor, page.first > 1),
      step("paging.next", "arrow_right", page.next_cursor, last < page.total),
    ),
  );
  $place.hidden = page.total === 0;
  if (!focused) return;
  const $steps = [...$place.querySelectorAll("[data-step]:enabled")];
  /** @type {HTMLElement|undefined} */ ($steps.find(($step) => $step.getAttribute("data-step") === focused) ?? $steps[0])?.focus({ preventScroll: true });
}

/**
 * @param {string} text
 * @param {"arrow_left"|"arrow_right"} picture
 * @param {string|null} cursor
 * @param {boolean} there
 */
function step(text, picture, cursor, there) {
  const turn = () => {
    go({ cursor: cursor ?? "" });
    document.getElementById("list-top")?.scrollIntoView();
  };
  const before = picture === "arrow_left";
  return el("button", { type: "button", class: "button", "data-step": text, disabled: !there, onclick: turn }, before && icon(picture), t(text), !before && icon(picture));
}

function sizes() {
  const $select = el("select", {}, ...SIZES.map((size) => el("option", { value: size, selected: size === pageSize() }, size)));
  $select.addEventListener("change", () => {
    remember("page-size", Number($select.value));
    go({ cursor: "" });
    dispatchEvent(new Event("hunter:reload"));
  });
  return el("label", { class: "page-size" }, t("paging.size"), $select);
}
