/** What happened: every step with this lead, latest first, with who did it. */

import * as api from "../api.js";
import { el, fill } from "../page/element.js";
import { copy } from "../page/link.js";
import { more } from "../page/more.js";
import { ago } from "../page/times.js";
import { eventText } from "../texts/events.js";
import { t } from "../texts/words.js";

/**
 * @param {string} domain
 * @param {{items: any[], next_cursor: string|null}} page
 */
export function timeline(domain, page) {
  if (!page.items.length) return [el("p", { class: "quiet" }, t("timeline.empty"))];
  const $events = el("ol", { class: "timeline" }, ...page.items.map(event));
  const $more = more(t("timeline.more"), page.next_cursor, async (cursor) => {
    const next = await api.timeline(domain, { cursor });
    $events.append(...next.items.map(event));
    return next.next_cursor;
  });
  return [$events, $more];
}

/** @param {{code: string, who: string, at: string, params: Record<string, any>, text: string, trace: string|null}} one */
function event(one) {
  const $by = el("span", { class: "quiet" });
  fill($by, ago(one.at), one.who && one.who !== "hunter" && ` · ${t("timeline.by_hand")}`);
  const $trace = one.trace && el("span", { class: "quiet" }, " · ", t("failures.trace"), copy(one.trace));
  return el("li", { "data-event": one.code.split(".")[0] }, el("span", { dir: "auto" }, eventText(one)), $by, $trace);
}
