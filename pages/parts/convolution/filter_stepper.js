// A kernel on its way over an image: the drawing, the feature map, and the arithmetic of the place where the kernel
// stands. The feature map comes from the server; here it is drawn, and its numbers are written out.

/** @import { Component, End } from "../component" */

/**
 * All arrays row by row.
 *
 * @typedef {object} Data
 * @property {number[]} image
 * @property {number} size of the image, along each side
 * @property {string} name
 * @property {number[]} kernel
 * @property {number} kernelSize
 * @property {number} bias
 * @property {number} stride
 * @property {number} zerosBefore padded at the top and at the left
 * @property {number[]} map
 * @property {number} mapSize
 * @property {boolean} isTyped whether the weights can be typed in
 * @property {number} largestWeight
 */

/** @typedef {{ kernelSize: number, weights: number[], bias: number }} Typed */
/** @typedef {(name: "typed", value: Typed) => void} Send */

const PIXEL = 10; // canvas pixels for a pixel of a picture; the page scales the canvas
const SLOW = 140; // milliseconds a place in the first row, while one can still read along
const FAST = 14; // and in the others
const READABLE = 7; // the largest kernel whose numbers are written into its cells

/** @type {Record<string, [down: number, right: number]>} */
const ARROWS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

/** @param {number} number */
const written = (number, digits = 2) => {
  const text = Math.abs(number).toFixed(digits);
  return (number < 0 && Number(text) !== 0 ? "−" : "") + text;
};

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

/** @param {string} className @param {string} caption */
function picture(className, caption) {
  const canvas = element("canvas");
  canvas.setAttribute("role", "img");
  const text = element("figcaption", { textContent: caption });
  return { canvas, text, figure: element("figure", { className }, canvas, text) };
}

/** @param {string} name @param {string} label @param {string} icon @param {() => void} press */
function button(name, label, icon, press) {
  const parts = {
    icon: element("span", { className: "icon", textContent: icon, ariaHidden: "true" }),
    label: element("span", { textContent: label }),
  };
  const box = element("button", { type: "button", className: name, onclick: press }, parts.icon, parts.label);
  return { box, ...parts };
}

/** @param {number} kernelSize */
function gridsFor(kernelSize) {
  /** @param {string} name @param {string} title */
  const grid = (name, title) => {
    const cells = Array.from({ length: kernelSize ** 2 }, () => element("span"));
    const box = element("div", { className: "cells" }, ...cells);
    box.style.setProperty("--side", String(kernelSize));
    const figure = element("figure", { className: name }, element("figcaption", { textContent: title }), box);
    return { cells, figure };
  };
  return {
    inputs: grid("inputs", "Pixels"),
    weights: grid("weights", "Weights"),
    products: grid("products", "Products"),
  };
}

/**
 * The pixels under the kernel at a place of the map; what is padded is zero.
 *
 * @param {Data} data
 * @param {number} place
 */
function inputsAt({ image, size, kernelSize, stride, zerosBefore, mapSize }, place) {
  const top = Math.floor(place / mapSize) * stride - zerosBefore;
  const left = (place % mapSize) * stride - zerosBefore;
  return Array.from({ length: kernelSize ** 2 }, (_, index) => {
    const row = top + Math.floor(index / kernelSize);
    const column = left + (index % kernelSize);
    const isInside = row >= 0 && row < size && column >= 0 && column < size;
    return { value: isInside ? image[row * size + column] : 0, isPadding: !isInside };
  });
}

/**
 * Where there is something to see: the place of the map's largest number.
 *
 * @param {Data} data
 */
const strongest = ({ map }) => Math.max(0, map.indexOf(Math.max(...map)));

/**
 * A number as people type it, with a comma or a minus sign; NaN where it is none, or nothing.
 *
 * @param {string} text
 */
const typedNumber = (text) => Number(text.trim().replace("−", "-").replace(",", ".") || "x");

class Stepper {
  /** @type {number | null} */
  timer = null;
  isPaused = false;
  /** @type {HTMLInputElement[]} */
  fields = [];

  /**
   * @param {Element} root
   * @param {Data} data
   * @param {Send} send
   */
  constructor(root, data, send) {
    this.send = send;
    this.data = data;
    this.side = data.mapSize;
    this.place = strongest(data);
    this.drawing = picture("drawing", "");
    this.output = picture("output", "");
    this.handle = element("div", { className: "handle", tabIndex: 0 }, this.output.canvas);
    this.handle.setAttribute("role", "group");
    this.output.figure.prepend(this.handle);
    this.playButton = button("play", "Play", "▶", () => this.playOrPause());
    this.back = button("back", "Back", "‹", () => this.step(-1));
    this.forth = button("step", "Step", "›", () => this.step(1));
    this.arithmetic = element("div", { className: "grids" });
    this.sum = element("p", { className: "sum" });
    this.sum.setAttribute("aria-live", "polite");
    root.replaceChildren(
      element("div", { className: "pictures" }, this.drawing.figure, this.output.figure),
      element("div", { className: "tools" }, this.back.box, this.playButton.box, this.forth.box),
      this.arithmetic,
      this.sum,
    );
    this.grids = gridsFor(data.kernelSize);
    this.layGrids();
    this.listen();
    this.showAll();
  }

  listen() {
    /** @param {PointerEvent} event */
    const point = (event) => {
      const box = this.output.canvas.getBoundingClientRect();
      /** @param {number} position @param {number} start @param {number} length */
      const at = (position, start, length) =>
        Math.min(this.side - 1, Math.max(0, Math.floor(((position - start) / length) * this.side)));
      this.pause();
      this.move(at(event.clientY, box.top, box.height) * this.side + at(event.clientX, box.left, box.width));
    };
    this.handle.addEventListener("pointerdown", (event) => {
      this.handle.setPointerCapture(event.pointerId);
      point(event);
    });
    this.handle.addEventListener("pointermove", (event) => {
      if (event.pointerType === "mouse" || this.handle.hasPointerCapture(event.pointerId)) point(event);
    });
    this.handle.addEventListener("keydown", (event) => {
      // With a modifier the key is the browser's own: to go back, say.
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      if (event.key === " ") this.playOrPause();
      else if (ARROWS[event.key]) {
        const [down, right] = ARROWS[event.key];
        const row = Math.min(this.side - 1, Math.max(0, this.row + down));
        const column = Math.min(this.side - 1, Math.max(0, this.column + right));
        this.pause();
        this.move(row * this.side + column);
      } else return;
      event.preventDefault();
    });
  }

  get row() {
    return Math.floor(this.place / this.side);
  }

  get column() {
    return this.place % this.side;
  }

  /** @param {Data} data */
  take(data) {
    const before = this.data;
    this.data = data;
    if (this.side !== data.mapSize) {
      // What was played on the other map is over; nothing is shown before the cells are those of the new kernel.
      this.halt();
      this.isPaused = false;
      this.side = data.mapSize;
      this.place = strongest(data);
    }
    // Where the kernel is only another one, the cells stay: in one of them somebody may be typing on.
    if (before.kernelSize !== data.kernelSize || before.isTyped !== data.isTyped) {
      this.grids = gridsFor(data.kernelSize);
      this.layGrids();
    }
    this.showAll();
  }

  showAll() {
    const { map, name, size } = this.data;
    this.drawing.text.textContent = `${size} × ${size} pixels: ${name}`;
    this.drawing.canvas.setAttribute("aria-label", `The image, ${name}, with the kernel's place marked`);
    const largest = Math.max(...map);
    const white = largest ? `white is ${written(largest)}` : "zero everywhere";
    this.output.text.textContent = `Feature map: ${this.side} × ${this.side}, ${white}`;
    this.output.canvas.setAttribute("aria-label", `The feature map, ${this.side} by ${this.side}`);
    this.handle.setAttribute("aria-label", "Feature map: arrow keys move the kernel, space plays");
    this.showKernel();
    this.show();
  }

  /** @param {number} by */
  step(by) {
    this.pause();
    const places = this.side * this.side;
    this.move((this.place + by + places) % places);
  }

  play() {
    if (!this.isPaused) this.place = 0;
    this.isPaused = false;
    const next = () => {
      this.timer = null;
      if (this.place < this.side * this.side - 1) {
        this.place += 1;
        this.timer = setTimeout(next, this.row === 0 ? SLOW : FAST);
      }
      this.show();
    };
    this.timer = setTimeout(next, SLOW);
    this.show();
  }

  playOrPause() {
    if (this.timer) this.pause();
    else this.play();
  }

  halt() {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
  }

  pause() {
    if (!this.timer) return;
    this.halt();
    this.isPaused = true;
    this.show();
  }

  /** @param {number} place */
  move(place) {
    this.place = place;
    this.isPaused = false;
    this.show();
  }

  layGrids() {
    const { kernelSize, isTyped } = this.data;
    const { inputs, weights, products } = this.grids;
    /** @param {string} text */
    const sign = (text) => element("span", { className: "sign", textContent: text });
    this.arithmetic.classList.toggle("large", kernelSize > 3);
    this.arithmetic.classList.toggle("typed", isTyped);
    this.arithmetic.replaceChildren(inputs.figure, sign("×"), weights.figure, sign("="), products.figure);
    if (isTyped) this.letType();
  }

  letType() {
    /** @param {number} value @param {string} label */
    const field = (value, label) => {
      const input = element("input", { type: "text", inputMode: "decimal", value: String(value) });
      input.setAttribute("aria-label", label);
      input.addEventListener("change", () => this.typed());
      return input;
    };
    const { kernelSize, kernel, bias } = this.data;
    const weights = kernel.map((weight, index) =>
      field(weight, `Weight in row ${Math.floor(index / kernelSize) + 1}, column ${(index % kernelSize) + 1}`),
    );
    const added = field(bias, "Bias");
    this.fields = [...weights, added];
    weights.forEach((input, index) => {
      this.grids.weights.cells[index].replaceChildren(input);
    });
    this.grids.weights.figure.append(element("label", { className: "bias" }, "Bias ", added));
  }

  typed() {
    const { kernelSize, largestWeight } = this.data;
    const numbers = this.fields.map(({ value }) => typedNumber(value));
    /** @param {number} number */
    const isWrong = (number) => !(Math.abs(number) <= largestWeight);
    this.fields.forEach((field, index) => {
      field.setAttribute("aria-invalid", String(isWrong(numbers[index])));
      if (!isWrong(numbers[index])) field.value = String(numbers[index]);
    });
    if (numbers.some(isWrong)) {
      this.sum.textContent = `Each weight and the bias is a number between −${largestWeight} and ${largestWeight}.`;
      return;
    }
    this.send("typed", { kernelSize, weights: numbers.slice(0, -1), bias: /** @type {number} */ (numbers.at(-1)) });
  }

  /**
   * Numbers on their own grey, which runs from 0, black, to 1, white.
   *
   * @param {HTMLElement[]} cells
   * @param {number[]} numbers
   * @param {(number: number) => number} grey
   */
  fill(cells, numbers, grey) {
    cells.forEach((cell, index) => {
      const shade = Math.round(255 * Math.min(1, Math.max(0, grey(numbers[index]))));
      cell.style.backgroundColor = `rgb(${shade}, ${shade}, ${shade})`;
      cell.style.color = shade > 127 ? "#000" : "#fff";
      const isField = cell.firstElementChild !== null;
      if (this.data.kernelSize <= READABLE && !isField) cell.textContent = written(numbers[index]);
    });
  }

  showKernel() {
    const { kernel } = this.data;
    const largest = Math.max(...kernel.map(Math.abs)) || 1;
    this.fill(this.grids.weights.cells, kernel, (weight) => 0.5 + weight / largest / 2);
  }

  show() {
    const { kernel, bias, map } = this.data;
    const inputs = inputsAt(this.data, this.place);
    const pixels = inputs.map(({ value }) => value);
    const products = pixels.map((value, index) => value * kernel[index]);
    this.fill(this.grids.inputs.cells, pixels, (value) => value);
    this.grids.inputs.cells.forEach((cell, index) => {
      cell.classList.toggle("padding", inputs[index].isPadding);
    });
    const largest = Math.max(...kernel.map(Math.abs)) || 1;
    this.fill(this.grids.products.cells, products, (product) => 0.5 + product / largest / 2);
    const total = products.reduce((sum, product) => sum + product, 0);
    const isCut = total + bias < 0;
    this.sum.innerHTML = [
      `<span>Sum of the products ${written(total)}</span>`,
      `<span>plus bias ${written(bias)}</span>`,
      `<span>= ${written(total + bias)}${isCut ? ", below zero," : ","}</span>`,
      `<span>${isCut ? "so ReLU gives" : "which ReLU leaves:"} <strong>${written(map[this.place])}</strong></span>`,
    ].join(" ");
    this.sum.setAttribute("aria-live", this.timer ? "off" : "polite");
    this.drawImage();
    this.drawMap();
    this.playButton.label.textContent = this.timer ? "Pause" : "Play";
    this.playButton.icon.textContent = this.timer ? "❚❚" : "▶";
  }

  drawImage() {
    const { image, size, kernelSize, stride, zerosBefore, mapSize } = this.data;
    const reach = Math.max(size, (mapSize - 1) * stride + kernelSize - zerosBefore);
    const context = this.prepare(this.drawing.canvas, reach + zerosBefore);
    context.translate(zerosBefore * PIXEL, zerosBefore * PIXEL);
    this.paint(context, image, size, 1, image.length);
    mark(context, this.column * stride - zerosBefore, this.row * stride - zerosBefore, kernelSize);
  }

  drawMap() {
    const context = this.prepare(this.output.canvas, this.side);
    const done = this.timer || this.isPaused ? this.place + 1 : this.data.map.length;
    this.paint(context, this.data.map, this.side, Math.max(...this.data.map) || 1, done);
    mark(context, this.column, this.row, 1);
  }

  /**
   * What is padded, or not yet computed, is left as the page's own grey.
   *
   * @param {HTMLCanvasElement} canvas
   * @param {number} side
   */
  prepare(canvas, side) {
    if (canvas.width !== side * PIXEL) Object.assign(canvas, { width: side * PIXEL, height: side * PIXEL });
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    context.resetTransform();
    context.clearRect(0, 0, canvas.width, canvas.height);
    return context;
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number[]} numbers
   * @param {number} side
   * @param {number} white the number that is white
   * @param {number} until so many of the numbers
   */
  paint(context, numbers, side, white, until) {
    for (let index = 0; index < until; index++) {
      const shade = Math.round((255 * numbers[index]) / white);
      context.fillStyle = `rgb(${shade}, ${shade}, ${shade})`;
      context.fillRect((index % side) * PIXEL, Math.floor(index / side) * PIXEL, PIXEL, PIXEL);
    }
  }
}

/** @type {[colour: string, width: number][]} */
const LINES = [
  ["#000", 7],
  ["#fff", 3],
];

/**
 * A line that is seen on black and on white.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {number} column
 * @param {number} row
 * @param {number} side
 */
function mark(context, column, row, side) {
  for (const [colour, width] of LINES) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.strokeRect(column * PIXEL, row * PIXEL, side * PIXEL, side * PIXEL);
  }
}

/** @type {WeakMap<Element, Stepper>} */
const steppers = new WeakMap();

/**
 * @param {Component<Data, { typed: Typed }>} component
 * @returns {End}
 */
export default function ({ data, parentElement, setStateValue }) {
  const root = /** @type {Element} */ (parentElement.querySelector(".stepper"));
  const stepper = steppers.get(root) ?? new Stepper(root, data, setStateValue);
  if (steppers.has(root)) {
    stepper.send = setStateValue;
    stepper.take(data);
  }
  steppers.set(root, stepper);
  return () => stepper.pause();
}
