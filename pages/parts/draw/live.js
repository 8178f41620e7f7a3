// The answer while the pen moves: the drawing is read in the page at every frame in which it has changed. It stands in the
// place of the server's answer until that is one to the same drawing.

import { Paper } from "../ink.js";
import { Reader } from "./network.js";
import { FRAME, prepare, prepared, roundHalfEven } from "./preparation.js";

// So long nobody need be told that the server has not answered yet.
const PATIENCE = 2500;
// Half a digit is often none. So that is said only of a drawing that has rested, as long as the pen waits, see pen.js.
const REST = 350;
// While the pen moves over what is no digit yet, a guess that another one follows sooner is not shown: it would flash.
const STANDS = 100;

/** @typedef {import("./network.js").Model} Model */
/** @typedef {import("./network.js").Maps} Maps */
/** @typedef {import("../ink.js").Stroke} Stroke */
/** @typedef {import("./preparation.js").Steps} Steps */
/** @typedef {import("./preparation.js").Prepared} Prepared */

/**
 * @typedef {object} Told by the server
 * @property {string} name of the model; empty, where reading is left to the server
 * @property {Model | null} model none, where the page has been sent it before
 * @property {Record<string, string>} words
 * @property {number} almostOne from here on a probability is not written out
 */

/** @typedef {{ name: string, strokes: Stroke[], live: Stroke | null }} Drawing another one after each change */

/**
 * @typedef {object} Read the drawing as it was read last, for whoever shows more of it; the next reading fills the arrays
 *   anew
 * @property {string} name of the drawing's state
 * @property {boolean} isUnderWay the pen is still down
 * @property {Uint8Array} ink
 * @property {Uint8Array} frame
 * @property {Maps[]} outputs of every layer, the input first
 * @property {Float32Array} probabilities
 * @property {number} digit
 * @property {boolean} isDigit
 * @property {(steps: Steps) => Prepared | null} prepare the same ink, with steps left out
 * @property {(frame: Uint8Array) => Float32Array} ask the network about another picture
 */

/**
 * Where the pen shows what is drawn, see pages/parts/pen.js, and this, what was read: nothing where there is no ink, or
 * where reading is left to the server. Each tells of it by an event, `change` and `read`.
 * @typedef {EventTarget & { drawing: Drawing | null, read?: Read | null }} Board
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

/** @typedef {{ model: Model, packed: Uint8Array<ArrayBuffer> }} Kept a model, and its numbers as they came */

const KEPT = 3;

/**
 * The models that this page has been sent, by their names; they outlast the component, which leaves with its page.
 * @returns {Map<string, Kept>}
 */
const models = () => {
  const page = /** @type {{ digitsModels?: Map<string, Kept> }} */ (globalThis);
  page.digitsModels ??= new Map();
  return page.digitsModels;
};

/** @param {Read | null} read */
function tell(read) {
  board().read = read;
  board().dispatchEvent(new Event("read"));
}

/**
 * An element with a class and what is in it.
 * @param {string} tag
 * @param {string} className
 * @param {(Node | string)[]} content
 */
function element(tag, className, ...content) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...content);
  return made;
}

/**
 * With one decimal, rounded as Python does, which of a half takes the even neighbour.
 * @param {number} share
 */
const percent = (share) => (roundHalfEven(share * 1000) / 10).toFixed(1);

/** The answer's place in the page, made once and changed in place, so that nothing flickers. */
class Panel {
  /**
   * @param {HTMLElement} parent
   * @param {Told} told
   */
  constructor(parent, { words, almostOne }) {
    this.words = words;
    this.almostOne = almostOne;
    // The digit that is shown, if any; and the one that was read last, and since when.
    /** @type {number | null} */
    this.shown = null;
    this.guess = 0;
    this.since = 0;
    this.hint = element("p", "hint", words.hint);
    this.digit = element("div", "digit");
    this.sure = element("div", "sure");
    this.picture = /** @type {HTMLCanvasElement} */ (document.createElement("canvas"));
    this.picture.width = FRAME;
    this.picture.height = FRAME;
    this.picture.setAttribute("role", "img");
    this.picture.setAttribute("aria-label", words.picture);
    this.context = this.picture.getContext("2d");
    this.pixels = new ImageData(FRAME, FRAME);
    this.colours = new Uint32Array(this.pixels.data.buffer);
    const figure = element("figure", "", this.picture, element("figcaption", "", words.caption));
    this.verdict = element("div", "verdict", this.digit, " ", this.sure, figure);
    this.rows = Array.from({ length: 10 }, (_, digit) => {
      const bar = element("span", "");
      const number = element("span", "");
      const row = element(
        "li",
        "",
        element("span", "", String(digit)),
        " ",
        element("span", "track", bar),
        " ",
        number,
      );
      return { row, bar, number };
    });
    this.bars = element("ol", "bars", ...this.rows.map(({ row }) => row));
    this.bars.setAttribute("aria-label", words.bars);
    this.root = element("div", "answer live", this.hint, this.verdict, this.bars);
    this.root.hidden = true;
    parent.append(this.root);
  }

  /** @param {number} probability */
  percent(probability) {
    return probability >= this.almostOne ? "99.9" : percent(probability);
  }

  /**
   * @param {Read | null} read none where there is no ink
   * @param {boolean} rests whether it may be said to be no digit
   */
  show(read, rests) {
    this.hint.hidden = read !== null;
    this.verdict.hidden = read === null;
    this.bars.hidden = read === null;
    if (!read) {
      this.shown = null;
      return;
    }
    const { frame, probabilities, isDigit } = read;
    const digit = this.digitOf(read);
    this.shown = digit;
    const isNone = !isDigit && rests;
    this.digit.className = isNone ? "no-digit" : "digit";
    this.digit.textContent = isNone ? this.words.noDigit : String(digit);
    this.root.classList.toggle("faint", !isDigit && !rests);
    this.sure.textContent = isNone
      ? this.words.guess.replace("{digit}", String(digit))
      : this.how(probabilities[digit]);
    this.rows.forEach(({ row, bar, number }, place) => {
      row.className = place === digit && isDigit ? "read" : "";
      bar.style.width = `${percent(probabilities[place])}%`;
      number.textContent = `${this.percent(probabilities[place])} %`;
    });
    this.paint(frame);
  }

  /**
   * The digit to be shown.
   * @param {Read} read
   */
  digitOf({ digit, isDigit, isUnderWay }) {
    const now = performance.now();
    if (digit !== this.guess) {
      this.guess = digit;
      this.since = now;
    }
    const isFleeting = isUnderWay && !isDigit && now - this.since < STANDS;
    return isFleeting ? (this.shown ?? digit) : digit;
  }

  /**
   * How sure the network is.
   * @param {number} confidence
   */
  how(confidence) {
    if (confidence >= this.almostOne) return this.words.verySure;
    return this.words.sure.replace("{percent}", this.percent(confidence));
  }

  /** @param {Uint8Array} frame */
  paint(frame) {
    for (let i = 0; i < frame.length; i++) this.colours[i] = 0xff000000 | (frame[i] * 0x010101);
    this.context?.putImageData(this.pixels, 0, 0);
  }
}

/** Reads what the board shows, and shows its answer. */
class Live {
  /**
   * @param {HTMLElement} parent
   * @param {Told} told
   */
  constructor(parent, told) {
    this.place = /** @type {HTMLElement} */ (parent.closest(".st-key-answer") ?? parent);
    this.panel = new Panel(parent, told);
    this.paper = new Paper();
    /** @type {Reader | null} */
    this.reader = null;
    // The model that the reader was made from; none, where the next call must bring one.
    /** @type {string | null} */
    this.name = null;
    // The drawing that was read last, and that the panel showed last.
    /** @type {Drawing | null} */
    this.seen = null;
    /** @type {Drawing | null} */
    this.shown = null;
    this.frame = 0;
    this.rest = 0;
    this.waiting = 0;
    this.awaited = "";
    this.life = new AbortController();
    board().addEventListener("change", () => this.wake(), { signal: this.life.signal });
    // The server's answer comes as a piece of the page.
    this.observer = new MutationObserver(() => this.wake());
    this.observer.observe(this.place, { subtree: true, childList: true, attributeFilter: ["data-drawing"] });
  }

  /**
   * Read with this model from now on.
   * @param {Told} told
   * @param {Uint8Array<ArrayBuffer>} packed the model's numbers, where it comes along
   * @param {(name: string) => void} ask the server for a model that the page does not have
   */
  async hear({ name, model }, packed, ask) {
    if (name === this.name) return; // called for another reason, such as the theme
    this.name = name;
    this.use(null);
    if (!name) return;
    if (model) keep(name, { model, packed });
    const kept = models().get(name);
    if (!kept) {
      this.name = null;
      ask(name);
      return;
    }
    try {
      const reader = new Reader(kept.model, await unpacked(kept.packed));
      if (this.name === name && !this.life.signal.aborted) this.use(reader);
    } catch {
      // The server answers, as for a browser that cannot do this.
      models().delete(name);
      if (this.name === name) this.name = null;
    }
  }

  /** @param {Reader | null} reader */
  use(reader) {
    this.reader = reader;
    clearTimeout(this.rest);
    this.seen = null;
    this.shown = null;
    if (board().read) tell(null); // another network read it
    this.wake();
  }

  end() {
    this.life.abort();
    this.observer.disconnect();
    cancelAnimationFrame(this.frame);
    clearTimeout(this.rest);
    this.waitFor("");
    this.panel.root.remove();
    tell(null);
  }

  wake() {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.show();
    });
  }

  show() {
    const { drawing } = board();
    const answered = this.place.querySelector(".answer[data-drawing]")?.getAttribute("data-drawing");
    const { reader } = this;
    const isAhead = drawing !== null && reader !== null && (drawing.live !== null || drawing.name !== answered);
    this.panel.root.hidden = !isAhead;
    this.waitFor(isAhead && !drawing.live ? drawing.name : "");
    // What the server has answered to is read as well, for whoever goes on with it on the page.
    if (!reader) return;
    if (drawing !== this.seen) this.read(reader, drawing);
    if (!isAhead || drawing === this.shown) return;
    this.shown = drawing;
    const read = board().read ?? null;
    this.panel.show(read, false);
    if (!read || read.isDigit) return;
    this.rest = setTimeout(() => this.panel.show(read, !read.isUnderWay), read.isUnderWay ? STANDS : REST);
  }

  /**
   * @param {Reader} reader
   * @param {Drawing | null} drawing
   */
  read(reader, drawing) {
    clearTimeout(this.rest);
    this.seen = drawing;
    const ink = drawing && this.paper.show(drawing.strokes, drawing.live);
    const frame = ink && prepared(ink);
    if (!frame) {
      tell(null);
      return;
    }
    tell({
      ...reader.read(frame),
      name: drawing.name,
      isUnderWay: drawing.live !== null,
      ink,
      frame,
      outputs: [reader.network.input, ...reader.network.outputs],
      prepare: (steps) => prepare(ink, steps),
      ask: (other) => reader.ask(other),
    });
  }

  /**
   * Say that the server is waited for, when that takes long.
   * @param {string} name of the drawing whose answer is waited for; empty where none is
   */
  waitFor(name) {
    if (name === this.awaited) return;
    this.awaited = name;
    clearTimeout(this.waiting);
    this.place.removeAttribute("data-waits");
    if (name) this.waiting = setTimeout(() => this.place.setAttribute("data-waits", this.panel.words.waits), PATIENCE);
  }
}

/**
 * The newest few.
 * @param {string} name
 * @param {Kept} kept
 */
function keep(name, kept) {
  const all = models();
  all.delete(name);
  all.set(name, kept);
  for (const oldest of [...all.keys()].slice(0, -KEPT)) all.delete(oldest);
}

/** @param {Uint8Array<ArrayBuffer>} packed */
async function unpacked(packed) {
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** @type {WeakMap<object, Live>} */
const lives = new WeakMap();

/** @typedef {{ wanted: string }} Triggers the name of a model that the page does not have */

/**
 * @param {import("../component").Component<Uint8Array<ArrayBuffer>, object, Triggers>} component whose data
 *   pages/parts/draw/reader.py puts together
 * @returns {import("../component").End}
 */
export default function ({ data, parentElement, setTriggerValue }) {
  const length = new DataView(data.buffer, data.byteOffset).getUint32(0, true);
  const told = /** @type {Told} */ (JSON.parse(new TextDecoder().decode(data.subarray(4, 4 + length))));
  let live = lives.get(parentElement);
  if (!live) {
    live = new Live(/** @type {HTMLElement} */ (parentElement), told);
    lives.set(parentElement, live);
  }
  live.hear(told, data.subarray(4 + length), (name) => setTriggerValue("wanted", name));
  return () => {
    // Streamlit ends what an earlier call began also when a later one goes on with it.
    if (parentElement.isConnected) return;
    lives.get(parentElement)?.end();
    lives.delete(parentElement);
  };
}
