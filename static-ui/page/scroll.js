/** Going back shows a place as it was left. Its rows come anew and late, so the browser alone cannot scroll to them. */

const PATIENCE = 3000;

/** Follows the browser's back and forward; started after whatever shows the place. */
export function keepScroll() {
  addEventListener("popstate", () => {
    const top = history.state?.top;
    if (typeof top === "number" && document.querySelector("#view [aria-busy=true]")) afterDrawing(top, Date.now(), untilSomebodyActs());
  });
}

/**
 * A long page is drawn in slices: it may take several drawings until it reaches so far.
 * @param {number} top
 * @param {number} began
 * @param {AbortSignal} signal
 */
function afterDrawing(top, began, signal) {
  const scroll = () => {
    if (Date.now() - began > PATIENCE) return;
    scrollTo(0, top);
    if (scrollY + 1 < top) afterDrawing(top, began, signal);
  };
  addEventListener("hunter:drawn", scroll, { once: true, signal });
}

/** Who turns a page or scrolls before the rows are there has chosen another place. */
function untilSomebodyActs() {
  const acted = new AbortController();
  for (const kind of ["pointerdown", "keydown", "wheel"]) addEventListener(kind, () => acted.abort(), { capture: true, passive: true, signal: acted.signal });
  return acted.signal;
}
