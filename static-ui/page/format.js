/** Dates, spans, numbers and money in the reader's locale. Times come in as UTC and are shown in local time. */

import { locale, t } from "../texts/words.js";
import { now } from "./clock.js";

/** @import { Money } from "../types.js" */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const thisWeek = new Intl.DateTimeFormat(locale, { weekday: "short", hour: "2-digit", minute: "2-digit" });
const thisYear = new Intl.DateTimeFormat(locale, { weekday: "short", day: "numeric", month: "short" });
const day = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "numeric" });
const full = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeStyle: "long" });
const plain = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
const signed = new Intl.NumberFormat(locale, { signDisplay: "exceptZero" });

/** @param {number} value */
export const number = (value) => plain.format(value);

/** @param {number} value */
export const points = (value) => signed.format(value);

/**
 * A moment as short as it can be told: weekday and time within five days, else the date.
 * @param {string} iso
 */
export function moment(iso) {
  if (!isMoment(iso)) return iso;
  const away = Math.abs(Date.parse(iso) - now());
  return (away < 5 * DAY ? thisWeek : thisYear).format(new Date(iso));
}

/** @param {string} iso */
export const date = (iso) => (isMoment(iso) ? day.format(new Date(iso)) : iso);

/** @param {string} iso */
export const exactly = (iso) => (isMoment(iso) ? full.format(new Date(iso)) : iso);

/** A date in a link may be anything; what is none is shown as it stands. @param {string} text */
const isMoment = (text) => !Number.isNaN(Date.parse(text));

/**
 * "2 min ago", "in 5 h".
 * @param {string} iso
 */
export function fromNow(iso) {
  const away = Date.parse(iso) - now();
  if (Math.abs(away) < MINUTE) return t(away < 0 ? "time.just_now" : "time.now");
  return t(away < 0 ? "time.ago" : "time.in", { span: span(Math.abs(away)) });
}

/**
 * How long is left to answer, and how urgent that is.
 * @param {string} iso
 * @returns {{text: string, tone: "over"|"soon"|"near"|"far"}}
 */
export function due(iso) {
  const left = Date.parse(iso) - now();
  if (left < 0) return { text: t("due.over", { span: span(-left) }), tone: "over" };
  const text = fromNow(iso);
  if (left < DAY) return { text, tone: "soon" };
  return { text, tone: left < 3 * DAY ? "near" : "far" };
}

/** A formatter costs far more than what it formats, so each currency keeps its own. @type {Map<string, Intl.NumberFormat>} */
const currencies = new Map();

/** @param {Money|null|undefined} value */
export function money(value) {
  if (!value) return "";
  try {
    return currencyFormat(value.currency).format(value.amount);
  } catch {
    // The currency is what the referral says; an unknown one is shown as it stands.
    return `${plain.format(value.amount)} ${value.currency ?? ""}`.trim();
  }
}

/** @param {string} currency */
function currencyFormat(currency) {
  const known = currencies.get(currency) ?? new Intl.NumberFormat(locale, { style: "currency", currency, maximumFractionDigits: 0 });
  currencies.set(currency, known);
  return known;
}

const regions = new Intl.DisplayNames(locale, { type: "region" });

/**
 * @param {string|null|undefined} code two letters, as ISO 3166 has them
 */
export function country(code) {
  if (!code) return "";
  try {
    return regions.of(code) ?? code;
  } catch {
    return code;
  }
}

/** @param {number} size milliseconds */
function span(size) {
  const [unit, long] = size < HOUR ? ["minutes", MINUTE] : size < 2 * DAY ? ["hours", HOUR] : ["days", DAY];
  return t(`time.${unit}`, { count: Math.max(1, Math.trunc(size / /** @type {number} */ (long))) });
}
