/** The dialog in which a person names the domain of a referral that came without one. It lives at `?referral=`. */

import * as api from "../api.js";
import { here, leave, onMove, open } from "../page/address.js";
import { badge } from "../page/badge.js";
import { ask } from "../page/dialog.js";
import { el, said } from "../page/element.js";
import * as format from "../page/format.js";
import { callTo, mailTo, outside } from "../page/link.js";
import { may } from "../page/session.js";
import { countdown } from "../page/times.js";
import { toast } from "../page/toasts.js";
import { panel, sentence } from "../page/trouble.js";
import { busy } from "../page/waiting.js";
import { t, tOr } from "../texts/words.js";

/** @import { Referral } from "../types.js" */

/** @type {HTMLDialogElement|null} */
let $dialog = null;
let shown = "";

export function startNameDomain() {
  onMove(follow);
  follow();
}

async function follow() {
  const id = here().referral;
  if (id === shown) return;
  shown = id;
  $dialog?.close();
  $dialog = null;
  if (!id) return;
  try {
    const referral = await api.referral(id);
    if (shown !== id) return;
    if (referral.domain) return open({ lead: referral.domain, referral: "" });
    show(referral);
  } catch (error) {
    $dialog = ask({ title: t("nameless.title"), body: [panel(error, () => ((shown = ""), follow()))], onClose: closed });
  }
}

/** @param {Referral} referral */
function show(referral) {
  const $domain = el("input", { type: "text", required: true, maxlength: 253, autocapitalize: "none", spellcheck: "false", placeholder: "contoso.com" });
  const $wrong = el("p", { class: "field-error", role: "alert" });
  const $act = el("button", { class: "button primary", form: "name-domain" }, t("nameless.act"));
  const $form = el("form", { id: "name-domain", method: "dialog" }, el("label", { class: "field" }, t("nameless.label"), $domain), $wrong);
  $dialog = ask({ title: referral.company_name ?? t("row.nameless"), body: [facts(referral), may("operator") ? $form : ""], actions: may("operator") ? [$act] : [], onClose: closed });
  if (may("operator")) $domain.focus();
  $form.addEventListener("submit", (event) => {
    event.preventDefault();
    busy($act, async () => {
      try {
        const { domain } = await api.nameDomain(referral.id, $domain.value.trim());
        toast("success", t("nameless.done"));
        dispatchEvent(new Event("hunter:changed"));
        open({ referral: "", lead: domain });
      } catch (error) {
        $wrong.textContent = sentence(error);
        $domain.focus();
      }
    });
  });
}

/** @param {Referral} referral */
function facts(referral) {
  return el(
    "div",
    { class: "deal" },
    el("h3", {}, said(referral.name ?? t("deal.nameless"), { dir: "auto" })),
    el("p", { class: "badges" }, badge("referral_type", referral.type), badge("referral_status", referral.status), referral.deal_value && el("strong", {}, format.money(referral.deal_value))),
    referral.respond_by && el("p", {}, t("deal.answer_by"), " ", countdown(referral.respond_by)),
    referral.notes && el("p", { class: "notes", dir: "auto" }, referral.notes),
    referral.consent === false ? el("p", { class: "callout", "data-tone": "orange" }, t("contact.no_consent")) : el("p", { class: "person" }, said(referral.contact?.name), mailTo(referral.contact?.email), callTo(referral.contact?.phone)),
    el("p", { class: "quiet" }, tOr(`no_domain.${referral.no_domain_reason}`, {}, referral.no_domain_reason)),
    outside(referral.partner_center_url, t("deal.open")),
  );
}

function closed() {
  shown = "";
  $dialog = null;
  if (here().referral) leave({ referral: "" });
}
