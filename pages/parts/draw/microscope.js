// The preparation under the microscope goes on with the pen, and with the switches, while the page reads by itself: each
// of its parts is sent by the server, and drawn anew here.

import { Follower, grey, repaint } from "./follow.js";

/** @import { Component, End } from "../component" */
/** @typedef {import("./live.js").Read} Read */
/** @typedef {import("./preparation.js").Steps} Steps */
/** @typedef {import("./preparation.js").Part} Picture */

/**
 * @typedef {object} Data
 * @property {"pictures" | "values" | "consequences"} part
 * @property {string} html
 * @property {string} name of the drawing's state
 * @property {Steps} steps that the server has done
 * @property {Record<keyof Steps, string>} missing what it is called to leave out a step, as in "Without cropping"
 * @property {number} side pixels of the page for the frame, and for the whole canvas
 */

const CANVAS = 280;
const FRAME = 28;
const ALL = { crop: true, scale: true, centre: true };
const NONE = { crop: false, scale: false, centre: false };
/** @param {Uint8Array} pixels @param {number} side @returns {Picture} */
const square = (pixels, side) => ({ pixels, first: 0, stride: side, height: side, width: side });
const NAMES = /** @type {(keyof Steps)[]} */ (Object.keys(ALL));

/** @param {keyof Steps} step */
const switchOf = (step) =>
  /** @type {HTMLInputElement | null} */ (document.querySelector(`.st-key-step_${step} input`));

class Part {
  /** @param {Node} parent */
  constructor(parent) {
    this.root = document.createElement("div");
    parent.appendChild(this.root);
    /** @type {Data | null} */
    this.data = null;
    /** @type {Read | null} */
    this.read = null;
    this.turn = 0;
    this.waiting = 0;
    this.frame = 0;
    this.follower = new Follower(() => this.build());
    this.drawn = "";
    // The switches are Streamlit's, and the page hears of them here before the server does; where it did not, the
    // server's answer would bring it.
    this.switched = new MutationObserver(() => this.drawn !== JSON.stringify(this.steps) && this.follower.wake());
    const around = this.root.closest(".st-key-look_microscope") ?? document.body;
    this.switched.observe(around, { subtree: true, attributeFilter: ["data-selected", "aria-checked"] });
  }

  /** @param {Data} data */
  hear(data) {
    this.data = data;
    if (!this.follower.isOn) this.build();
    this.follower.hear(data.name);
  }

  /** Show what the server sent. */
  build() {
    if (!this.data) return;
    this.root.innerHTML = this.data.html;
    this.follower.watch(new Map([[this.root, (read) => this.draw(read)]]));
  }

  /** As the switches are now. */
  get steps() {
    const steps = { ...(this.data?.steps ?? ALL) };
    for (const step of NAMES) steps[step] = switchOf(step)?.checked ?? steps[step];
    return steps;
  }

  /** @param {Read} read */
  draw(read) {
    const { data, steps } = this;
    this.drawn = JSON.stringify(steps);
    const prepared = read.prepare(steps);
    if (!data || !prepared) return;
    if (data.part === "pictures") drawPictures(this.root, data.side, read.ink, prepared, steps);
    else if (data.part === "values") drawValues(this.root, prepared.frame);
    else {
      const isWhole = NAMES.every((step) => steps[step]);
      drawProbabilities(this.root, data.missing, steps, isWhole ? read.probabilities : read.ask(prepared.frame));
      const whole = this.root.querySelector(".consequences > :last-child p b");
      if (whole) put(whole, answerOf(read.probabilities));
      this.read = read;
      this.waiting = NAMES.length + 1;
      this.takeTurns();
    }
  }

  /** What leaving out each step would do: one of them a frame, so that the pen never waits for all. */
  takeTurns() {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      const step = NAMES[this.turn];
      const prepared = this.read?.prepare(step ? { ...ALL, [step]: false } : NONE);
      const line = this.root.querySelectorAll(".consequences li b")[this.turn];
      if (this.read && prepared && line) put(line, answerOf(this.read.ask(prepared.frame)));
      this.turn = (this.turn + 1) % (NAMES.length + 1);
      this.waiting -= 1;
      if (this.waiting > 0 && this.follower.isOn) this.takeTurns();
    });
  }

  end() {
    this.switched.disconnect();
    this.follower.end();
    cancelAnimationFrame(this.frame);
    this.root.remove();
  }
}

/**
 * @param {HTMLElement} root
 * @param {number} side
 * @param {Uint8Array} ink
 * @param {import("./preparation.js").Prepared} prepared
 * @param {Steps} steps
 */
function drawPictures(root, side, ink, { cropped, scaled, frame }, steps) {
  const pictures = [
    { picture: square(ink, CANVAS), of: CANVAS, caption: "Your ink" },
    { picture: cropped, of: CANVAS, caption: steps.crop ? "Cropped" : "The whole canvas" },
    { picture: scaled, of: FRAME, caption: steps.scale ? "Scaled" : "Only shrunk" },
    {
      picture: square(frame, FRAME),
      of: FRAME,
      caption: steps.centre ? "Centred by mass" : "Where it was drawn",
      what: "28 × 28, the input",
    },
  ];
  const figures = root.querySelectorAll("figure");
  pictures.forEach(({ picture, of, caption, what = `${picture.width} × ${picture.height}` }, place) => {
    const figure = figures[place];
    const canvas = figure && canvasOf(figure);
    if (!canvas) return;
    drawPicture(canvas, picture);
    canvas.style.width = `${Math.max(4, Math.round((picture.width * side) / of))}px`;
    // The large ones are shown smaller than they are.
    canvas.classList.toggle("smooth", of === CANVAS);
    canvas.setAttribute("aria-label", `${caption}: ${what}`);
    const words = figure.querySelector("figcaption");
    if (words?.firstChild) put(words.firstChild, caption);
    if (words?.lastChild) put(words.lastChild, what);
  });
}

/**
 * The canvas that stands where the server's picture stood.
 * @param {Element} place
 */
function canvasOf(place) {
  let canvas = place.querySelector("canvas");
  const image = place.querySelector("img");
  if (!canvas && image) {
    canvas = document.createElement("canvas");
    canvas.setAttribute("role", "img");
    image.replaceWith(canvas);
  }
  return canvas;
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Picture} picture
 */
function drawPicture(canvas, { pixels, first, stride, height, width }) {
  repaint(canvas, height, width, (colours) => {
    let place = 0;
    for (let row = 0; row < height; row++)
      for (let column = 0; column < width; column++) colours[place++] = grey(pixels[first + row * stride + column]);
  });
}

/**
 * The input's numbers, on the picture itself; zeros are left out.
 * @param {HTMLElement} root
 * @param {Uint8Array} frame
 */
function drawValues(root, frame) {
  const grid = root.querySelector(".pixel-values");
  const canvas = grid && canvasOf(grid);
  if (!canvas) return;
  canvas.removeAttribute("role"); // the grid has one
  drawPicture(canvas, square(frame, FRAME));
  const cells = grid.querySelectorAll("i, b");
  frame.forEach((value, place) => {
    const cell = cells[place];
    if (!cell) return;
    const text = value ? String(value) : "";
    const tag = value < 128 ? "I" : "B";
    if (cell.tagName === tag) {
      put(cell, text);
      return;
    }
    const other = document.createElement(tag);
    other.textContent = text;
    cell.replaceWith(other);
  });
}

/**
 * The ten probabilities as the switches are now.
 * @param {HTMLElement} root
 * @param {Record<keyof Steps, string>} missing
 * @param {Steps} steps
 * @param {Float32Array} probabilities
 */
function drawProbabilities(root, missing, steps, probabilities) {
  const without = NAMES.filter((step) => !steps[step]).map((step) => missing[step]);
  const title = without.length ? `Without ${without.join(" and ")}` : "With all steps";
  const words = root.querySelector(".consequences > :first-child p b");
  if (words) put(words, `${title}: ${answerOf(probabilities)}`);
  const bars = root.querySelector(".look-bars");
  bars?.setAttribute("aria-label", `${title}: probability of each digit`);
  const digit = largest(probabilities);
  bars?.querySelectorAll("li").forEach((line, place) => {
    line.className = place === digit ? "read" : "";
    const bar = /** @type {HTMLElement | null} */ (line.querySelector(".track > span"));
    if (bar) bar.style.width = `${(probabilities[place] * 100).toFixed(1)}%`;
    if (line.lastElementChild) put(line.lastElementChild, percent(probabilities[place]));
  });
}

/** @param {Float32Array} probabilities */
const largest = (probabilities) => probabilities.indexOf(Math.max(...probabilities));

/**
 * As pages/parts/figures.py says it.
 * @param {Float32Array} probabilities
 */
function answerOf(probabilities) {
  const digit = largest(probabilities);
  return `${digit} at ${percent(probabilities[digit])}`;
}

/**
 * A whole number of percent, but never a rounded 0 % or 100 %.
 * @param {number} share
 */
function percent(share) {
  if (share >= 0.995) return "over 99 %";
  return share < 0.005 ? "under 1 %" : `${(share * 100).toFixed(0)} %`;
}

/**
 * @param {Node} node
 * @param {string} text
 */
function put(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** @type {WeakMap<object, Part>} */
const parts = new WeakMap();

/**
 * @param {Component<Data>} component
 * @returns {End}
 */
export default function ({ data, parentElement }) {
  let part = parts.get(parentElement);
  if (!part) {
    part = new Part(parentElement);
    parts.set(parentElement, part);
  }
  part.hear(data);
  return () => {
    // Streamlit may end what an earlier call began when a later one goes on with it.
    if (parentElement.isConnected) return;
    parts.get(parentElement)?.end();
    parts.delete(parentElement);
  };
}
