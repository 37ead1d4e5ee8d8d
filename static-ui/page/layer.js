/** The topmost layer: an open modal makes everything outside of it dead, so toasts and tips must move into it. */

/** The innermost open modal dialog, else the body. @returns {HTMLElement} */
export function topLayer() {
  return /** @type {HTMLElement|undefined} */ ([...document.querySelectorAll("dialog:modal")].at(-1)) ?? document.body;
}
