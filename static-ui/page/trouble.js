/** What went wrong, in words and with the way out: signed out, no right, offline and trouble are four different states. */

import { ApiError, signInAddress } from "../api.js";
import { about, cause } from "../texts/causes.js";
import { t, tOr } from "../texts/words.js";
import { el } from "./element.js";
import { icon } from "./icons.js";
import { toast } from "./toasts.js";

/**
 * One sentence for a toast or a line beside the thing that failed.
 * @param {unknown} error
 */
export function sentence(error) {
  if (!(error instanceof ApiError)) {
    console.error(error);
    return t("trouble.page");
  }
  if (error.code === "internal") return fromWithin(error);
  if (error.code === "not_found") return tOr(`missing.${error.params.what}`, {}, t("problem.not_found"));
  if (error.code === "feature_disabled" && error.params.flag) return t("trouble.flag", error.params);
  if (error.code === "conflict" && error.params.state === "finishing") return t("bulk.sent");
  const known = error.code ? tOr(`problem.${error.code}`, error.params, error.message) : t(`trouble.${error.kind}.body`);
  if (error.code === "bad_domain" && error.params.reason) return tOr(`refused_domain.${error.params.reason}`, error.params, error.message);
  const particular = particulars(error);
  return particular ? `${known} ${particular}` : known;
}

/**
 * The same sentence as a toast, with the way to sign in where that is what is missing.
 * @param {unknown} error
 * @param {(reason: string) => string} [words] the sentence around the reason
 */
export function complain(error, words = (reason) => reason) {
  const signedOut = error instanceof ApiError && error.kind === "signed_out";
  toast("error", words(sentence(error)), signedOut ? { label: t("session.sign_in"), act: () => location.assign(signInAddress()) } : undefined);
}

/**
 * A panel for a region that could not be filled.
 * @param {unknown} error
 * @param {() => void} again
 */
export function panel(error, again) {
  const kind = error instanceof ApiError ? error.kind : "trouble";
  const id = error instanceof ApiError && error.correlationId;
  const words = kind === "forbidden" ? remedy(/** @type {ApiError} */ (error)) : sentence(error);
  const support = error instanceof ApiError && error.params.support;
  return el(
    "div",
    { class: "notice", role: "alert", "data-kind": kind },
    icon(kind === "signed_out" ? "person" : "alert"),
    el("h2", {}, t(`trouble.${kind}.title`)),
    el("p", {}, words),
    Boolean(support) && el("p", { class: "quiet" }, t("trouble.support", { support })),
    id && !words.includes(id) && el("p", { class: "quiet" }, t("trouble.reference", { id })),
    kind === "signed_out"
      ? el("a", { class: "button primary", href: signInAddress() }, t("session.sign_in"))
      : el("button", { type: "button", class: "button", onclick: again }, t("trouble.again")),
  );
}

/** A fault of the work behind a door: whose it is, why, and whether to wait or to act. Without a reason, the id for support. @param {ApiError} error */
function fromWithin({ params, status, correlationId: id }) {
  const whose = tOr(`failure.${params.reason}`, {}, "");
  const remedy = status === 503 ? t("trouble.moment") : tOr(`failure_action.${params.reason}`, {}, "");
  const words = whose ? [whose, cause(params) || about(params), remedy] : [t("problem.internal"), id && t("trouble.reference", { id })];
  return words.filter(Boolean).join(" ");
}

/** What to do about a missing right; the title has said already that it is missing. @param {ApiError} error */
const remedy = (error) => `${t("trouble.forbidden.body")} ${particulars(error)}`.trim();

/** @param {ApiError} error */
function particulars(error) {
  const { role, name, count, limit } = error.params;
  if (error.code === "forbidden" && role) return t("trouble.role", { role: tOr(`role.${role}`, {}, String(role)) });
  if (error.code === "export_too_large") return t("export.limit", { count, limit });
  if (error.code === "unknown_parameter") return about({ field: name });
  return about(error.params);
}
