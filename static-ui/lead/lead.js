/** The lead: a modal that answers in this order what they want, whom to call, why it scores so, what is in Dynamics, what happened. */

import * as api from "../api.js";
import { onceWhole, shownRows } from "../list/table.js";
import { go, here, leave, onMove, open } from "../page/address.js";
import { closer, mannered } from "../page/dialog.js";
import { el, fill, said } from "../page/element.js";
import { toView } from "../page/focus.js";
import * as format from "../page/format.js";
import { icon } from "../page/icons.js";
import { shortcut } from "../page/keyboard.js";
import { copy, outside } from "../page/link.js";
import { t, tOr } from "../texts/words.js";
import { contacts } from "./contact.js";
import { deals } from "./deals.js";
import { dynamics } from "./dynamics.js";
import { region } from "./region.js";
import { score } from "./score.js";
import { markSeen } from "./seen.js";
import { timeline } from "./timeline.js";

/** @import { Lead } from "../types.js" */

let domain = "";
/** @type {Lead|null} */
let lead = null;

const parts = {
  deals: region("deals", ask, (answer) => deals(answer), () => load()),
  contact: region("contact", ask, (answer) => contacts(answer)),
  score: region("score", judged, (answer) => score(answer, lead, load)),
  dynamics: region("dynamics", (signal) => api.dynamicsStatus(domain, { signal }), (answer) => dynamics(answer, title(), loadDynamics)),
  timeline: region("timeline", (signal) => api.timeline(domain, {}, { signal }), (page) => timeline(domain, page)),
};

const $title = el("h2", { id: "lead-title", tabindex: "-1" });
const $domain = el("p", { class: "lead-domain" });
const $before = neighbour(-1, "lead.previous");
const $after = neighbour(1, "lead.next");
const $body = el("div", { class: "sheet-body" }, ...Object.values(parts).map((part) => part.$part));
const $dialog = mannered(el("dialog", { id: "lead", "aria-labelledby": "lead-title" }));
$dialog.append(
  el(
    "div",
    { class: "sheet" },
    el("header", { class: "sheet-head" }, el("div", { class: "lead-name" }, $title, $domain), $before, $after, closer($dialog)),
    $body,
  ),
);

/** One question for the lead itself, shared by the parts that need it. @type {Promise<Lead>|null} */
let asked = null;

function ask() {
  const wanted = domain;
  asked ??= api.lead(wanted).then(
    (answer) => {
      if (wanted === domain) arrived(answer);
      return answer;
    },
    (error) => {
      asked = null;
      // One part says why there is nothing; four more would only repeat it.
      $body.toggleAttribute("data-missing", true);
      throw error;
    },
  );
  return asked;
}

/**
 * The score's lines, once the lead is known. The dialog may have been closed meanwhile: the question is for the lead it was asked for.
 * @param {AbortSignal} signal
 */
async function judged(signal) {
  const wanted = domain;
  await ask();
  return api.breakdown(wanted, { signal });
}

/** Puts the dialog on the page and lets it follow the address. */
export function startLead() {
  document.body.append($dialog);
  $dialog.addEventListener("close", () => {
    if (here().lead) leave({ lead: "" });
    focusRow(domain);
    domain = "";
  });
  onMove(follow);
  addEventListener("hunter:drawn", showNeighbours);
  addEventListener("online", () => $dialog.open && $body.querySelector(".notice") && load());
  shortcut(["j", "ArrowRight"], "keys.next_lead", () => $after.click(), { modal: true });
  shortcut(["k", "ArrowLeft"], "keys.previous_lead", () => $before.click(), { modal: true });
  follow();
}

function follow() {
  const wanted = here().lead;
  if (!wanted) {
    if ($dialog.open) $dialog.close();
    return;
  }
  if (wanted === domain && $dialog.open) return;
  domain = wanted;
  show();
}

function show() {
  lead = null;
  fill($title, said(domain));
  fill($domain);
  showNeighbours();
  if (!$dialog.open) $dialog.showModal();
  $title.focus();
  $body.scrollTop = 0;
  markSeen(domain);
  load();
}

/** A sync also leaves its mark in the timeline. */
async function loadDynamics() {
  if (domain) await Promise.all([parts.dynamics.load(), parts.timeline.load()]);
}

/** Asks for every part anew; the dialog may have been closed meanwhile. */
async function load() {
  if (!domain) return;
  asked = null;
  $body.removeAttribute("data-missing");
  await Promise.all(Object.values(parts).map((part) => part.load()));
}

function showNeighbours() {
  const [before, after] = neighbours();
  $before.disabled = !before && !turner(-1);
  $after.disabled = !after && !turner(1);
}

/**
 * A link may spell the domain as people write it; from here on it is spelled as the rows spell it.
 * @param {Lead} answer
 */
function arrived(answer) {
  head((lead = answer));
  if (answer.domain === domain) return;
  domain = answer.domain;
  go({ lead: domain }, { replace: true });
  showNeighbours();
}

/** @param {Lead} one */
function head(one) {
  fill($title, said(one.company_name ?? one.display_domain, { dir: "auto" }));
  fill(
    $domain,
    outside(`https://${one.domain}`, one.display_domain) ?? said(one.display_domain),
    copy(one.domain),
    el("span", { class: "quiet" }, [one.country && format.country(one.country), one.provider && one.provider !== "Unknown" && tOr(`provider.${one.provider}`, {}, one.provider), one.tenant_size && tOr(`tenant_size.${one.tenant_size}`, {}, one.tenant_size)].filter(Boolean).join(" · ")),
  );
}

const title = () => lead?.company_name ?? domain;

/**
 * @param {-1|1} step
 * @param {string} text
 */
function neighbour(step, text) {
  const act = () => {
    const next = neighbours()[step < 0 ? 0 : 1];
    if (next) return open({ lead: next });
    addEventListener("hunter:drawn", () => onceWhole(() => first(step)), { once: true });
    turner(step)?.click();
  };
  return el("button", { type: "button", class: "icon-button", "aria-label": t(text), "data-tip": t(text), onclick: act }, icon(step < 0 ? "arrow_left" : "arrow_right"));
}

/** At the end of a page the walk goes on on the next one: what turns to it. @param {-1|1} step */
function turner(step) {
  if (!domainsShown().includes(domain)) return null;
  return /** @type {HTMLElement|null} */ (document.querySelector(`[data-step="paging.${step < 0 ? "previous" : "next"}"]:enabled`));
}

/** Opens the lead at which a page begins, seen from where one comes. @param {-1|1} step */
function first(step) {
  const next = domainsShown().at(step < 0 ? -1 : 0);
  if (next && here().lead) open({ lead: next });
}

const domainsShown = () => [...new Set(shownRows(document).map(($row) => $row.dataset.domain ?? "").filter(Boolean))];

/** The leads before and after this one in the rows behind the dialog. */
function neighbours() {
  const domains = domainsShown();
  const at = domains.indexOf(domain);
  return at < 0 ? ["", ""] : [domains[at - 1] ?? "", domains[at + 1] ?? ""];
}

/** The row that the person came from, or the last one looked at, gets the keyboard back. @param {string} name */
function focusRow(name) {
  const $row = shownRows(document).find((one) => one.dataset.domain === name);
  /** @type {HTMLElement|null|undefined} */ ($row?.querySelector("[data-row-link]"))?.focus();
  // The title keeps the keyboard for a moment after its dialog is gone.
  if (document.activeElement === document.body || $dialog.contains(document.activeElement)) toView();
}
