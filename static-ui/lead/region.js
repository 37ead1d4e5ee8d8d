/** A part of the lead with a title that fills itself: waiting, trouble and content, each by itself. */

import { el, fill } from "../page/element.js";
import { redraw } from "../page/focus.js";
import { latest } from "../page/latest.js";
import { panel } from "../page/trouble.js";
import { waiting } from "../page/waiting.js";
import { t } from "../texts/words.js";

/** @typedef {import("../page/element.js").Child} Child */

/**
 * @template T
 * @param {string} name words and id of the part
 * @param {(signal: AbortSignal) => Promise<T>} ask
 * @param {(answer: T) => Child[]} draw
 * @param {() => Promise<void>} [again] what "Try again" does; this part alone unless said otherwise
 */
export function region(name, ask, draw, again) {
  const $content = el("div", { class: "region" });
  const $part = el("section", { class: "part", id: `lead-${name}`, "aria-labelledby": `lead-${name}-title` }, el("h3", { id: `lead-${name}-title` }, t(`lead.${name}`)), $content);
  const fetchNow = latest(ask);
  const load = async () => {
    const done = waiting($content);
    try {
      redraw($content, ...draw(await fetchNow()));
    } catch (error) {
      fill($content, panel(error, again ?? load));
    } finally {
      done();
    }
  };
  return { $part, load };
}
