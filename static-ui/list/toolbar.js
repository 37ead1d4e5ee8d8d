/** The right end of the list's controls: own views, columns, export, a company by hand. */

import { el } from "../page/element.js";
import { icon } from "../page/icons.js";
import { menu } from "../page/menu.js";
import { may } from "../page/session.js";
import { t } from "../texts/words.js";
import { addLead } from "./add-lead.js";
import { columnChooser } from "./chooser.js";
import { exportMenu } from "./export.js";
import { changed, viewActions } from "./views.js";

const $columns = columnChooser();
const $export = exportMenu();

/** @returns {HTMLElement[]} */
export function toolbar() {
  const view = menu({ label: el("span", {}, t("views.menu"), changed() && el("span", { class: "changed-mark" }, t("views.changed"))), align: "end", panel: el("div", { class: "menu-items" }, ...viewActions()) });
  view.$panel.addEventListener("click", () => view.$panel.hidePopover());
  view.$button.classList.add("view-menu");
  const $add = may("operator") && el("button", { type: "button", class: "button", onclick: addLead, "aria-label": t("add.title"), "data-tip": t("add.title") }, icon("plus"));
  return [...($add ? [$add] : []), view.$both, $columns, $export];
}
