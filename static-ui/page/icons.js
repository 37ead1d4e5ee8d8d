/** The few pictures of the page, drawn as lines in the colour of the text around them. */

import { svg } from "./element.js";

/** @type {Record<string, string>} */
const PATHS = {
  alert: "M8 1.8 15 14H1L8 1.8ZM8 6v4M8 12v.2",
  arrow_left: "M10 3 5 8l5 5",
  arrow_right: "m6 3 5 5-5 5",
  bell: "M8 2a4 4 0 0 0-4 4c0 4-1.5 5-1.5 5h11S12 10 12 6a4 4 0 0 0-4-4ZM6.5 13.5a1.6 1.6 0 0 0 3 0",
  bookmark: "M4 2h8v12l-4-3-4 3V2Z",
  check: "m3 8.5 3.2 3.2L13 5",
  chevron: "m4 6 4 4 4-4",
  clock: "M8 4v4l2.6 1.6M14.5 8a6.5 6.5 0 1 1-13 0 6.5 6.5 0 0 1 13 0Z",
  close: "m4 4 8 8M12 4l-8 8",
  columns: "M2 3h12v10H2zM6.5 3v10M10.5 3v10",
  copy: "M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3",
  cross: "M14.5 8a6.5 6.5 0 1 1-13 0 6.5 6.5 0 0 1 13 0ZM6 6l4 4M10 6l-4 4",
  dash: "M4.5 8h7",
  download: "M8 2v8M4.8 7 8 10.2 11.2 7M2.5 13.5h11",
  external: "M9 2.5h4.5V7M13.2 2.8 7.5 8.5M11.5 9.5v4h-9v-9h4",
  eye: "M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8ZM8 10a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z",
  filter: "M2 3.5h12M4.5 8h7M6.8 12.5h2.4",
  help: "M6 6a2 2 0 1 1 2.8 1.8c-.6.3-.8.7-.8 1.4M8 11.6v.2M14.5 8a6.5 6.5 0 1 1-13 0 6.5 6.5 0 0 1 13 0Z",
  inbox: "M2 9l2-6h8l2 6v4H2V9Zm0 0h3.5l1 2h3l1-2H14",
  link: "M6.5 9.5 9.5 6.5M7 4.5l1.2-1.2a3 3 0 0 1 4.3 4.3L11.3 8.8M9 11.5l-1.2 1.2a3 3 0 0 1-4.3-4.3l1.2-1.2",
  mail: "M1.8 3.5h12.4v9H1.8zM2 4l6 5 6-5",
  menu: "M2 4h12M2 8h12M2 12h12",
  moon: "M13.5 9.5A6 6 0 0 1 6.5 2.5a6 6 0 1 0 7 7Z",
  person: "M8 8a2.8 2.8 0 1 0 0-5.6A2.8 2.8 0 0 0 8 8ZM2.5 14c.5-3 2.7-4.3 5.5-4.3s5 1.3 5.5 4.3",
  phone: "M3 2.5h2.8l1.2 3-1.6 1.2a8 8 0 0 0 3.9 3.9l1.2-1.6 3 1.2V13a1 1 0 0 1-1 1A10.5 10.5 0 0 1 2 3.5a1 1 0 0 1 1-1Z",
  play: "M5 3v10l7.5-5L5 3Z",
  plus: "M8 3v10M3 8h10",
  pulse: "M1.5 8h3l2-4.5 3 9 2-4.5h3",
  search: "M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10ZM11 11l3.5 3.5",
  sort: "M5 3v10M5 13 2.5 10.5M5 13l2.5-2.5M11 13V3M11 3 8.5 5.5M11 3l2.5 2.5",
  sync: "M13.5 6.5A5.8 5.8 0 0 0 3 5M2.5 9.5A5.8 5.8 0 0 0 13 11M3 2v3h3M13 14v-3h-3",
  trash: "M2.5 4h11M6 4V2.5h4V4M4 4l.6 9.5h6.8L12 4",
  up: "M8 13V3M4 7l4-4 4 4",
  down: "M8 3v10M4 9l4 4 4-4",
};

/**
 * A picture that says nothing by itself; the words stand beside it.
 * @param {keyof typeof PATHS} name
 */
export function icon(name) {
  return svg("svg", { class: "icon", viewBox: "0 0 16 16", "aria-hidden": "true", focusable: "false" }, svg("path", { d: PATHS[name] }));
}
