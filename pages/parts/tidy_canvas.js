// The canvas comes with a toolbar that shows only under a hovering mouse and, hidden, lies over its top right corner:
// a finger's stroke that starts there is lost, or presses an invisible button. This puts the toolbar below the canvas,
// always visible, with buttons large enough for a finger, and leaves undo, redo and clear.

/** @import { Component, End } from "./component" */

const STYLE = `
  .dc-toolbar { position: static; opacity: 1; padding: 0.5rem 0 0; }
  .dc-toolbar-card { box-shadow: none; padding: 0; gap: 0.25rem; background: none; width: 100%; justify-content: flex-start; }
  .dc-icon-button { width: 44px; height: 44px; border: 1px solid var(--st-border-color); }
  .dc-icon-button svg { width: 1.25rem; height: 1.25rem; }
  .dc-icon-button:focus-visible { outline: 2px solid currentColor; outline-offset: 2px; }
  .dc-toolbar-separator, [aria-label^="Update the app"], [aria-label="Edit"] { display: none; }
  .dc-container, .dc-canvas, .upper-canvas { border-radius: var(--st-base-radius); }
  .dc-container { overflow: hidden; }
`;

const RESET = '[aria-label^="Reset"], [aria-label="Clear"]';

/**
 * What ends a component's last call. Streamlit calls again when the theme changes, and ends only the last call of all.
 *
 * @type {WeakMap<Node, End>}
 */
const ends = new WeakMap();

/** @param {Component<null, {}, { clear: true, replaced: true }>} component */
export default function ({ parentElement, setTriggerValue }) {
  ends.get(parentElement)?.();

  // A reset by the canvas itself would bring back the drawing that it started with, which may be one kept from an
  // earlier visit to the page; so clearing is left to the server.
  /** @param {Event} event */
  const clear = (event) => {
    if (!(/** @type {Element} */ (event.target).closest?.(RESET))) return;
    event.stopImmediatePropagation();
    setTriggerValue("clear", true);
  };

  /** @type {Element | null} */
  let tidied = null;

  const tidy = () => {
    const frame = document.querySelector(".st-key-canvas");
    const roots = [...(frame?.querySelectorAll("*") ?? [])].map((each) => each.shadowRoot);
    const root = roots.find((each) => each?.querySelector(".dc-toolbar"));
    const canvas = root?.querySelector(".dc-root");
    if (!root || !canvas || canvas === tidied) return;
    // When its settings change twice at once, Streamlit may end a canvas and make another, which knows nothing of what
    // was drawn; the server does.
    if (tidied) setTriggerValue("replaced", true);
    tidied = canvas;
    if (!root.querySelector("style[data-tidy]")) {
      const style = document.createElement("style");
      style.dataset.tidy = "";
      style.textContent = STYLE;
      root.append(style);
    }
    const reset = /** @type {HTMLElement} */ (canvas.querySelector(RESET));
    reset.title = "Clear";
    reset.setAttribute("aria-label", "Clear");
    canvas.addEventListener("click", clear, true);
  };

  // The canvas appears some time after this, and anew whenever its page is opened again, in a shadow root that no
  // observer sees into from outside. So look for it, a few microseconds at a time.
  tidy();
  const timer = setInterval(tidy, 50);

  const end = () => {
    clearInterval(timer);
    tidied?.removeEventListener("click", clear, true);
  };
  ends.set(parentElement, end);
  return end;
}
