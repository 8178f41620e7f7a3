// A digit that can be dragged about its frame, and what two networks say of it there. Their answers for every place
// come along with the digit, so that they follow the finger without asking the server.

/** @import { Component } from "../component" */

/**
 * @typedef {object} Data
 * @property {number[]} ink the digit alone, row by row, from 0, black, to 255
 * @property {number} width of its rows
 * @property {number} tops rows where it can stand
 * @property {number} lefts columns where it can stand
 * @property {number} home the place where it stands to begin with, counted row by row
 * @property {string} name
 * @property {{ name: string, permille: number[] }[]} networks ten probabilities for each place
 */

/** @typedef {ReturnType<typeof card>} Card */

const FRAME = 28; // pixels of the picture
const PIXEL = 10; // canvas pixels for each

/** @type {Record<string, [down: number, right: number]>} */
const ARROWS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Partial<HTMLElementTagNameMap[Tag]>} properties
 * @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
const element = (tag, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
};

/** @param {number} number @param {number} highest */
const bounded = (number, highest) => Math.min(Math.max(number, 0), highest);

/**
 * One network's answer, with the parts that change.
 *
 * @param {string} name
 */
function card(name) {
  const digit = element("div", { className: "digit" });
  const sure = element("div", { className: "sure" });
  const bars = Array.from({ length: 10 }, (_, number) => {
    const fill = element("span");
    const row = element(
      "li",
      {},
      element("span", { textContent: String(number) }),
      element("span", { className: "track" }, fill),
    );
    return { row, fill };
  });
  const list = element("ol", { ariaLabel: "Probability of each digit" }, ...bars.map(({ row }) => row));
  const box = element("section", { className: "card" }, element("h4", { textContent: name }), digit, sure, list);
  return { box, digit, sure, bars };
}

class ShiftPad {
  top = 0;
  left = 0;
  /** @type {Card[]} */
  answers = [];

  /**
   * @param {Element} root
   * @param {Data} data
   */
  constructor(root, data) {
    this.data = data;
    this.canvas = element("canvas", { width: FRAME * PIXEL, height: FRAME * PIXEL });
    this.canvas.setAttribute("role", "img");
    this.handle = element("div", { className: "handle", tabIndex: 0 }, this.canvas);
    this.handle.setAttribute("role", "group");
    this.handle.setAttribute("aria-label", "The digit in its frame: arrow keys move it");
    this.where = element("p", { className: "where" });
    this.where.setAttribute("aria-live", "polite");
    /** @param {string} text @param {() => void} press */
    const button = (text, press) => element("button", { type: "button", textContent: text, onclick: press });
    const tools = element(
      "div",
      { className: "tools" },
      button("Corner", () => this.move(0, 0)),
      button("Back", () => this.goHome()),
    );
    this.cards = element("div", { className: "cards" });
    root.replaceChildren(element("div", { className: "frame" }, this.handle, this.where, tools), this.cards);
    this.listen();
    this.begin();
  }

  listen() {
    /** @type {{ x: number, y: number, top: number, left: number } | null} */
    let held = null;
    this.handle.addEventListener("pointerdown", (event) => {
      this.handle.setPointerCapture(event.pointerId);
      held = { x: event.clientX, y: event.clientY, top: this.top, left: this.left };
    });
    this.handle.addEventListener("pointermove", (event) => {
      if (!held) return;
      const scale = FRAME / this.canvas.getBoundingClientRect().width;
      this.move(
        held.top + Math.round((event.clientY - held.y) * scale),
        held.left + Math.round((event.clientX - held.x) * scale),
      );
    });
    const letGo = () => {
      held = null;
    };
    this.handle.addEventListener("pointerup", letGo);
    this.handle.addEventListener("pointercancel", letGo);
    this.handle.addEventListener("keydown", (event) => {
      // With a modifier the key is the browser's own: to go back, say.
      if (!ARROWS[event.key] || event.altKey || event.ctrlKey || event.metaKey) return;
      const [down, right] = ARROWS[event.key];
      this.move(this.top + down, this.left + right);
      event.preventDefault();
    });
  }

  /** @param {Data} data */
  take(data) {
    const isOther = JSON.stringify(data.ink) !== JSON.stringify(this.data.ink);
    this.data = data;
    if (isOther) this.begin();
    else this.show();
  }

  begin() {
    this.answers = this.data.networks.map(({ name }) => card(name));
    this.cards.replaceChildren(...this.answers.map(({ box }) => box));
    this.goHome();
  }

  goHome() {
    const { home, lefts } = this.data;
    this.move(Math.floor(home / lefts), home % lefts);
  }

  /** @param {number} top @param {number} left */
  move(top, left) {
    this.top = bounded(top, this.data.tops - 1);
    this.left = bounded(left, this.data.lefts - 1);
    this.show();
  }

  show() {
    const { ink, width, home, lefts, name, networks } = this.data;
    const context = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
    context.fillStyle = "#000";
    context.fillRect(0, 0, this.canvas.width, this.canvas.height);
    ink.forEach((shade, index) => {
      context.fillStyle = `rgb(${shade}, ${shade}, ${shade})`;
      const row = this.top + Math.floor(index / width);
      context.fillRect((this.left + (index % width)) * PIXEL, row * PIXEL, PIXEL, PIXEL);
    });
    const place = this.top * lefts + this.left;
    const down = this.top - Math.floor(home / lefts);
    const right = this.left - (home % lefts);
    /** @param {number} by @param {string} more @param {string} less */
    const way = (by, more, less) => (by ? `${Math.abs(by)} ${by > 0 ? more : less}` : "");
    const ways = [way(down, "down", "up"), way(right, "right", "left")].filter(Boolean).join(", ");
    this.where.textContent = ways ? `Moved: ${ways}` : "Where it was";
    this.canvas.setAttribute("aria-label", `${name}. ${this.where.textContent}`);
    networks.forEach(({ permille }, index) => {
      this.answer(this.answers[index], permille.slice(place * 10, place * 10 + 10));
    });
  }

  /** @param {Card} card @param {number[]} permille */
  answer({ digit, sure, bars }, permille) {
    const highest = Math.max(...permille);
    const read = permille.indexOf(highest);
    digit.textContent = String(read);
    sure.textContent = highest === 1000 ? "more than 99.9 % sure" : `${(highest / 10).toFixed(1)} % sure`;
    bars.forEach(({ row, fill }, number) => {
      row.classList.toggle("read", number === read);
      row.title = `${(permille[number] / 10).toFixed(1)} %`;
      fill.style.width = `${permille[number] / 10}%`;
    });
  }
}

/** @type {WeakMap<Element, ShiftPad>} */
const pads = new WeakMap();

/** @param {Component<Data>} component */
export default function ({ data, parentElement }) {
  const root = /** @type {Element} */ (parentElement.querySelector(".shift-pad"));
  const pad = pads.get(root);
  if (pad) pad.take(data);
  else pads.set(root, new ShiftPad(root, data));
}
