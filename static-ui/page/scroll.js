/** Going back shows a place as it was left. Its rows come anew and late, so the browser alone cannot scroll to them. */

const PATIENCE = 3000;

/** Follows the browser's back and forward; started after whatever shows the place. */
export function keepScroll() {
  addEventListener("popstate", () => {
    const top = history.state?.top;
    if (typeof top === "number" && document.querySelector("#view [aria-busy=true]")) afterDrawing(top, Date.now());
  });
}

/**
 * A long page is drawn in slices: it may take several drawings until it reaches so far.
 * @param {number} top
 * @param {number} began
 */
function afterDrawing(top, began) {
  const scroll = () => {
    if (Date.now() - began > PATIENCE) return;
    scrollTo(0, top);
    if (scrollY + 1 < top) afterDrawing(top, began);
  };
  addEventListener("hunter:drawn", scroll, { once: true });
}
