// A grid to draw on with the keyboard. The grid itself keeps the focus and names the cell that the pen is at, so that a
// screen reader follows without 784 stops; what the pen does where it stands, and what the network then reads, is said
// in a line of its own. A mouse or a finger draws on it, too.

const SIDE = 28;
const SEND_AFTER = 200; // milliseconds without a change, as the canvas does

const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

const unpacked = (text) =>
  [...text].flatMap((digit) => [3, 2, 1, 0].map((bit) => (parseInt(digit, 16) >> bit) & 1));

const packed = (cells) => {
  let text = "";
  for (let at = 0; at < cells.length; at += 4)
    text += (cells[at] * 8 + cells[at + 1] * 4 + cells[at + 2] * 2 + cells[at + 3]).toString(16);
  return text;
};

const built = (root) => {
  const grid = root.querySelector(".grid");
  if (grid.childElementCount) return;
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

export default function ({ parentElement: root, data, setStateValue }) {
  built(root);
  const grid = root.querySelector(".grid");
  const thick = root.querySelector(".thick");
  const spoken = root.querySelector(".spoken");
  const clear = root.querySelector(".clear");
  // Streamlit calls this again after every answer; what is drawn meanwhile stays, unless the server has something new.
  const state = (root.keyboardGrid ??= { row: 9, column: 13, version: null, cells: null, timer: null });
  if (state.version !== data.version) {
    state.version = data.version;
    state.cells = unpacked(data.cells);
  }

  const cellAt = (row, column) => grid.children[row].children[column];

  const show = (row, column) => {
    const ink = state.cells[row * SIDE + column];
    const cell = cellAt(row, column);
    cell.classList.toggle("ink", Boolean(ink));
    cell.setAttribute("aria-label", `row ${row + 1}, column ${column + 1}, ${ink ? "ink" : "empty"}`);
  };

  const showAll = () => {
    for (let row = 0; row < SIDE; row++) for (let column = 0; column < SIDE; column++) show(row, column);
  };

  const tell = () => {
    clearTimeout(state.timer);
    state.timer = null;
    setStateValue("cells", packed(state.cells));
  };

  const send = () => {
    clearTimeout(state.timer);
    state.timer = setTimeout(tell, SEND_AFTER);
  };

  // Whoever turns to something else may leave the page by it, and what is drawn must have been told by then.
  const tellNow = (event) => {
    if (!state.timer || (event.type !== "focusout" && event.composedPath().includes(grid))) return;
    tell();
    isOnItsWay = true;
    setTimeout(() => (isOnItsWay = false));
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

  const paint = (ink) => {
    const reach = thick.checked ? 2 : 1;
    for (let row = state.row; row < Math.min(state.row + reach, SIDE); row++)
      for (let column = state.column; column < Math.min(state.column + reach, SIDE); column++) {
        state.cells[row * SIDE + column] = ink;
        show(row, column);
      }
    send();
  };

  const goTo = (row, column) => {
    grid.querySelector(".here")?.classList.remove("here");
    state.row = Math.max(0, Math.min(SIDE - 1, row));
    state.column = Math.max(0, Math.min(SIDE - 1, column));
    const cell = cellAt(state.row, state.column);
    cell.classList.add("here");
    grid.setAttribute("aria-activedescendant", cell.id);
  };

  const press = (event) => {
    const step = STEPS[event.key];
    if (step) {
      if (event.shiftKey) paint(1);
      goTo(state.row + step[0], state.column + step[1]);
      if (event.shiftKey) paint(1);
    } else if (event.key === " ") {
      paint(1 - state.cells[state.row * SIDE + state.column]);
    } else if (event.key === "Delete" || event.key === "Backspace") {
      paint(0);
    } else return;
    event.preventDefault();
    // Where the pen moves, a screen reader says the cell's own name.
    spoken.textContent = step ? "" : state.cells[state.row * SIDE + state.column] ? "ink" : "empty";
  };

  // The answer stands elsewhere on the page, which the pen's hand does not leave.
  const answer = document.querySelector(".st-key-answer");
  const readAloud = () => {
    const [digit, sure] = [".digit, .no-digit", ".sure"].map((part) => answer.querySelector(part)?.textContent);
    const said = digit ? `${digit}, ${sure}` : "";
    if (said && said !== state.said) spoken.textContent = `The network's answer: ${said}`;
    state.said = said;
  };
  const listener = new MutationObserver(readAloud);
  listener.observe(answer, { childList: true, subtree: true, characterData: true });

  let inking = null; // what a pressed pointer does: it goes on as it began

  const point = (event) => {
    if (event.type === "pointerdown") grid.setPointerCapture(event.pointerId);
    else if (inking === null) return;
    const box = grid.getBoundingClientRect();
    const row = Math.floor(((event.clientY - box.top) / box.height) * SIDE);
    const column = Math.floor(((event.clientX - box.left) / box.width) * SIDE);
    if (row < 0 || row >= SIDE || column < 0 || column >= SIDE) return;
    goTo(row, column);
    inking ??= 1 - state.cells[row * SIDE + column];
    paint(inking);
  };

  const lift = () => (inking = null);

  const wipe = () => {
    state.cells.fill(0);
    showAll();
    send();
    spoken.textContent = "Cleared";
    grid.focus();
  };

  showAll();
  goTo(state.row, state.column);
  const listeners = [
    [grid, "keydown", press],
    [grid, "pointerdown", point],
    [grid, "pointermove", point],
    [grid, "pointerup", lift],
    [grid, "pointercancel", lift],
    [clear, "click", wipe],
    [grid, "focusout", tellNow],
    [document, "pointerdown", tellNow],
    [document, "click", hold, true],
  ];
  for (const [target, ...how] of listeners) target.addEventListener(...how);
  return () => {
    listener.disconnect();
    for (const [target, ...how] of listeners) target.removeEventListener(...how);
  };
}
