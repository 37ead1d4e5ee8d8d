/** The right end of the list's controls: own views, columns, export, a company by hand. */

import { el, fill } from "../page/element.js";
import { renew } from "../page/focus.js";
import { icon } from "../page/icons.js";
import { menu } from "../page/menu.js";
import { may } from "../page/session.js";
import { t } from "../texts/words.js";
import { addLead } from "./add-lead.js";
import { columnChooser } from "./chooser.js";
import { exportMenu } from "./export.js";
import { changed, viewActions } from "./views.js";

const $add = el("span", {});
const $words = el("span", {});
const $actions = el("div", { class: "menu-items" });
const view = menu({ label: $words, align: "end", panel: $actions, class: "button view-menu" });
// First the panel, then its action: what an action opens gives the keyboard back to the button.
view.$panel.addEventListener("click", () => view.$panel.hidePopover(), true);

export const $tools = el("div", { class: "tools" }, $add, view.$both, columnChooser(), exportMenu());

/** Brings the tools in line with the address. Open panels stay: only what depends on the address is drawn anew. */
export function showTools() {
  fill($words, t("views.menu"), changed() && el("span", { class: "changed-mark" }, t("views.changed")));
  fill($actions, ...viewActions());
  renew($add, may("operator") && el("button", { type: "button", class: "button", onclick: addLead, "aria-label": t("add.title"), "data-tip": t("add.title") }, icon("plus")));
}
