// The layers' sheets, side by side; a press on a map picks it. The same maps can be picked by the two fields below the
// path, which is the way for a keyboard.

/** @import { Component } from "../component" */

/**
 * @typedef {object} Data
 * @property {string} html the layers; a station that has maps says of which layer, how many, and in how many columns
 * @property {[layer: number, map: number]} picked
 */

/** @param {Component<Data, {}, { picked: [layer: number, map: number] }>} component */
export default function ({ data, parentElement, setTriggerValue }) {
  const path = /** @type {HTMLElement} */ (parentElement.querySelector(".path") ?? document.createElement("div"));
  if (!path.isConnected) {
    path.className = "path";
    parentElement.append(path);
  }
  path.innerHTML = data.html;
  mark(path, data.picked);
  path.onclick = (event) => {
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
 * A frame around the picked map, where it lies on its sheet.
 *
 * @param {Element} path
 * @param {[layer: number, map: number]} picked
 */
function mark(path, [layer, map]) {
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
  image.replaceWith(sheet);
  sheet.append(image, frame);
}
