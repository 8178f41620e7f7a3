// The layers' sheets, side by side; a press on a map picks it. The same maps can be picked by the two fields below the
// path, which is the way for a keyboard. While the pen moves, the sheets follow it: they are drawn here in the greys of
// pages/parts/feature_maps.py.

import { Follower, grey, repaint } from "./follow.js";

/** @import { Component, End } from "../component" */
/** @typedef {import("./live.js").Read} Read */
/** @typedef {import("./network.js").Maps} Maps */

/**
 * @typedef {object} Data
 * @property {string} html the layers; a station that has maps says of which layer, how many, and in how many columns
 * @property {[layer: number, map: number]} picked
 * @property {string} [name] of the drawing's state; without one, no pen drew it
 */

/**
 * @typedef {object} Layout of a sheet, as pages/parts/feature_maps.py has laid it out
 * @property {number} columns maps in a row
 * @property {number} scale pixels of the page for one number
 * @property {number} gap pixels between two maps
 * @property {boolean} each map has a scale of its own
 */

// The grey of the stroke through a map that is zero everywhere.
const DEAD = 128;

class Path {
  /** @param {Node} parent */
  constructor(parent) {
    this.root = document.createElement("div");
    this.root.className = "path";
    parent.appendChild(this.root);
    this.html = "";
    this.shown = "";
    /** @type {[layer: number, map: number]} */
    this.picked = [-1, 0];
    this.follower = new Follower(() => this.build());
  }

  /** @param {Data} data */
  hear({ html, picked, name = "" }) {
    this.html = html;
    this.picked = picked;
    // The page's own sheets are as new as the server's, or newer: they stay, so that nothing flickers.
    if (this.follower.isOn && name && shape(html) === shape(this.shown)) mark(this.root, picked);
    else this.build();
    this.follower.hear(name);
  }

  /** Show what the server sent. */
  build() {
    this.root.innerHTML = this.html;
    this.shown = this.html;
    mark(this.root, this.picked);
    /** @type {Map<Element, (read: Read) => void>} */
    const pieces = new Map();
    // They are all the layers, in their order.
    [...this.root.querySelectorAll(".station")].forEach((station, layer) => {
      pieces.set(station, ({ outputs }) => outputs[layer] && draw(station, outputs[layer]));
    });
    this.follower.watch(pieces);
  }

  end() {
    this.follower.end();
    this.root.remove();
  }
}

/**
 * What there is to see, apart from the numbers: the layers, and how they are laid out.
 * @param {string} html
 */
function shape(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  const parts = [...template.content.querySelectorAll(".station, .station .maps")];
  const names = [...template.content.querySelectorAll("figcaption > *")];
  return JSON.stringify([
    parts.map((part) => ({ .../** @type {HTMLElement} */ (part).dataset })),
    names.map((name) => name.textContent),
  ]);
}

/**
 * One layer as the network left it.
 * @param {Element} station
 * @param {Maps} maps
 */
function draw(station, maps) {
  const figure = /** @type {HTMLElement | null} */ (station.querySelector(".maps"));
  if (!figure) return;
  const image = figure.querySelector("img");
  if (!image) drawBars(figure, maps);
  else if (figure.dataset.sheet) {
    const isVector = !(/** @type {HTMLElement} */ (station).dataset.maps);
    drawSheet(figure, image, maps, JSON.parse(figure.dataset.sheet), isVector);
  }
}

/**
 * A layer's sheet, over the one that the server sent, which goes on to be what is read aloud and pressed.
 * @param {HTMLElement} figure
 * @param {HTMLImageElement} image
 * @param {Maps} maps
 * @param {Layout} layout
 * @param {boolean} isVector its numbers are no maps
 */
function drawSheet(figure, image, maps, layout, isVector) {
  const { height, width } = sizeOf(maps, layout);
  // Of another network, which the server has not sent yet, or will not send any more.
  if (width !== image.width) return;
  let canvas = /** @type {HTMLCanvasElement | null} */ (figure.querySelector("canvas"));
  if (!canvas) {
    canvas = document.createElement("canvas");
    canvas.setAttribute("aria-hidden", "true");
    image.after(canvas);
    image.height = height; // known before the picture is unpacked, it moves nothing
  }
  /** @type {Sums | undefined} */
  let sums;
  repaint(canvas, height, width, (pixels) => {
    sums = paintSheet(pixels, width, maps, layout, isVector);
  });
  if (sums) say(figure, image, sums, layout, isVector);
}

/**
 * @typedef {object} Sums
 * @property {number} largest
 * @property {number} zeros maps that are zero everywhere
 */

/**
 * @param {Maps} maps
 * @param {Layout} layout
 */
function sizeOf({ height, width, channels }, { columns, scale, gap }) {
  const rows = Math.ceil(channels / columns);
  return { height: rows * (height * scale + gap) - gap, width: columns * (width * scale + gap) - gap };
}

/**
 * All maps of a layer on one sheet, to the very greys of pages/parts/feature_maps.py.
 * @param {Uint32Array} pixels of the sheet
 * @param {number} sheetWidth
 * @param {Maps} maps
 * @param {Layout} layout
 * @param {boolean} isVector
 * @returns {Sums}
 */
function paintSheet(pixels, sheetWidth, maps, { columns, scale, gap, each }, isVector) {
  const { values, height, width, channels } = maps;
  const brightest = new Float32Array(channels);
  for (let place = 0; place < values.length; ) {
    for (let map = 0; map < channels; map++) {
      const value = values[place++];
      if (value > brightest[map]) brightest[map] = value;
    }
  }
  let largest = 0;
  let zeros = 0;
  for (const value of brightest) {
    if (value > largest) largest = value;
    if (value === 0) zeros += 1;
  }
  for (let map = 0; map < channels; map++) {
    const left = (map % columns) * (width * scale + gap);
    const top = Math.trunc(map / columns) * (height * scale + gap);
    const white = each ? brightest[map] : largest;
    for (let row = 0; row < height; row++) {
      const line = (top + row * scale) * sheetWidth + left;
      let pixel = line;
      for (let column = 0; column < width; column++) {
        const value = values[(row * width + column) * channels + map];
        const colour = grey(white > 0 ? level(value, white) : 0);
        for (const end = pixel + scale; pixel < end; pixel++) pixels[pixel] = colour;
      }
      for (let more = 1; more < scale; more++) pixels.copyWithin(line + more * sheetWidth, line, pixel);
    }
    if (brightest[map] === 0 && !isVector) {
      const steps = Math.max(height, width) * scale;
      for (let step = 0; step < steps; step++) {
        const row = top + height * scale - 1 - Math.trunc((step * height * scale) / steps);
        pixels[row * sheetWidth + left + Math.trunc((step * width * scale) / steps)] = grey(DEAD);
      }
    }
  }
  return { largest, zeros };
}

/**
 * From 0 to 255, counted with the precision of the server, and rounded as it does: halves to the even neighbour.
 * @param {number} value
 * @param {number} white
 */
function level(value, white) {
  const exact = Math.fround(Math.fround(value / white) * 255);
  const rounded = Math.round(exact);
  return rounded - exact === 0.5 && rounded & 1 ? rounded - 1 : rounded;
}

/**
 * Put the numbers of the moment into the server's words.
 * @param {HTMLElement} figure
 * @param {HTMLImageElement} image
 * @param {Sums} sums
 * @param {Layout} layout
 * @param {boolean} isVector
 */
function say(figure, image, { largest, zeros }, { each }, isVector) {
  const words = figure.querySelector("figcaption")?.lastChild;
  const none = zeros.toLocaleString("en-US");
  const white = each ? "white is each map's largest number" : `white is ${largest.toFixed(2)}`;
  const struck = zeros ? `, ${none} zero everywhere and struck through; ${white}` : `; ${white}`;
  const all = isVector ? `, ${none} of them zero; ${white}` : struck;
  if (words)
    put(words, (words.textContent ?? "").replace(/(, [\d,]+ (zero everywhere|of them) [^;]*)?; white is .*$/, all));
  const alt = image.alt.replace(/[\d,]+ of them zero$/, `${none} of them zero`);
  if (alt !== image.alt) image.alt = alt;
}

/**
 * A short layer's numbers as bars.
 * @param {HTMLElement} figure
 * @param {Maps} maps
 */
function drawBars(figure, { values }) {
  const largest = Math.max(...values) || 1;
  const lines = [...figure.querySelectorAll(".numbers li")];
  if (lines.length !== values.length) return;
  lines.forEach((line, place) => {
    const bar = /** @type {HTMLElement | null} */ (line.querySelector(".track > span"));
    if (bar) bar.style.width = `${((values[place] / largest) * 100).toFixed(1)}%`;
    const number = line.lastElementChild;
    if (number) put(number, values[place].toFixed(2));
  });
}

/**
 * @param {Node} node
 * @param {string} text
 */
function put(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** @type {WeakMap<object, Path>} */
const paths = new WeakMap();

/**
 * @param {Component<Data, {}, { picked: [layer: number, map: number] }>} component
 * @returns {End}
 */
export default function ({ data, parentElement, setTriggerValue }) {
  let path = paths.get(parentElement);
  if (!path) {
    path = new Path(parentElement);
    paths.set(parentElement, path);
  }
  path.hear(data);
  path.root.onclick = (event) => {
    const image = /** @type {Element} */ (event.target).closest("[data-maps] img");
    const station = image?.closest("[data-maps]");
    if (!image || !station) return;
    const { layer, maps, columns } = numbers(station);
    const rows = Math.ceil(maps / columns);
    const box = image.getBoundingClientRect();
    const column = Math.min(columns - 1, Math.floor(((event.clientX - box.left) / box.width) * columns));
    const row = Math.min(rows - 1, Math.floor(((event.clientY - box.top) / box.height) * rows));
    const map = row * columns + column;
    if (map < maps) setTriggerValue("picked", [layer, map]);
  };
  return () => {
    // Streamlit may end what an earlier call began when a later one goes on with it.
    if (parentElement.isConnected) return;
    paths.get(parentElement)?.end();
    paths.delete(parentElement);
  };
}

/**
 * What a station says of its maps.
 *
 * @param {Element} station
 */
function numbers(station) {
  const { layer, maps, columns } = /** @type {HTMLElement} */ (station).dataset;
  return { layer: Number(layer), maps: Number(maps), columns: Number(columns) };
}

/**
 * A frame around the picked map, where it lies on its sheet, and around no other.
 *
 * @param {Element} path
 * @param {[layer: number, map: number]} picked
 */
function mark(path, [layer, map]) {
  path.querySelector(".picked")?.remove();
  const before = path.querySelector(".sheet");
  before?.replaceWith(...before.childNodes);
  const station = path.querySelector(`[data-layer="${layer}"]`);
  const image = station?.querySelector("img");
  if (!station || !image) return;
  const { maps, columns } = numbers(station);
  const frame = document.createElement("span");
  frame.className = "picked";
  const [row, column] = [Math.floor(map / columns), map % columns];
  frame.style.width = `${100 / columns}%`;
  frame.style.left = `${(100 * column) / columns}%`;
  frame.style.height = `${100 / Math.ceil(maps / columns)}%`;
  frame.style.top = `${(100 * row) / Math.ceil(maps / columns)}%`;
  const sheet = document.createElement("span");
  sheet.className = "sheet";
  const canvas = station.querySelector("canvas");
  image.replaceWith(sheet);
  sheet.append(image, ...(canvas ? [canvas] : []), frame);
}
