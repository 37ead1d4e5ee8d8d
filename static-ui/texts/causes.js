/** Why something failed, in the reader's language: the cause by its code, and what it is about. */

import { date } from "../page/format.js";
import { t, tOr } from "./words.js";

/** @typedef {Record<string, any>|null|undefined} Particulars */

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** The sentence of the cause that the server named, or "". @param {Particulars} params */
export function cause(params) {
  if (!params?.why) return "";
  const shown = Object.entries(params).map(([name, value]) => [name, DAY.test(value) ? date(value) : value]);
  return tOr(`cause.${params.why}`, Object.fromEntries(shown), "");
}

/** What it is about, where no cause says so: a field, a column or a privilege by its own name. @param {Particulars} params */
export function about(params) {
  const kind = ["field", "column", "privilege"].find((name) => typeof params?.[name] === "string");
  return kind ? t(`about.${kind}`, { name: params?.[kind] }) : "";
}

/** The fault behind a surrender. @param {Particulars} params */
export const faultBehind = (params) => tOr(`failure.${params?.fault ?? params?.reason}`, {}, "");
