// The canvas comes with a toolbar that shows only under a hovering mouse and, hidden, lies over its top right corner:
// a finger's stroke that starts there is lost, or presses an invisible button. This puts the toolbar below the canvas,
// always visible, with buttons large enough for a finger, and leaves undo, redo and clear.

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

const SEND = '[aria-label^="Update the app"]';
const SENT_AFTER = 300; // milliseconds: the canvas tells a stroke 200 after the pen has lifted

const RESET = '[aria-label^="Reset"], [aria-label="Clear"]';

export default function ({ setTriggerValue }) {
  // A reset by the canvas itself would bring back the drawing that it started with, which may be one kept from an
  // earlier visit to the page; so clearing is left to the server.
  const clear = (event) => {
    if (!event.target.closest?.(RESET)) return;
    event.stopImmediatePropagation();
    setTriggerValue("clear", true);
  };

  // Whoever presses something else before a stroke is told may leave the page by it, so then it is told at once.
  let isDrawing = false;
  let lifted = -Infinity;

  const press = (event) => {
    isDrawing = event.composedPath().includes(tidied);
    if (!isDrawing && performance.now() - lifted < SENT_AFTER) {
      tidied.querySelector(SEND)?.click();
      isOnItsWay = true;
      setTimeout(() => (isOnItsWay = false));
    }
    lifted = -Infinity;
  };

  // What is told leaves with the browser's next timer. A click that comes before it would have Streamlit leave the page,
  // and then come back to it with what was told; so the click waits.
  let isOnItsWay = false;

  const hold = (event) => {
    if (!isOnItsWay) return;
    event.stopImmediatePropagation();
    event.preventDefault();
    const [target] = event.composedPath();
    setTimeout(() => target.dispatchEvent(new MouseEvent("click", event)));
  };

  // Wherever it is, since a stroke may end beside the canvas.
  const lift = () => {
    if (isDrawing) lifted = performance.now();
    isDrawing = false;
  };

  document.addEventListener("pointerdown", press);
  document.addEventListener("pointerup", lift);
  document.addEventListener("click", hold, true);

  let tidied = null;

  const tidy = () => {
    const frame = document.querySelector(".st-key-canvas");
    const host = [...(frame?.querySelectorAll("*") ?? [])].find((each) => each.shadowRoot?.querySelector(".dc-toolbar"));
    const canvas = host?.shadowRoot.querySelector(".dc-root");
    if (!canvas || canvas === tidied) return;
    tidied = canvas;
    if (!host.shadowRoot.querySelector("style[data-tidy]")) {
      const style = document.createElement("style");
      style.dataset.tidy = "";
      style.textContent = STYLE;
      host.shadowRoot.append(style);
    }
    const reset = canvas.querySelector(RESET);
    reset.title = "Clear";
    reset.setAttribute("aria-label", "Clear");
    canvas.addEventListener("click", clear, true);
  };

  // The canvas appears some time after this, and anew whenever its page is opened again, in a shadow root that no
  // observer sees into from outside. So look for it, a few microseconds at a time.
  tidy();
  const timer = setInterval(tidy, 50);

  return () => {
    clearInterval(timer);
    document.removeEventListener("pointerdown", press);
    document.removeEventListener("pointerup", lift);
    document.removeEventListener("click", hold, true);
    tidied?.removeEventListener("click", clear, true);
  };
}
