/** Starts the page: puts words on it, finds out who is there, and lets the address decide what is shown. */

import { $attention, showAttention } from "./attention/attention.js";
import { startNameDomain } from "./attention/name-domain.js";
import { startLead } from "./lead/lead.js";
import { $list, showList } from "./list/list.js";
import { startRowKeys } from "./list/row-keys.js";
import { searchField, showSearch } from "./list/search.js";
import { viewOf } from "./list/views.js";
import { followLinks, go, here, onMove } from "./page/address.js";
import { dressPage } from "./page/appearance.js";
import { byId, fill } from "./page/element.js";
import { startKeyboard } from "./page/keyboard.js";
import { showNavigation, startNavigation } from "./page/navigation.js";
import { startPageMenu } from "./page/page-menu.js";
import { watchRelease } from "./page/release.js";
import { keepScroll } from "./page/scroll.js";
import { meet } from "./page/session.js";
import { startTimes } from "./page/times.js";
import { startTips } from "./page/tip.js";
import { waiting } from "./page/waiting.js";
import { startHeadLine, startSync } from "./sync/head-line.js";
import { t, translate } from "./texts/words.js";
import { $today, showToday } from "./today/today.js";
import { startVisit } from "./today/visit.js";

dressPage();
translate(document);
const met = waiting(byId("view"));
await meet();
met();

startPageMenu();
fill(byId("search-place"), searchField());
startRowKeys();
startKeyboard(document);
startTips(document);
startTimes();
startVisit();
followLinks(document);
keepScroll();
startNavigation();
arrive();
onMove((place, before) => {
  const moved = JSON.stringify({ ...place, lead: "", referral: "" }) !== JSON.stringify({ ...before, lead: "", referral: "" });
  if (moved) show();
});
show();
startLead();
startNameDomain();
startHeadLine();
watchRelease();
byId("sync-now").addEventListener("click", startSync);
document.documentElement.dataset.ready = "";

/** A link that names only a view means the view as it is. */
function arrive() {
  const { view, filters, sort, columns } = here();
  const wanted = viewOf(view);
  const kept = Object.keys(wanted.filters).length || wanted.sort || wanted.columns;
  if (kept && !Object.keys(filters).length && !sort && !columns) go({ filters: wanted.filters, sort: wanted.sort, columns: wanted.columns }, { replace: true });
}

/** Shows the view that the address names. */
function show() {
  const wanted = viewOf(here().view);
  showNavigation();
  showSearch();
  byId("view-title").textContent = wanted.name;
  document.title = t("page.title", { view: wanted.name });
  const [$view, fillView] = wanted.id === "today" ? [$today, showToday] : wanted.id === "attention" ? [$attention, showAttention] : [$list, showList];
  const $place = byId("view");
  if (!$view.isConnected) {
    fill($place, $view);
    scrollTo(0, 0);
  }
  /** @type {() => void} */ (fillView)();
}
