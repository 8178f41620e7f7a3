// The answer while the pen moves: the drawing is read in the page at every frame in which it has changed. It stands in the
// place of the server's answer until that is one to the same drawing.

import { Paper } from "./ink.js";
import { Reader } from "./network.js";
import { FRAME, prepare, prepared } from "./preparation.js";

// So long nobody need be told that the server has not answered yet.
const PATIENCE = 2500;

/** @typedef {import("./network.js").Model} Model */
/** @typedef {import("./network.js").Maps} Maps */
/** @typedef {import("./ink.js").Stroke} Stroke */
/** @typedef {import("./preparation.js").Steps} Steps */
/** @typedef {import("./preparation.js").Prepared} Prepared */

/**
 * @typedef {object} Told by the server
 * @property {Model | null} model none, where reading is left to the server
 * @property {Record<string, string>} words
 * @property {number} almostOne from here on a probability is not written out
 */

/** @typedef {{ name: string, strokes: Stroke[], live: Stroke | null }} Drawing */

/**
 * @typedef {object} Read the drawing as it was read last, for whoever shows more of it; the arrays are filled anew by the
 *   next reading
 * @property {string} name of the drawing's state
 * @property {boolean} isUnderWay the pen is still down
 * @property {Uint8Array} ink
 * @property {Uint8Array} frame
 * @property {Maps[]} outputs of every layer, the input first
 * @property {Float32Array} probabilities
 * @property {number} digit
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

/** The answer's place in the page, made once and changed in place, so that nothing flickers. */
class Panel {
  /**
   * @param {HTMLElement} parent
   * @param {Told} told
   */
  constructor(parent, { words, almostOne }) {
    this.words = words;
    this.almostOne = almostOne;
    this.hint = element("p", "hint", words.hint);
    this.digit = element("div", "digit");
    this.sure = element("div", "sure");
    this.picture = /** @type {HTMLCanvasElement} */ (document.createElement("canvas"));
    this.picture.width = FRAME;
    this.picture.height = FRAME;
    this.picture.setAttribute("role", "img");
    this.picture.setAttribute("aria-label", words.picture);
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
    return probability >= this.almostOne ? "99.9" : (probability * 100).toFixed(1);
  }

  showHint() {
    this.hint.hidden = false;
    this.verdict.hidden = true;
    this.bars.hidden = true;
  }

  /**
   * @param {Uint8Array} frame
   * @param {{ probabilities: Float32Array, digit: number, isDigit: boolean }} read
   * @param {boolean} isUnderWay the pen is still down
   */
  show(frame, { probabilities, digit, isDigit }, isUnderWay) {
    this.hint.hidden = true;
    this.verdict.hidden = false;
    this.bars.hidden = false;
    const confidence = probabilities[digit];
    const { words } = this;
    // Half a stroke is no letter either: only when the pen is lifted is a drawing said to be no digit.
    const isNone = !isDigit && !isUnderWay;
    this.digit.className = isNone ? "no-digit" : "digit";
    this.digit.textContent = isNone ? words.noDigit : String(digit);
    this.root.classList.toggle("faint", isUnderWay && !isDigit);
    if (isNone) this.sure.textContent = words.guess.replace("{digit}", String(digit));
    else if (confidence >= this.almostOne) this.sure.textContent = words.verySure;
    else this.sure.textContent = words.sure.replace("{percent}", this.percent(confidence));
    this.rows.forEach(({ row, bar, number }, place) => {
      row.className = place === digit && isDigit ? "read" : "";
      bar.style.width = `${(probabilities[place] * 100).toFixed(1)}%`;
      number.textContent = `${this.percent(probabilities[place])} %`;
    });
    const pixels = new ImageData(FRAME, FRAME);
    for (const [place, value] of frame.entries()) pixels.data.set([value, value, value, 255], 4 * place);
    this.picture.getContext("2d")?.putImageData(pixels, 0, 0);
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
    /** @type {Model | null} */
    this.model = null;
    this.heard = new Uint8Array();
    /** @type {Drawing | null} */
    this.seen = null;
    this.frame = 0;
    this.waiting = 0;
    this.awaited = "";
    this.life = new AbortController();
    board().addEventListener("change", () => this.wake(), { signal: this.life.signal });
    // The server's answer comes as a piece of the page.
    this.observer = new MutationObserver(() => this.wake());
    this.observer.observe(this.place, { subtree: true, childList: true, attributeFilter: ["data-drawing"] });
  }

  /**
   * @param {Model | null} model
   * @param {Uint8Array<ArrayBuffer>} packed its numbers
   */
  async hear(model, packed) {
    this.forget();
    this.model = model;
    if (model) {
      try {
        const reader = new Reader(model, await unpacked(packed));
        if (this.model === model) this.reader = reader;
      } catch {
        // The server answers, as for a browser that cannot do this.
      }
    }
    this.wake();
  }

  end() {
    this.life.abort();
    this.observer.disconnect();
    cancelAnimationFrame(this.frame);
    clearTimeout(this.waiting);
    this.panel.root.remove();
    this.forget();
  }

  /** What was read with the model of before holds no more. */
  forget() {
    this.reader = null;
    this.model = null;
    this.seen = null;
    if (board().read) tell(null);
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
    const isAhead = drawing !== null && this.reader !== null && (drawing.live !== null || drawing.name !== answered);
    this.panel.root.hidden = !isAhead;
    this.waitFor(isAhead && !drawing.live ? drawing.name : "");
    // The server's answer makes no other drawing of it.
    if (!this.reader || drawing === this.seen) return;
    this.seen = drawing;
    const ink = drawing && this.paper.show(drawing.strokes, drawing.live);
    const frame = ink && prepared(ink);
    if (!drawing || !ink || !frame) {
      this.panel.showHint();
      tell(null);
      return;
    }
    const { reader } = this;
    const isUnderWay = drawing.live !== null;
    const answer = reader.read(frame);
    this.panel.show(frame, answer, isUnderWay);
    tell({
      name: drawing.name,
      isUnderWay,
      ink,
      frame,
      outputs: [reader.network.input, ...reader.network.outputs],
      probabilities: answer.probabilities,
      digit: answer.digit,
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

/** @param {Uint8Array<ArrayBuffer>} packed */
async function unpacked(packed) {
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** @type {WeakMap<object, Live>} */
const lives = new WeakMap();

/**
 * @param {import("../component").Component<Uint8Array<ArrayBuffer>>} component whose data pages/parts/draw/reader.py puts
 *   together
 * @returns {import("../component").End}
 */
export default function ({ data, parentElement }) {
  const length = new DataView(data.buffer, data.byteOffset).getUint32(0, true);
  const told = /** @type {Told} */ (JSON.parse(new TextDecoder().decode(data.subarray(4, 4 + length))));
  let live = lives.get(parentElement);
  if (!live) {
    live = new Live(/** @type {HTMLElement} */ (parentElement), told);
    lives.set(parentElement, live);
  }
  // It is also called when something else has changed, such as the theme.
  if (!isSame(data, live.heard)) {
    live.heard = data;
    live.hear(told.model, data.subarray(4 + length));
  }
  return () => {
    // Streamlit ends what an earlier call began also when a later one goes on with it.
    if (parentElement.isConnected) return;
    lives.get(parentElement)?.end();
    lives.delete(parentElement);
  };
}

/**
 * @param {Uint8Array} one
 * @param {Uint8Array} other
 */
const isSame = (one, other) => one.length === other.length && one.every((byte, i) => byte === other[i]);
