/** A list that comes page by page: the button below it brings the next page, and goes with the last. */

import { el } from "./element.js";
import { complain } from "./trouble.js";
import { busy } from "./waiting.js";

/**
 * @param {string} text
 * @param {string|null|undefined} cursor mark of the next page; none: it is the first; null: there is none
 * @param {(cursor: string|undefined) => Promise<string|null>} bring puts the next page in its place and gives the mark of the one after
 */
export function more(text, cursor, bring) {
  const $more = el("button", { type: "button", class: "link" }, text);
  let next = cursor;
  $more.hidden = next === null;
  const act = async () => {
    try {
      next = await bring(next ?? undefined);
      $more.hidden = next === null;
    } catch (error) {
      complain(error);
    }
  };
  $more.addEventListener("click", () => busy($more, act));
  return $more;
}
