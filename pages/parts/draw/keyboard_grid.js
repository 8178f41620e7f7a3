// A grid to draw on with the keyboard. The grid itself keeps the focus and names the cell that the pen is at, so that a
// screen reader follows without 784 stops; what the pen does where it stands, and what the network then reads, is said
// in a line of its own. A mouse or a finger draws on it, too.

import { tellingFirst } from "../telling.js";

/** @import { Component, End } from "../component" */

/**
 * @typedef {object} Data
 * @property {string} cells 784 bits, row by row, as hexadecimal digits
 * @property {number} version another one where the server has other cells than those that were sent
 */

/**
 * What outlives a call, for each grid: Streamlit calls again after every answer.
 *
 * @typedef {object} State
 * @property {number} row where the pen is
 * @property {number} column
 * @property {number | null} version
 * @property {number[]} cells 0 or 1
 * @property {number | null} inking what a pressed pointer does: it goes on as it began
 * @property {string} said the answer that was read aloud last
 * @property {number} [timer]
 * @property {End} [end] of the call before
 */

const SIDE = 28;
const SEND_AFTER = 200; // milliseconds without a change, as the canvas does

/** @type {Record<string, [number, number]>} */
const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/** @type {WeakMap<Node, State>} */
const states = new WeakMap();

/** @param {string} text */
const unpacked = (text) => [...text].flatMap((digit) => [3, 2, 1, 0].map((bit) => (parseInt(digit, 16) >> bit) & 1));

/** @param {number[]} cells */
const packed = (cells) => {
  let text = "";
  for (let at = 0; at < cells.length; at += 4)
    text += (cells[at] * 8 + cells[at + 1] * 4 + cells[at + 2] * 2 + cells[at + 3]).toString(16);
  return text;
};

/** @param {number} place */
const withinGrid = (place) => Math.max(0, Math.min(SIDE - 1, place));

/** @param {Element} grid */
const build = (grid) => {
  for (let row = 0; row < SIDE; row++) {
    const line = document.createElement("div");
    line.className = "row";
    line.setAttribute("role", "row");
    for (let column = 0; column < SIDE; column++) {
      const cell = document.createElement("div");
      cell.className = "cell";
      cell.id = `cell-${row}-${column}`;
      cell.setAttribute("role", "gridcell");
      line.append(cell);
    }
    grid.append(line);
  }
};

/** @param {Component<Data, { cells: string }>} component */
export default function ({ parentElement: root, data, setStateValue }) {
  const grid = /** @type {HTMLElement} */ (root.querySelector(".grid"));
  const thick = /** @type {HTMLInputElement} */ (root.querySelector(".thick"));
  const spoken = /** @type {HTMLElement} */ (root.querySelector(".spoken"));
  const clear = /** @type {HTMLElement} */ (root.querySelector(".clear"));
  if (!grid.childElementCount) build(grid);
  /** @type {State} */
  const state = states.get(root) ?? { row: 9, column: 13, version: null, cells: [], inking: null, said: "" };
  states.set(root, state);
  // Streamlit ends only the last call; with the listeners of those before, a key would count twice.
  state.end?.();
  // What is drawn meanwhile stays, unless the server has something new.
  if (state.version !== data.version) {
    state.version = data.version;
    state.cells = unpacked(data.cells);
  }

  /** @param {number} row @param {number} column */
  const cellAt = (row, column) => grid.children[row].children[column];

  /** @param {number} row @param {number} column */
  const show = (row, column) => {
    const ink = state.cells[row * SIDE + column];
    const cell = cellAt(row, column);
    cell.classList.toggle("ink", Boolean(ink));
    cell.setAttribute("aria-label", `row ${row + 1}, column ${column + 1}, ${ink ? "ink" : "empty"}`);
  };

  const showAll = () => {
    for (let row = 0; row < SIDE; row++) for (let column = 0; column < SIDE; column++) show(row, column);
  };

  const listening = new AbortController();
  const { signal } = listening;
  const tellFirst = tellingFirst(signal);

  const tell = () => {
    clearTimeout(state.timer);
    delete state.timer;
    setStateValue("cells", packed(state.cells));
  };

  const send = () => {
    clearTimeout(state.timer);
    state.timer = setTimeout(tell, SEND_AFTER);
  };

  // Whoever turns to something else may leave the page by it, and what is drawn must have been told by then.
  /** @param {Event} event */
  const tellNow = (event) => {
    if (!state.timer || (event.type !== "focusout" && event.composedPath().includes(grid))) return;
    tellFirst(tell);
  };

  /** @param {number} ink */
  const paint = (ink) => {
    state.said = ""; // to more ink, the same answer is worth saying again
    const reach = thick.checked ? 2 : 1;
    for (let row = state.row; row < Math.min(state.row + reach, SIDE); row++)
      for (let column = state.column; column < Math.min(state.column + reach, SIDE); column++) {
        state.cells[row * SIDE + column] = ink;
        show(row, column);
      }
    send();
  };

  /** @param {number} row @param {number} column */
  const goTo = (row, column) => {
    grid.querySelector(".here")?.classList.remove("here");
    state.row = withinGrid(row);
    state.column = withinGrid(column);
    const cell = cellAt(state.row, state.column);
    cell.classList.add("here");
    grid.setAttribute("aria-activedescendant", cell.id);
  };

  const inkHere = () => state.cells[state.row * SIDE + state.column];

  /** @param {KeyboardEvent} event */
  const press = (event) => {
    // Those are the browser's own: to go back, say.
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const step = STEPS[event.key];
    if (step) {
      if (event.shiftKey) paint(1);
      goTo(state.row + step[0], state.column + step[1]);
      if (event.shiftKey) paint(1);
      // Where the pen moves, a screen reader says the cell's own name.
      spoken.textContent = "";
    } else if (event.key === " " || event.key === "Delete" || event.key === "Backspace") {
      paint(event.key === " " ? 1 - inkHere() : 0);
      spoken.textContent = inkHere() ? "ink" : "empty";
    } else return;
    event.preventDefault();
  };

  // The answer stands elsewhere on the page, which the pen's hand does not leave.
  const readAloud = () => {
    const answer = document.querySelector(".st-key-answer");
    const [digit, sure] = [".digit, .no-digit", ".sure"].map((part) => answer?.querySelector(part)?.textContent);
    const said = digit ? `${digit}, ${sure}` : "";
    if (said && said !== state.said) spoken.textContent = `The network's answer: ${said}`;
    state.said = said;
  };
  const observer = new MutationObserver(readAloud);
  observer.observe(document.body, { childList: true, subtree: true, characterData: true });

  /** @param {PointerEvent} event */
  const point = (event) => {
    if (event.type === "pointerdown") grid.setPointerCapture(event.pointerId);
    else if (state.inking === null) return;
    const box = grid.getBoundingClientRect();
    const row = Math.floor(((event.clientY - box.top) / box.height) * SIDE);
    const column = Math.floor(((event.clientX - box.left) / box.width) * SIDE);
    if (row < 0 || row >= SIDE || column < 0 || column >= SIDE) return;
    goTo(row, column);
    state.inking ??= 1 - inkHere();
    paint(state.inking);
  };

  const lift = () => {
    state.inking = null;
  };

  const wipe = () => {
    state.cells.fill(0);
    showAll();
    send();
    spoken.textContent = "Cleared";
    grid.focus();
  };

  showAll();
  goTo(state.row, state.column);
  grid.addEventListener("keydown", press, { signal });
  grid.addEventListener("pointerdown", point, { signal });
  grid.addEventListener("pointermove", point, { signal });
  grid.addEventListener("pointerup", lift, { signal });
  grid.addEventListener("pointercancel", lift, { signal });
  clear.addEventListener("click", wipe, { signal });
  grid.addEventListener("focusout", tellNow, { signal });
  document.addEventListener("pointerdown", tellNow, { signal });
  state.end = () => {
    observer.disconnect();
    listening.abort();
  };
  return state.end;
}
