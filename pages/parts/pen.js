// The pen on the canvas: what it draws is taken down here, point by point, shown on the canvas and to whoever reads in the
// page, and told to the server once the drawing rests, see told.js.
//
// The canvas's own brush hears the mouse and all fingers by itself, and loses strokes by it: while a palm rests on the
// page none ends, and the next throws the last one away; so does a touch that the system takes back; and of every stroke
// the last point but one is dropped. And with each stroke it draws, compares and keeps all others anew, which takes longer
// the more there are. So the brush hears nothing: one pointer at a time draws, and the canvas is shown the ink that is
// read, to which each frame adds what is new. Its tools are the pen's, below the canvas, large enough for a finger.

import { CANVAS, EIGHTHS, Paper } from "./ink.js";
import { tellingFirst } from "./telling.js";

// How far a stroke may leave the canvas, in eighths of a pixel.
const FURTHEST = CANVAS * EIGHTHS;
// The server takes no larger drawing, see model/ink/pen.py; so the pen draws none. The length is in eighths of a pixel.
const MOST_STROKES = 2000;
const MOST_POINTS = 40_000;
const MOST_LENGTH = 250_000 * EIGHTHS;
// Points nearer to the last one than half a pixel add nothing; a hand gives many of them.
const NEAREST = (EIGHTHS / 2) ** 2;
// A touch that stays within so much, in eighths of a pixel, while another one begins, is a palm's.
const PALM = 8 * EIGHTHS;
// A drawing rests when the pen was lifted so many milliseconds ago; a stroke that follows sooner belongs to the same message.
const REST = 350;

const STYLE = `
  .dc-toolbar { position: static; opacity: 1; padding: 0.5rem 0 0; }
  .dc-toolbar-card { box-shadow: none; padding: 0; gap: 0.25rem; background: none; width: 100%; justify-content: flex-start; }
  .dc-icon-button { width: 44px; height: 44px; border: 1px solid var(--st-border-color); }
  .dc-icon-button svg { width: 1.25rem; height: 1.25rem; }
  .dc-icon-button:focus-visible { outline: 2px solid currentColor; outline-offset: 2px; }
  .dc-toolbar-separator, [aria-label^="Update the app"], [aria-label="Edit"] { display: none; }
  .dc-root { width: ${CANVAS}px; max-width: 100%; }
  .dc-container { width: 100% !important; height: auto !important; aspect-ratio: 1; overflow: hidden; touch-action: none; }
  .canvas-container, canvas { width: 100% !important; height: 100% !important; }
  .dc-container, .dc-canvas, .upper-canvas { border-radius: var(--st-base-radius); }
  .upper-canvas { cursor: crosshair !important; }
`;

const RESET = '[aria-label^="Reset"], [aria-label="Clear"]';
const UNDO = '[aria-label="Undo"]';
const REDO = '[aria-label="Redo"]';
const HEARD_BY_BRUSH = ["mousedown", "mousemove", "mouseup", "touchstart", "touchmove", "touchend", "touchcancel"];

/** @typedef {import("./ink.js").Stroke} Stroke */

/** @typedef {{ points: number, length: number }} Room for so many more points, and so much more line */

/**
 * @typedef {object} Drawing what is drawn, for whoever reads in the page
 * @property {string} name of this state of the drawing; the server's answer to it has the same
 * @property {Stroke[]} strokes that are finished
 * @property {Stroke | null} live the one that is being drawn
 */

/**
 * @typedef {object} Told by the server
 * @property {string} start names what the drawing begins with; a new one puts `strokes` in place of what is drawn
 * @property {number[][]} strokes each its width, then its points
 * @property {boolean} knowsNone the server has never seen a drawing of this visitor: what stands here is kept, and told
 * @property {number} width of the brush, in pixels
 */

/**
 * Where a page's reader finds the drawing, and hears of changes; and where the pen finds who tells the server, of whose
 * coming the event `hears` says.
 * @typedef {EventTarget & { drawing: Drawing | null, tell?: ((drawing: object) => void) | null }} Board
 */

/**
 * The one of this page. Whoever comes first makes it: it is an event target with a drawing, and nothing else.
 * @returns {Board}
 */
const board = () => {
  const page = /** @type {{ digitsBoard?: Board }} */ (globalThis);
  page.digitsBoard ??= Object.assign(new EventTarget(), { drawing: null });
  return page.digitsBoard;
};

/** @param {Drawing | null} drawing */
function put(drawing) {
  board().drawing = drawing;
  board().dispatchEvent(new Event("change"));
}

/**
 * What a drawing has room for beside these strokes.
 * @param {Stroke[]} strokes
 * @returns {Room}
 */
function roomBeside(strokes) {
  let points = strokes.length < MOST_STROKES ? MOST_POINTS : 0;
  let length = MOST_LENGTH;
  for (const stroke of strokes) {
    points -= stroke.points.length / 2;
    for (let i = 2; i < stroke.points.length; i++) length -= Math.abs(stroke.points[i] - stroke.points[i - 2]);
  }
  return { points, length };
}

/** The canvas as it stands in the page. */
class Canvas {
  /**
   * @param {ShadowRoot} shadow
   * @param {HTMLElement} root
   */
  constructor(shadow, root) {
    this.root = root;
    this.upper = /** @type {HTMLCanvasElement} */ (root.querySelector(".upper-canvas"));
    const shown = /** @type {HTMLCanvasElement} */ (root.querySelector(".dc-canvas:not(.upper-canvas)"));
    this.context = shown.getContext("2d");
    this.pixels = new ImageData(CANVAS, CANVAS);
    this.colours = new Uint32Array(this.pixels.data.buffer);
    if (!shadow.querySelector("style[data-pen]")) {
      const style = document.createElement("style");
      style.dataset.pen = "";
      style.textContent = STYLE;
      shadow.append(style);
    }
    this.undo = this.takeOver(UNDO);
    this.redo = this.takeOver(REDO);
    this.clear = this.takeOver(RESET);
    this.clear.title = "Clear";
    this.clear.setAttribute("aria-label", "Clear");
  }

  /**
   * Put another one in place of one of the canvas's tools, which neither tells the canvas nor is switched by it.
   * @param {string} tool
   */
  takeOver(tool) {
    const own = /** @type {HTMLButtonElement} */ (this.root.querySelector(tool));
    const taken = /** @type {HTMLButtonElement} */ (own.cloneNode(true));
    taken.disabled = false;
    own.replaceWith(taken);
    return taken;
  }

  /** Where a canvas stands now; null where there is none, or none that is complete. */
  static find() {
    for (const { shadowRoot } of document.querySelectorAll(".st-key-canvas *")) {
      const root = shadowRoot?.querySelector(".dc-root");
      if (
        shadowRoot &&
        root?.querySelector(".upper-canvas") &&
        [UNDO, REDO, RESET].every((tool) => root.querySelector(tool))
      ) {
        return { shadow: shadowRoot, root: /** @type {HTMLElement} */ (root) };
      }
    }
    return null;
  }

  /**
   * Show this ink.
   * @param {Uint8Array} ink
   */
  show(ink) {
    const { colours } = this;
    for (let i = 0; i < ink.length; i++) colours[i] = 0xff000000 | (ink[i] * 0x010101);
    this.context?.putImageData(this.pixels, 0, 0);
  }

  /**
   * A place on the page, in eighths of a pixel of the canvas.
   * @param {number} clientX
   * @param {number} clientY
   */
  place(clientX, clientY) {
    const box = this.upper.getBoundingClientRect();
    const eighths = (/** @type {number} */ offset, /** @type {number} */ size) =>
      Math.min(Math.max(Math.round((offset / size) * CANVAS * EIGHTHS), -FURTHEST), 2 * FURTHEST);
    return [eighths(clientX - box.left, box.width), eighths(clientY - box.top, box.height)];
  }
}

/** A visitor's pen. */
class Pen {
  constructor() {
    /** @type {Canvas | null} */
    this.canvas = null;
    this.paper = new Paper();
    this.frame = 0;
    /** @type {Stroke[]} */
    this.strokes = [];
    /** @type {Stroke[]} */
    this.undone = [];
    /** @type {Stroke | null} */
    this.live = null;
    this.room = roomBeside([]);
    this.pointer = 0;
    this.pointerType = "";
    this.start = "";
    this.change = 0;
    this.chosen = 0;
    this.sent = "[]";
    this.rest = 0;
    this.life = new AbortController();
    this.tellFirst = tellingFirst(this.life.signal);
    const options = { capture: true, passive: false, signal: this.life.signal };
    for (const type of HEARD_BY_BRUSH) addEventListener(type, (event) => this.keepFromBrush(event), options);
    addEventListener("contextmenu", (event) => this.isOnCanvas(event) && event.preventDefault(), options);
    addEventListener("pointerdown", (event) => this.down(event), options);
    addEventListener("pointermove", (event) => this.move(event), options);
    addEventListener("pointerup", (event) => this.up(event), options);
    addEventListener("pointercancel", (event) => this.up(event), options);
    addEventListener("click", (event) => this.click(event), options);
    addEventListener("keydown", () => this.sendFirst(), options);
    addEventListener("blur", () => this.lift(), { signal: this.life.signal });
    addEventListener("pagehide", () => this.leave(), options);
    board().addEventListener("hears", () => this.send(), { signal: this.life.signal });
    document.addEventListener("visibilitychange", () => document.hidden && this.leave(), options);
    // The canvas appears some time after this, and anew whenever its page is opened again, in a shadow root that no
    // observer sees into from outside. So look for it, a few microseconds at a time.
    this.looking = setInterval(() => this.look(), 50);
  }

  /** @param {Told} told */
  hear(told) {
    this.chosen = told.width;
    if (this.canvas) this.canvas.root.dataset.brush = String(told.width);
    if (told.start !== this.start) this.startWith(told);
    this.look();
  }

  /**
   * The server has begun anew: with other strokes, or with nothing, of which it knows nothing.
   * @param {Told} told
   */
  startWith({ start, strokes, knowsNone }) {
    this.start = start;
    const stays = knowsNone && (this.strokes.length > 0 || this.live !== null);
    if (stays) {
      this.change = 1; // the first is the server's own, which is empty
      this.sent = "[]";
    } else {
      this.change = 0;
      this.live = null;
      this.undone = [];
      this.strokes = strokes.map(([width, ...points]) => ({ width, points }));
      this.sent = this.text();
    }
    this.show();
    this.send();
  }

  end() {
    this.life.abort();
    clearInterval(this.looking);
    clearTimeout(this.rest);
    cancelAnimationFrame(this.frame);
    this.canvas = null;
    put(null);
  }

  look() {
    const found = Canvas.find();
    if (!found || found.root === this.canvas?.root) return;
    this.canvas = new Canvas(found.shadow, found.root);
    this.canvas.root.dataset.brush = String(this.chosen);
    this.draw();
  }

  /** Show what is drawn, with the next frame. */
  draw() {
    const { canvas } = this;
    if (!canvas) return;
    canvas.undo.disabled = !this.strokes.length;
    canvas.redo.disabled = !this.undone.length;
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.canvas?.show(this.paper.show(this.strokes, this.live));
    });
  }

  /** @param {Event} event */
  isOnCanvas(event) {
    const place = this.canvas?.root.querySelector(".dc-container");
    return Boolean(place && event.composedPath().includes(place));
  }

  /** @param {Event} event */
  keepFromBrush(event) {
    if (!this.live && !this.isOnCanvas(event)) return;
    event.stopImmediatePropagation();
    // A finger neither scrolls nor becomes a mouse.
    if (event.type.startsWith("touch") && event.cancelable && this.isOnCanvas(event)) event.preventDefault();
  }

  /** @param {PointerEvent} event */
  down(event) {
    this.look(); // it may stand there for a moment only
    if (!this.isOnCanvas(event)) {
      // Whatever is pressed may lead away from here; but for the canvas's tools.
      if (!this.canvas || !event.composedPath().includes(this.canvas.root)) this.sendFirst();
      return;
    }
    if (event.button !== 0) return;
    if (this.live) {
      // The hand that holds the pen, or that the finger belongs to, touched the page first.
      const wasPalm = this.pointerType === "touch" && (event.pointerType === "pen" || this.rests());
      if (!wasPalm) return;
      this.live = null; // that stroke was none
    }
    this.room = roomBeside(this.strokes);
    if (this.room.points < 1) return;
    this.room.points -= 1;
    clearTimeout(this.rest);
    const [x, y] = /** @type {Canvas} */ (this.canvas).place(event.clientX, event.clientY);
    this.pointer = event.pointerId;
    this.pointerType = event.pointerType;
    this.live = { width: this.chosen, points: [x, y] };
    this.show();
  }

  /** @param {PointerEvent} event */
  move(event) {
    if (!this.live || event.pointerId !== this.pointer) return;
    if (event.pointerType === "mouse" && !(event.buttons & 1)) {
      this.lift(); // it was let go where nobody could see it
      return;
    }
    const between = event.getCoalescedEvents?.() ?? [];
    for (const each of between.length ? between : [event]) this.add(each.clientX, each.clientY);
    this.put();
  }

  /** @param {PointerEvent} event */
  up(event) {
    if (!this.live || event.pointerId !== this.pointer) return;
    if (event.type === "pointerup") this.add(event.clientX, event.clientY);
    this.lift();
  }

  /**
   * @param {number} clientX
   * @param {number} clientY
   */
  add(clientX, clientY) {
    const { canvas, live } = this;
    if (!canvas || !live) return;
    const [x, y] = canvas.place(clientX, clientY);
    const [lastX, lastY] = live.points.slice(-2);
    if ((x - lastX) ** 2 + (y - lastY) ** 2 < NEAREST) return;
    const length = Math.abs(x - lastX) + Math.abs(y - lastY);
    if (this.room.points < 1 || this.room.length < length) return;
    this.room.points -= 1;
    this.room.length -= length;
    live.points.push(x, y);
  }

  /** The stroke ends here, whatever ended it. */
  lift() {
    if (!this.live) return;
    this.strokes = [...this.strokes, this.live];
    this.live = null;
    this.undone = [];
    this.show();
    this.sendWhenItRests();
  }

  /** Whether the stroke that is being drawn has hardly left the place where it began. */
  rests() {
    const [x, y, ...others] = this.live?.points ?? [];
    return others.every((place, i) => Math.abs(place - (i % 2 ? y : x)) < PALM);
  }

  /** @param {Event} event */
  click(event) {
    if (!this.canvas) return;
    const { undo, redo, clear } = this.canvas;
    const tool = event.composedPath().find((each) => each === undo || each === redo || each === clear);
    // Another finger may press it in the midst of a stroke.
    if (!tool || this.live) return;
    if (tool === clear) this.clear();
    else if (tool === undo) this.undo();
    else this.redo();
  }

  clear() {
    this.strokes = [];
    this.undone = [];
    this.show();
    this.send();
  }

  undo() {
    if (!this.strokes.length) return;
    this.undone = [...this.undone, ...this.strokes.slice(-1)];
    this.strokes = this.strokes.slice(0, -1);
    this.show();
    this.sendWhenItRests();
  }

  redo() {
    if (!this.undone.length) return;
    this.strokes = [...this.strokes, ...this.undone.slice(-1)];
    this.undone = this.undone.slice(0, -1);
    this.show();
    this.sendWhenItRests();
  }

  name() {
    return `${this.start}.${this.change}`;
  }

  /** The drawing has become another one. */
  show() {
    this.change += 1;
    this.put();
  }

  put() {
    put({ name: this.name(), strokes: this.strokes, live: this.live });
    this.draw();
  }

  text() {
    return JSON.stringify(this.strokes);
  }

  sendWhenItRests() {
    clearTimeout(this.rest);
    this.rest = setTimeout(() => this.send(), REST);
  }

  send() {
    const { tell } = board();
    if (this.live || !tell) return;
    clearTimeout(this.rest);
    const text = this.text();
    if (text === this.sent) return;
    this.sent = text;
    const strokes = this.strokes.map(({ width, points }) => [width, ...points]);
    tell({ start: this.start, name: this.name(), strokes });
  }

  /** Before what the visitor does next. */
  sendFirst() {
    if (!this.live && this.text() !== this.sent) this.tellFirst(() => this.send());
  }

  leave() {
    this.lift();
    this.send();
  }
}

/** @type {WeakMap<object, Pen>} */
const pens = new WeakMap();

/**
 * @param {import("./component").Component<Told>} component
 * @returns {import("./component").End}
 */
export default function ({ data, parentElement }) {
  let pen = pens.get(parentElement);
  if (!pen) {
    pen = new Pen();
    pens.set(parentElement, pen);
  }
  pen.hear(data);
  return () => {
    // Streamlit may end what an earlier call began when a later one goes on with it.
    if (("host" in parentElement ? parentElement.host : parentElement).isConnected) return;
    pens.get(parentElement)?.end();
    pens.delete(parentElement);
  };
}
