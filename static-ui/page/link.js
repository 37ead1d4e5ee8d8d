/** Links to other sites, made only from addresses that are what they claim to be. */

import { el, said } from "./element.js";
import { icon } from "./icons.js";
import { toast } from "./toasts.js";
import { t } from "../texts/words.js";

/** Plain http is for a Dynamics or Partner Center on this very machine only. */
const LOOPBACK = ["127.0.0.1", "localhost"];

/**
 * A link that opens elsewhere, or nothing when the address is not https.
 * @param {string|null|undefined} address
 * @param {string} words
 * @param {string} [className]
 */
export function outside(address, words, className = "outside") {
  if (!address || !URL.canParse(address)) return null;
  const { protocol, hostname } = new URL(address);
  if (protocol !== "https:" && !(protocol === "http:" && LOOPBACK.includes(hostname))) return null;
  return el("a", { href: address, class: className, target: "_blank", rel: "noopener noreferrer" }, said(words), icon("external"), el("span", { class: "hidden" }, t("link.new_tab")));
}

/** @param {string|null|undefined} mail */
export function mailTo(mail) {
  if (!mail) return null;
  if (!/^[^\s@?&<>"]+@[^\s@?&<>"]+$/.test(mail)) return said(mail);
  return el("span", { class: "copyable" }, el("a", { href: `mailto:${encodeURIComponent(mail)}` }, said(mail)), copy(mail));
}

/** @param {string|null|undefined} phone */
export function callTo(phone) {
  if (!phone) return null;
  const digits = phone.replace(/[^\d+]/g, "");
  if (!/^[+\d\s()./-]+$/.test(phone) || digits.length < 5) return said(phone);
  return el("span", { class: "copyable" }, el("a", { href: `tel:${digits}` }, said(phone)), copy(phone));
}

/** A small button that puts a text on the clipboard. @param {string} text */
export function copy(text) {
  const take = async () => {
    try {
      await navigator.clipboard.writeText(text);
      toast("success", t("copy.done", { text }));
    } catch {
      toast("error", t("copy.refused"));
    }
  };
  return el("button", { type: "button", class: "icon-button", "aria-label": t("copy.act", { text }), "data-tip": t("copy.tip"), onclick: take }, icon("copy"));
}
