/** The right end of the list's controls: own views, columns, export, a company by hand. */

import { el, fill } from "../page/element.js";
import { icon } from "../page/icons.js";
import { menu } from "../page/menu.js";
import { may } from "../page/session.js";
import { t } from "../texts/words.js";
import { addLead } from "./add-lead.js";
import { columnChooser } from "./chooser.js";
import { exportMenu } from "./export.js";
import { changed, viewActions } from "./views.js";

const $add = el("span", {});
const $view = el("span", {});

export const $tools = el("div", { class: "tools" }, $add, $view, columnChooser(), exportMenu());

/** Brings the tools in line with the address. Open panels stay: only what depends on the address is drawn anew. */
export function showTools() {
  const view = menu({ label: el("span", {}, t("views.menu"), changed() && el("span", { class: "changed-mark" }, t("views.changed"))), align: "end", panel: el("div", { class: "menu-items" }, ...viewActions()) });
  view.$panel.addEventListener("click", () => view.$panel.hidePopover());
  view.$button.classList.add("view-menu");
  fill($view, view.$both);
  fill($add, may("operator") && el("button", { type: "button", class: "button", onclick: addLead, "aria-label": t("add.title"), "data-tip": t("add.title") }, icon("plus")));
}
