/** One part of "Needs attention": a title with a count, and content that fills itself. */

import { el, fill } from "../page/element.js";
import { latest } from "../page/latest.js";
import { panel as trouble } from "../page/trouble.js";
import { waiting } from "../page/waiting.js";
import { t } from "../texts/words.js";

/**
 * @template {{items: any[], total?: number}} T
 * @param {string} name
 * @param {(signal: AbortSignal) => Promise<T>} ask
 * @param {(answer: T) => import("../page/element.js").Child[]} draw
 */
export function panel(name, ask, draw) {
  const $count = el("span", { class: "group-count" });
  const $content = el("div", { class: "region" });
  const $part = el("section", { class: "attention-part", "aria-labelledby": `attention-${name}` }, el("h2", { id: `attention-${name}` }, t(`attention.${name}`), $count), el("p", { class: "quiet" }, t(`attention.${name}.about`)), $content);
  const fetchNow = latest(ask);
  const load = async () => {
    const done = waiting($content);
    try {
      const answer = await fetchNow();
      fill($count, answer.total ?? answer.items.length);
      fill($content, ...(answer.items.length ? draw(answer) : [el("p", { class: "all-well" }, t(`attention.${name}.none`))]));
    } catch (error) {
      fill($count);
      fill($content, trouble(error, load));
    } finally {
      done();
      dispatchEvent(new Event("hunter:drawn"));
    }
  };
  return { $part, load };
}
