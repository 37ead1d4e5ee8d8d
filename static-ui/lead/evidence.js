/** The raw answers behind a line of the score, fetched once when somebody looks. */

import { el, fill, said } from "../page/element.js";
import { ago } from "../page/times.js";
import { sentence } from "../page/trouble.js";
import { t, tOr } from "../texts/words.js";

/**
 * @param {() => Promise<{evidence: any}>} ask
 * @returns {(check: string) => HTMLElement}
 */
export function evidence(ask) {
  /** @type {Promise<{evidence: any}>|null} */
  let answer = null;
  return (check) => {
    const $content = el("div", { class: "evidence" }, t("waiting.loading"));
    const $details = el("details", {}, el("summary", {}, t("evidence.show")), $content);
    $details.addEventListener("toggle", async () => {
      if (!$details.open) return;
      try {
        answer ??= ask();
        fill($content, ...drawn((await answer).evidence, check));
      } catch (error) {
        answer = null;
        fill($content, el("p", { role: "alert", class: "field-error" }, sentence(error)));
      }
    });
    return $details;
  };
}

/**
 * @param {any} found
 * @param {string} name
 */
function drawn(found, name) {
  const check = found?.checks?.[name] ?? found?.[name];
  if (!check) return [el("p", { class: "quiet" }, t("evidence.none"))];
  const records = /** @type {string[]} */ (check.records ?? []);
  return [
    el("p", {}, tOr(`signal.${check.state}`, {}, check.state)),
    records.length ? el("ul", { class: "records" }, ...records.map((record) => el("li", {}, el("code", {}, said(String(record)))))) : el("p", { class: "quiet" }, t("evidence.no_records")),
    el("p", { class: "quiet" }, check.at && ago(check.at), check.resolver && ` · ${t("evidence.resolver", { resolver: check.resolver })}`, check.ttl && ` · ${t("evidence.ttl", { count: check.ttl })}`),
  ];
}
