/** A company that came without a referral: its domain is entered, the road starts. */

import * as api from "../api.js";
import { open } from "../page/address.js";
import { ask } from "../page/dialog.js";
import { el } from "../page/element.js";
import { toast } from "../page/toasts.js";
import { sentence } from "../page/trouble.js";
import { busy } from "../page/waiting.js";
import { t } from "../texts/words.js";

export function addLead() {
  const $domain = el("input", { type: "text", required: true, "aria-describedby": "add-wrong", maxlength: 253, autocapitalize: "none", spellcheck: "false", placeholder: "contoso.com" });
  const $name = el("input", { type: "text", maxlength: 200 });
  const $wrong = el("p", { class: "field-error", id: "add-wrong", role: "alert" });
  const $add = el("button", { class: "button primary", form: "add-lead" }, t("add.act"));
  const $form = el(
    "form",
    { id: "add-lead", method: "dialog" },
    el("label", { class: "field" }, t("add.domain"), $domain),
    $wrong,
    el("label", { class: "field" }, t("add.company"), $name),
  );
  const $dialog = ask({ title: t("add.title"), body: [$form], actions: [$add] });
  $form.addEventListener("submit", (event) => {
    event.preventDefault();
    busy($add, async () => {
      try {
        const added = /** @type {{domain?: string, known?: boolean}} */ (await api.addLead($domain.value.trim(), $name.value.trim()));
        $dialog.close();
        toast("success", t(added.known ? "add.known" : "add.done"));
        if (added.domain) open({ lead: added.domain, referral: "" });
        dispatchEvent(new Event("hunter:changed"));
      } catch (error) {
        $wrong.textContent = sentence(error);
        $domain.focus();
      }
    });
  });
  $domain.focus();
}
