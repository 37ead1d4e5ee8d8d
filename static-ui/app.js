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
import { startHeadLine, startSync } from "./sync/head-line.js";
import { t, translate } from "./texts/words.js";
import { $today, showToday } from "./today/today.js";

dressPage();
translate(document);
await meet();

startPageMenu();
fill(byId("search-place"), searchField());
startRowKeys();
startKeyboard(document);
startTips(document);
startTimes();
followLinks(document);
keepScroll();
startNavigation();
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

/** Shows the view that the address names. */
function show() {
  const { view, filters, sort, columns } = here();
  const wanted = viewOf(view);
  // A link that names only a view means the view as it is.
  const bare = !Object.keys(filters).length && !sort && !columns;
  if (bare && (Object.keys(wanted.filters).length || wanted.sort) && location.search === `?view=${view}`) {
    return go({ ...wanted, view }, { replace: true });
  }
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
