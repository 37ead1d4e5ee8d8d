/** The menu at the right end of the head: who is signed in, appearance, health, keys. */

import { signInAddress, signOutAddress } from "../api.js";
import { showHealth } from "../health/health.js";
import { t } from "../texts/words.js";
import { appearanceChoices } from "./appearance.js";
import { byId, el, fill } from "./element.js";
import { icon } from "./icons.js";
import { showHelp } from "./keyboard.js";
import { menu } from "./menu.js";
import { role, who } from "./session.js";

export function startPageMenu() {
  const items = el(
    "div",
    { class: "menu-items" },
    who() && el("p", { class: "who" }, el("strong", {}, who()), el("span", { class: "quiet" }, role() ? t(`role.${role()}`) : t("role.none"))),
    ...appearanceChoices(),
    el("button", { type: "button", class: "menu-item", onclick: () => (close(), showHealth()) }, icon("pulse"), t("health.title")),
    el("button", { type: "button", class: "menu-item", onclick: () => (close(), showHelp()) }, icon("help"), t("keys.title")),
    who() ? el("a", { class: "menu-item", href: signOutAddress() }, t("session.sign_out")) : el("a", { class: "menu-item", href: signInAddress() }, t("session.sign_in")),
  );
  const { $both, $panel } = menu({ label: icon("menu"), panel: items, class: "button quiet-button", align: "end", name: t("menu.label") });
  const close = () => $panel.hidePopover();
  fill(byId("page-menu"), $both);
}
