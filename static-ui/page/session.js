/** Who is in front of the page and what they may do. The server decides; this only hides what would be refused. */

import * as api from "../api.js";

const RANK = ["reader", "operator", "admin"];

let name = "";
let rank = -1;

/** Asks the platform who is signed in. Without an answer nothing is hidden: the server will say no by itself. */
export async function meet() {
  try {
    const { clientPrincipal } = await api.me();
    name = clientPrincipal?.userDetails ?? "";
    rank = Math.max(-1, ...(clientPrincipal?.userRoles ?? []).map((role) => RANK.indexOf(role)));
  } catch {
    rank = RANK.length;
  }
}

export const who = () => name;

export const role = () => RANK[rank] ?? "";

/** @param {"reader"|"operator"|"admin"} wanted */
export const may = (wanted) => rank >= RANK.indexOf(wanted);
