/** The failure inbox: grouped by cause, in plain words, with who can mend it and a button that tries all of it again. */

import * as api from "../api.js";
import { ApiError } from "../api.js";
import { el, fill } from "../page/element.js";
import { icon } from "../page/icons.js";
import { more } from "../page/more.js";
import { may } from "../page/session.js";
import { toast } from "../page/toasts.js";
import { complain } from "../page/trouble.js";
import { busy } from "../page/waiting.js";
import { t, tOr } from "../texts/words.js";
import { failureItem } from "./failure.js";

/** @import { Failure, FailureGroup, FailurePage } from "../types.js" */

const LIMIT = 200;

/** @param {AbortSignal} signal */
export const openFailures = (signal) => api.failures({ state: "open", limit: LIMIT }, { signal });

/**
 * @param {FailurePage} page
 * @param {() => void} changed
 */
export const failureGroups = (page, changed) => page.groups.map((one) => group(one, page.items.filter(({ code }) => code === one.code), changed));

/**
 * @param {FailureGroup} cause
 * @param {Failure[]} first those of this cause among the first page
 * @param {() => void} changed
 */
function group({ code, total, who, text, action }, first, changed) {
  const $all = el("button", { type: "button", class: "button" }, icon("sync"), t("failures.replay_all", { count: total }));
  $all.addEventListener("click", () => busy($all, () => again(total > first.length ? () => everyone(code) : () => first, changed)));
  const $list = el("ul", { class: "failures" });
  const add = (/** @type {Failure[]} */ failures) => $list.append(...failures.map((one) => failureItem(one, () => again(() => [one], changed))));
  const rest = async (/** @type {string|undefined} */ cursor) => {
    const page = await api.failures({ state: "open", code, limit: LIMIT, cursor });
    add(page.items);
    return page.next_cursor;
  };
  add(first);
  return el(
    "details",
    { class: "failure-group", "data-code": code, open: total < 4 },
    el(
      "summary",
      {},
      el("span", { class: "failure-cause" }, tOr(`failure.${code}`, {}, text)),
      el("span", { class: "group-count" }, total),
      el("span", { class: "quiet" }, t("failures.who", { who: tOr(`who.${who}`, {}, who) })),
    ),
    el("p", { class: "failure-action" }, tOr(`failure_action.${code}`, {}, action)),
    may("operator") && total > 1 && el("p", {}, $all),
    $list,
    total > first.length && el("p", {}, more(t("failures.more"), first.at(-1)?.id, rest)),
  );
}

/** Every failure of a cause, all read before the first is tried again: one that fails again at once stays one. @param {string} code */
async function everyone(code) {
  /** @type {Failure[]} */
  const all = [];
  /** @type {string|null|undefined} */
  let cursor;
  do {
    const page = await api.failures({ state: "open", code, limit: LIMIT, cursor });
    all.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor);
  return all;
}

/**
 * @param {() => Failure[]|Promise<Failure[]>} read
 * @param {() => void} changed
 */
async function again(read, changed) {
  try {
    /** @type {string[]} */
    const states = [];
    for (const { id } of await read()) states.push(await replayed(id));
    const [stuck, gone] = ["open", "closed"].map((state) => states.filter((one) => one === state).length);
    const count = states.length - stuck - gone;
    if (stuck) toast("error", t("failures.unreadable", { count: stuck }));
    if (count) toast("success", t("failures.replayed", { count }));
    else if (!stuck) toast("info", t("failures.none_left"));
  } catch (error) {
    complain(error);
  }
  changed();
}

/** How it stands now: on its way again, `open` when this release cannot read it, `closed` when it went through meanwhile. @param {string} id */
async function replayed(id) {
  try {
    return (await api.replay(id)).state;
  } catch (error) {
    if (error instanceof ApiError && [404, 409].includes(error.status)) return "closed";
    throw error;
  }
}
