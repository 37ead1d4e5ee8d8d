/** Takes what is on screen (rows, order, columns) into a file: busy while it works, can be cancelled, never cut silently. */

import { ApiError, exportLeads } from "../api.js";
import { here } from "../page/address.js";
import { ask } from "../page/dialog.js";
import { el } from "../page/element.js";
import { icon } from "../page/icons.js";
import { menu } from "../page/menu.js";
import { toast } from "../page/toasts.js";
import { complain, sentence } from "../page/trouble.js";
import { language, t } from "../texts/words.js";
import { columnsOf } from "./columns.js";
import { viewOf } from "./views.js";

/** The "Export" button with its two kinds of file. */
export function exportMenu() {
  const $label = el("span", {}, t("export.button"));
  const { $both, $button, $panel } = menu({
    label: $label,
    align: "end",
    panel: el("div", { class: "menu-items" }, ...["csv", "xlsx"].map((format) =>
      el("button", { type: "button", class: "menu-item", "data-format": format, onclick: () => ($panel.hidePopover(), run(format)) }, icon("download"), t(`export.${format}`)),
    )),
  });
  $button.classList.add("export");

  /** @param {string} format */
  async function run(format) {
    const controller = new AbortController();
    const $cancel = el("button", { type: "button", class: "button export-cancel", onclick: () => controller.abort() }, icon("close"), t("cancel"));
    $button.setAttribute("aria-busy", "true");
    $button.disabled = true;
    $button.prepend(el("span", { class: "spinner small" }));
    $label.textContent = t("export.working");
    $both.append($cancel);
    try {
      const { blob, name, rows } = await exportLeads(question(format), { signal: controller.signal });
      save(blob, name);
      toast("success", t("export.done", { name, count: rows }));
    } catch (error) {
      if (controller.signal.aborted) toast("info", t("export.cancelled"));
      else if (error instanceof ApiError && error.code === "export_too_large") ask({ title: t("export.too_large"), body: [el("p", { role: "alert" }, sentence(error))] });
      else complain(error, (reason) => t("export.failed", { reason }));
    } finally {
      $button.removeAttribute("aria-busy");
      $button.disabled = false;
      $button.querySelector(".spinner")?.remove();
      $label.textContent = t("export.button");
      $cancel.remove();
      if (document.activeElement === document.body) $button.focus();
    }
  }

  return $both;
}

/** The name of a view as a part of a file's name: plain letters and figures. @param {import("./views.js").View} view */
function fileName({ id, name }) {
  if (!id.startsWith("own-")) return id;
  const plain = name.replaceAll("ı", "i").normalize("NFKD").replace(/\p{M}/gu, "").replace(/[^A-Za-z0-9]+/g, "-").slice(0, 40);
  return plain.replace(/^-|-$/g, "").toLowerCase() || "leads";
}

/** @param {string} format */
function question(format) {
  const { view, filters, sort, columns } = here();
  return { ...filters, sort, format, view: fileName(viewOf(view)), columns: columnsOf(columns).flatMap((column) => column.fields).join(","), lang: language, separator: language === "tr" ? ";" : "," };
}

/**
 * @param {Blob} blob
 * @param {string} name
 */
function save(blob, name) {
  const url = URL.createObjectURL(blob);
  const $link = el("a", { href: url, download: name });
  $link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
