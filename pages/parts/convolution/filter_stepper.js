// A kernel on its way over an image: the drawing, the feature map, and the arithmetic of the place where the kernel
// stands. The feature map comes from the server; here it is drawn, and its numbers are written out.

const PIXEL = 10; // canvas pixels for a pixel of a picture; the page scales the canvas
const SLOW = 140; // milliseconds a place in the first row, while one can still read along
const FAST = 14; // and in the others
const READABLE = 7; // the largest kernel whose numbers are written into its cells

const written = (number, digits = 2) => {
  const text = Math.abs(number).toFixed(digits);
  return (number < 0 && Number(text) !== 0 ? "−" : "") + text;
};

const element = (tag, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
};

function picture(className, caption) {
  const canvas = element("canvas");
  canvas.setAttribute("role", "img");
  const text = element("figcaption", { textContent: caption });
  return { canvas, text, figure: element("figure", { className }, canvas, text) };
}

function button(name, label, icon, press) {
  const made = element("button", { type: "button", className: name, onclick: press });
  made.append(element("span", { className: "icon", textContent: icon, ariaHidden: "true" }), element("span", { textContent: label }));
  return made;
}

class Stepper {
  constructor(root, send) {
    this.send = send;
    this.place = 0;
    this.timer = null;
    this.drawing = picture("drawing", "");
    this.output = picture("output", "");
    this.handle = element("div", { className: "handle", tabIndex: 0 }, this.output.canvas);
    this.handle.setAttribute("role", "group");
    this.output.figure.prepend(this.handle);
    this.playButton = button("play", "Play", "▶", () => (this.timer ? this.pause() : this.play()));
    this.back = button("back", "Back", "‹", () => this.step(-1));
    this.forth = button("step", "Step", "›", () => this.step(1));
    this.grids = element("div", { className: "grids" });
    this.sum = element("p", { className: "sum" });
    this.sum.setAttribute("aria-live", "polite");
    root.replaceChildren(
      element("div", { className: "pictures" }, this.drawing.figure, this.output.figure),
      element("div", { className: "tools" }, this.back, this.playButton, this.forth),
      this.grids,
      this.sum,
    );
    this.listen();
  }

  listen() {
    const point = (event) => {
      const box = this.output.canvas.getBoundingClientRect();
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
    const ways = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
    this.handle.addEventListener("keydown", (event) => {
      if (event.key === " ") (this.timer ? this.pause() : this.play());
      else if (ways[event.key]) {
        const [down, right] = ways[event.key];
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

  take(data) {
    const before = this.data;
    this.data = data;
    if (this.side !== data.mapSize) {
      this.pause();
      this.side = data.mapSize;
      // Where there is something to see: the place of the largest number.
      this.place = Math.max(0, data.map.indexOf(Math.max(...data.map)));
    }
    this.drawing.text.textContent = `${data.size} × ${data.size} pixels: ${data.name}`;
    this.drawing.canvas.setAttribute("aria-label", `The image, ${data.name}, with the kernel's place marked`);
    const largest = Math.max(...data.map);
    this.output.text.textContent =
      `Feature map: ${this.side} × ${this.side}, ` + (largest ? `white is ${written(largest)}` : "zero everywhere");
    this.output.canvas.setAttribute("aria-label", `The feature map, ${this.side} by ${this.side}`);
    this.handle.setAttribute("aria-label", "Feature map: arrow keys move the kernel, space plays");
    // Where the kernel is only another one, the cells stay: in one of them somebody may be typing on.
    if (before?.kernelSize !== data.kernelSize || before.isTyped !== data.isTyped) this.buildGrids();
    this.showKernel();
    this.show();
  }

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

  pause() {
    if (!this.timer) return;
    clearTimeout(this.timer);
    this.timer = null;
    this.isPaused = true;
    this.show();
  }

  move(place) {
    this.place = place;
    this.isPaused = false;
    this.show();
  }

  inputs() {
    const { image, size, kernelSize, stride, zerosBefore } = this.data;
    const numbers = [];
    for (let y = 0; y < kernelSize; y++)
      for (let x = 0; x < kernelSize; x++) {
        const row = this.row * stride - zerosBefore + y;
        const column = this.column * stride - zerosBefore + x;
        const isInside = row >= 0 && row < size && column >= 0 && column < size;
        numbers.push({ value: isInside ? image[row * size + column] : 0, isPadding: !isInside });
      }
    return numbers;
  }

  buildGrids() {
    const { kernelSize, isTyped } = this.data;
    const grid = (name, title) => {
      const cells = Array.from({ length: kernelSize ** 2 }, () => element("span"));
      const box = element("div", { className: "cells" }, ...cells);
      box.style.setProperty("--side", kernelSize);
      return { cells, figure: element("figure", { className: name }, element("figcaption", { textContent: title }), box) };
    };
    this.inputGrid = grid("inputs", "Pixels");
    this.weightGrid = grid("weights", "Weights");
    this.productGrid = grid("products", "Products");
    const sign = (text) => element("span", { className: "sign", textContent: text });
    this.grids.classList.toggle("large", kernelSize > 3);
    this.grids.classList.toggle("typed", isTyped);
    this.grids.replaceChildren(
      this.inputGrid.figure, sign("×"), this.weightGrid.figure, sign("="), this.productGrid.figure,
    );
    if (isTyped) this.letType();
  }

  letType() {
    const field = (value, label) => {
      const input = element("input", { type: "text", inputMode: "decimal", value: String(value) });
      input.setAttribute("aria-label", label);
      input.addEventListener("change", () => this.typed());
      return input;
    };
    const { kernelSize, kernel, bias } = this.data;
    this.fields = kernel.map((weight, index) =>
      field(weight, `Weight in row ${Math.floor(index / kernelSize) + 1}, column ${(index % kernelSize) + 1}`),
    );
    this.weightGrid.cells.forEach((cell, index) => cell.replaceChildren(this.fields[index]));
    this.fields.push(field(bias, "Bias"));
    this.weightGrid.figure.append(element("label", { className: "bias" }, "Bias ", this.fields.at(-1)));
  }

  typed() {
    const numbers = this.fields.map(({ value }) => Number(value.trim().replace("−", "-").replace(",", ".") || "x"));
    const isWrong = (number) => !(Math.abs(number) <= this.data.largestWeight);
    this.fields.forEach((field, index) => {
      field.setAttribute("aria-invalid", String(isWrong(numbers[index])));
      if (!isWrong(numbers[index])) field.value = String(numbers[index]);
    });
    if (numbers.some(isWrong)) {
      this.sum.textContent = `Each weight and the bias is a number between −${this.data.largestWeight} and ${this.data.largestWeight}.`;
      return;
    }
    this.send("typed", { kernelSize: this.data.kernelSize, weights: numbers.slice(0, -1), bias: numbers.at(-1) });
  }

  // Numbers on their own grey, which runs from 0, black, to 1, white.
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
    this.fill(this.weightGrid.cells, kernel, (weight) => 0.5 + weight / largest / 2);
  }

  show() {
    const { kernel, bias, map } = this.data;
    const inputs = this.inputs();
    const products = inputs.map(({ value }, index) => value * kernel[index]);
    this.fill(this.inputGrid.cells, inputs.map(({ value }) => value), (value) => value);
    this.inputGrid.cells.forEach((cell, index) => cell.classList.toggle("padding", inputs[index].isPadding));
    const largest = Math.max(...kernel.map(Math.abs)) || 1;
    this.fill(this.productGrid.cells, products, (product) => 0.5 + product / largest / 2);
    const total = products.reduce((sum, product) => sum + product, 0);
    const isCut = total + bias < 0;
    this.sum.innerHTML =
      `<span>Sum of the products ${written(total)}</span> <span>plus bias ${written(bias)}</span> ` +
      `<span>= ${written(total + bias)}${isCut ? ", below zero," : ","}</span> <span>${isCut ? "so ReLU gives" : "which ReLU leaves:"} ` +
      `<strong>${written(map[this.place])}</strong></span>`;
    this.sum.setAttribute("aria-live", this.timer ? "off" : "polite");
    this.drawImage();
    this.drawMap();
    this.playButton.lastChild.textContent = this.timer ? "Pause" : "Play";
    this.playButton.firstChild.textContent = this.timer ? "❚❚" : "▶";
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

  // What is padded, or not yet computed, is left as the page's own grey.
  prepare(canvas, side) {
    if (canvas.width !== side * PIXEL) canvas.width = canvas.height = side * PIXEL;
    const context = canvas.getContext("2d");
    context.resetTransform();
    context.clearRect(0, 0, canvas.width, canvas.height);
    return context;
  }

  paint(context, numbers, side, white, until) {
    for (let index = 0; index < until; index++) {
      const shade = Math.round((255 * numbers[index]) / white);
      context.fillStyle = `rgb(${shade}, ${shade}, ${shade})`;
      context.fillRect((index % side) * PIXEL, Math.floor(index / side) * PIXEL, PIXEL, PIXEL);
    }
  }
}

// A line that is seen on black and on white.
function mark(context, column, row, side) {
  for (const [colour, width] of [["#000", 7], ["#fff", 3]]) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.strokeRect(column * PIXEL, row * PIXEL, side * PIXEL, side * PIXEL);
  }
}

const steppers = new WeakMap();

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".stepper");
  if (!steppers.has(root)) steppers.set(root, new Stepper(root, setStateValue));
  const stepper = steppers.get(root);
  stepper.send = setStateValue;
  stepper.take(data);
  return () => stepper.pause();
}
