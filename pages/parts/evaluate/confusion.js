// The confusion matrix as a table of buttons. One of them is on the way of the Tab key; from there the arrow keys go on.

/** @import { Component } from "../component" */

/**
 * @typedef {object} Data
 * @property {number[][]} counts a row for each digit as it was written, a column for what was read
 * @property {number | null} chosen the number of a cell, row by row
 */

const DIGITS = [...Array(10).keys()];
const MIDDLE = 0.6; // of the strongest cell

/** @type {Record<string, number>} */
const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -10, ArrowDown: 10 };

/** @param {Component<Data, {}, { chosen: number }>} component */
export default function ({ data, parentElement, setTriggerValue }) {
  const table = parentElement.querySelector("table.confusion") ?? build();
  const buttons = [...table.querySelectorAll("button")];
  const commonest = Math.max(1, ...data.counts.flatMap((row, digit) => row.filter((_, read) => read !== digit)));

  buttons.forEach((button, cell) => {
    const [digit, read] = [Math.floor(cell / 10), cell % 10];
    const count = data.counts[digit][read];
    const share = digit === read ? 0 : Math.sqrt(count / commonest);
    button.textContent = count ? String(count) : "";
    button.style.setProperty("--ink", `${ink(share).toFixed(0)}%`);
    button.classList.toggle("right", digit === read);
    button.classList.toggle("dark", share > MIDDLE);
    button.setAttribute("aria-label", `${digit} read as ${read}: ${count} ${count === 1 ? "image" : "images"}`);
    button.setAttribute("aria-pressed", String(cell === data.chosen));
    button.tabIndex = cell === (data.chosen ?? 0) ? 0 : -1;
    button.onclick = () => setTriggerValue("chosen", cell);
    button.onkeydown = (event) => {
      const next = neighbour(cell, event);
      if (next === null) return;
      event.preventDefault();
      button.tabIndex = -1;
      buttons[next].tabIndex = 0;
      buttons[next].focus();
    };
  });

  function build() {
    const table = element("table", "", "confusion");
    const head = element("tr");
    head.append(element("td"), ...DIGITS.map((read) => header(read, "col")));
    const rows = DIGITS.map((digit) => {
      const row = element("tr");
      const cells = DIGITS.map(() => {
        const cell = element("td");
        cell.append(Object.assign(element("button"), { type: "button" }));
        return cell;
      });
      row.append(header(digit, "row"), ...cells);
      return row;
    });
    table.append(element("caption", "Written ↓  Read as →"), head, ...rows);
    parentElement.append(table);
    return table;
  }
}

/**
 * How much ink fills a cell, in percent. What lies between would be too dark for dark text and too light for light.
 *
 * @param {number} share
 */
function ink(share) {
  return share > MIDDLE ? 62 + (24 * (share - MIDDLE)) / (1 - MIDDLE) : 4 + (36 * share) / MIDDLE;
}

/**
 * The cell that a key leads to, if it leads to any. Left and right stay in their row; with a modifier the key is the
 * browser's own, to go back, say.
 *
 * @param {number} cell
 * @param {KeyboardEvent} event
 */
function neighbour(cell, { key, altKey, ctrlKey, metaKey }) {
  const step = STEPS[key];
  if (!step || altKey || ctrlKey || metaKey) return null;
  const next = cell + step;
  const isInside = next >= 0 && next < 100;
  const isInRow = Math.floor(next / 10) === Math.floor(cell / 10);
  return isInside && (isInRow || Math.abs(step) === 10) ? next : null;
}

/**
 * @param {number} digit
 * @param {"col" | "row"} scope
 */
function header(digit, scope) {
  return Object.assign(element("th", String(digit)), { scope });
}

/**
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 */
function element(name, text = "", className = "") {
  return Object.assign(document.createElement(name), { textContent: text, className });
}
