/** Looks for news without moving rows: changed values appear in place, new or moved rows wait behind "4 new · Show". */

import { el, fill } from "../page/element.js";
import { icon } from "../page/icons.js";
import { t } from "../texts/words.js";
import { focusRow, shownRows } from "./table.js";

const EVERY = 30_000;

/** What differs between the rows shown and the rows there are now. Pure. @param {string[]} shown @param {string[]} present */
export function news(shown, present) {
  const added = present.filter((key) => !shown.includes(key)).length;
  return { added, moved: !added && shown.join("\n") !== present.join("\n") };
}

/**
 * The line above a table that offers news.
 * @param {() => Promise<unknown>} show
 */
export function newsLine(show) {
  const $line = el("div", { class: "news", role: "status" });
  return {
    $line,
    /** @param {{added: number, moved: boolean}} found */
    offer({ added, moved }) {
      if (!added && !moved) return fill($line);
      const text = added ? t("news.added", { count: added }) : t("news.moved");
      const act = async () => {
        fill($line);
        await show();
        if (document.activeElement === document.body) focusRow(shownRows(document)[0]);
      };
      fill($line, el("button", { type: "button", class: "button news-button", onclick: act }, icon("up"), `${text} · ${t("news.show")}`));
    },
    clear: () => fill($line),
  };
}

/**
 * Calls back every half minute, and when somebody or the network comes back.
 * @param {() => void} look
 */
export function watchForNews(look) {
  const seen = () => document.visibilityState === "visible";
  setInterval(() => seen() && look(), EVERY);
  document.addEventListener("visibilitychange", () => seen() && look());
  for (const name of ["hunter:changed", "online"]) addEventListener(name, () => look());
}
