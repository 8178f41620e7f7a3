// What the pen tells leaves for the server through this, and the answer comes back in it. It stands in the fragment that
// answers, and is small: so a drawing runs that fragment alone, and one message says it all.

/** @typedef {EventTarget & { tell?: ((drawing: object) => void) | null }} Board see pages/parts/pen.js */

/**
 * The one of this page. Whoever comes first makes it: it is an event target with a drawing, and nothing else.
 * @returns {Board}
 */
const board = () => {
  const page = /** @type {{ digitsBoard?: Board }} */ (globalThis);
  page.digitsBoard ??= Object.assign(new EventTarget(), { drawing: null });
  return page.digitsBoard;
};

/** What stands in a place. @type {WeakMap<HTMLElement, string>} */
const shown = new WeakMap();

/**
 * @param {import("./component").Component<{ html: string }, { drawing: object }>} component
 * @returns {import("./component").End}
 */
export default function ({ data, parentElement, setStateValue }) {
  const place = /** @type {HTMLElement} */ (parentElement);
  if (shown.get(place) !== data.html) {
    shown.set(place, data.html);
    place.innerHTML = data.html;
  }
  const tell = (/** @type {object} */ drawing) => setStateValue("drawing", drawing);
  board().tell = tell;
  board().dispatchEvent(new Event("hears"));
  return () => {
    if (place.isConnected) return;
    if (board().tell === tell) board().tell = null;
  };
}
