/** Nothing waits: said plainly, with the time of the last look and somewhere to go on. */

import { viewAddress, viewOf } from "../list/views.js";
import { address } from "../page/address.js";
import { el } from "../page/element.js";
import { icon } from "../page/icons.js";
import { may } from "../page/session.js";
import { ago } from "../page/times.js";
import { startSync } from "../sync/head-line.js";
import { t } from "../texts/words.js";

/**
 * @param {string|null} lastCheck
 * @param {boolean} narrowed only one group is shown
 */
export function nothingWaits(lastCheck, narrowed) {
  return el(
    "div",
    { class: "notice", "data-kind": "empty" },
    icon("check"),
    el("h2", {}, t("today.nothing")),
    el("p", {}, lastCheck ? [t("today.checked"), " "].join("") : t("today.never_checked"), lastCheck && ago(lastCheck)),
    narrowed && el("a", { class: "button primary", href: address({ view: "today" }) }, t("today.all")),
    !narrowed && may("operator") && el("button", { type: "button", class: "button primary", onclick: startSync }, t("sync.now")),
    el("a", { class: "button", href: viewAddress(viewOf("leads")) }, t("view.leads")),
  );
}
