/** Builds elements from names and text, never from markup: whatever a referral says stays text. */

/** @typedef {Node|string|number|null|undefined|false} Child */

/**
 * An element with attributes, listeners (`onclick: …`) and children. `true` sets an empty attribute, `false` and null none.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, any>} [attributes]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function el(tag, attributes = {}, ...children) {
  const $element = document.createElement(tag);
  dress($element, attributes);
  fill($element, ...children);
  return $element;
}

/**
 * @param {string} tag
 * @param {Record<string, any>} [attributes]
 * @param {...Child} children
 * @returns {SVGElement}
 */
export function svg(tag, attributes = {}, ...children) {
  const $element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  dress($element, attributes);
  fill($element, ...children);
  return $element;
}

/**
 * Text from outside, kept apart from its surroundings so that right-to-left or unclosed text cannot rearrange them.
 * @param {string|null|undefined} text
 * @param {Record<string, any>} [attributes]
 */
export const said = (text, attributes = {}) => el("bdi", attributes, text ?? "");

/**
 * Replaces the children.
 * @param {Element} $parent
 * @param {...Child} children
 */
export function fill($parent, ...children) {
  $parent.replaceChildren(
    ...children.filter((child) => child !== null && child !== undefined && child !== false).map((child) => (child instanceof Node ? child : String(child))),
  );
}

/**
 * The element with this id. A missing one is a mistake in index.html and says so.
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const $element = document.getElementById(id);
  if (!$element) throw new Error(`index.html has no element #${id}`);
  return $element;
}

/**
 * @param {Element} $element
 * @param {Record<string, any>} attributes
 */
function dress($element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") $element.addEventListener(name.slice(2), value);
    else if (value === true) $element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) $element.setAttribute(name, String(value));
  }
}
