/** A list without rows says why and what to do next. */

import { here } from "../page/address.js";
import { el } from "../page/element.js";
import { icon } from "../page/icons.js";
import { may } from "../page/session.js";
import { startSync } from "../sync/head-line.js";
import { t } from "../texts/words.js";
import { addLead } from "./add-lead.js";
import { clearAll } from "./views.js";

export function emptyList() {
  const filtered = Object.keys(here().filters).length > 0;
  return el(
    "div",
    { class: "notice", "data-kind": "empty" },
    icon(filtered ? "filter" : "inbox"),
    el("h2", {}, t(filtered ? "empty.filtered.title" : "empty.title")),
    el("p", {}, t(filtered ? "empty.filtered.body" : "empty.body")),
    filtered && el("button", { type: "button", class: "button primary", onclick: clearAll }, t("filters.clear")),
    !filtered && may("operator") && el("button", { type: "button", class: "button primary", onclick: startSync }, t("sync.now")),
    !filtered && may("operator") && el("button", { type: "button", class: "button", onclick: addLead }, t("add.title")),
  );
}
