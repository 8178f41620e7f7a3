// From ink to what the network reads: the steps of model/ink/preparation.py, to the same bytes, whichever are left out.

import { CANVAS } from "../ink.js";

export const FRAME = 28;
const BOX = 20;

// Pillow counts with 22 bits behind the point, and rounds to a byte between its two passes (Pillow, Resample.c).
const BITS = 22;

/**
 * As Python rounds: halves to the even neighbour.
 * @param {number} value
 */
export function roundHalfEven(value) {
  const low = Math.floor(value);
  const rest = value - low;
  if (rest !== 0.5) return rest > 0.5 ? low + 1 : low;
  return low % 2 === 0 ? low : low + 1;
}

/**
 * The rows and columns from the first ink to the last, ends not included; null where there is none.
 * @param {Uint8Array} ink
 */
export function boundingBox(ink) {
  let top = -1;
  let bottom = 0;
  let left = CANVAS;
  let right = 0;
  for (let row = 0; row < CANVAS; row++) {
    const start = row * CANVAS;
    let first = 0;
    while (first < CANVAS && ink[start + first] === 0) first++;
    if (first === CANVAS) continue;
    let last = CANVAS - 1;
    while (ink[start + last] === 0) last--;
    if (top < 0) top = row;
    bottom = row + 1;
    if (first < left) left = first;
    if (last + 1 > right) right = last + 1;
  }
  return top < 0 ? null : { top, bottom, left, right };
}

/** @typedef {{ first: number, weights: number[] }[]} Windows for each new pixel: where it begins to look, and how */

/**
 * For each new pixel along one side: where it begins to look, and with what weights.
 * @param {number} from pixels
 * @param {number} to pixels
 * @returns {Windows}
 */
function windows(from, to) {
  const scale = from / to;
  const shrinks = scale >= 1;
  const filterScale = Math.max(scale, 1);
  const support = (shrinks ? 0.5 : 1) * filterScale;
  const found = [];
  for (let place = 0; place < to; place++) {
    const center = (place + 0.5) * scale;
    const first = Math.max(Math.trunc(center - support + 0.5), 0);
    const last = Math.min(Math.trunc(center + support + 0.5), from);
    const weights = [];
    let sum = 0;
    for (let i = first; i < last; i++) {
      const x = (i - center + 0.5) * (1 / filterScale);
      const weight = shrinks ? Number(x > -0.5 && x <= 0.5) : Math.max(0, 1 - Math.abs(x));
      weights.push(weight);
      sum += weight;
    }
    found.push({ first, weights: weights.map((weight) => Math.trunc(0.5 + (weight / sum) * (1 << BITS))) });
  }
  return found;
}

/** While the pen moves within what is drawn, a drawing has the same two sides at every frame. */
const MOST_KEPT = 64;
/** @type {Map<string, Windows>} */
const keptWindows = new Map();

/**
 * The same, not reckoned again and again.
 * @param {number} from pixels
 * @param {number} to pixels
 */
function windowsAtHand(from, to) {
  const key = `${from} to ${to}`;
  let found = keptWindows.get(key);
  if (!found) {
    if (keptWindows.size === MOST_KEPT) keptWindows.clear();
    found = windows(from, to);
    keptWindows.set(key, found);
  }
  return found;
}

/**
 * @typedef {object} Part of a picture
 * @property {Uint8Array} pixels of the picture, row by row
 * @property {number} first the place of the part's first pixel
 * @property {number} stride pixels from one row to the next
 * @property {number} height
 * @property {number} width
 */

/**
 * A picture in another width, turned about its diagonal, which makes of rows columns.
 * @param {Part} part
 * @param {number} newWidth
 * @returns {Part} (newWidth, height): its columns in turn
 */
function turnedTo({ pixels, first, stride, height, width }, newWidth) {
  const turned = new Uint8Array(newWidth * height);
  if (newWidth === width) {
    for (let row = 0; row < height; row++)
      for (let column = 0; column < width; column++)
        turned[column * height + row] = pixels[first + row * stride + column];
  } else {
    windowsAtHand(width, newWidth).forEach(({ first: offset, weights }, column) => {
      for (let row = 0; row < height; row++) {
        const start = first + row * stride + offset;
        let sum = 1 << (BITS - 1);
        for (let i = 0; i < weights.length; i++) sum += pixels[start + i] * weights[i];
        turned[column * height + row] = Math.min(sum >> BITS, 255);
      }
    });
  }
  return { pixels: turned, first: 0, stride: height, height: newWidth, width: height };
}

/**
 * Part of a picture in another size: Pillow's BOX where it shrinks, BILINEAR where it grows.
 * @param {Part} part
 * @param {number} newHeight
 * @param {number} newWidth
 */
const resized = (part, newHeight, newWidth) => turnedTo(turnedTo(part, newWidth), newHeight);

/**
 * @typedef {object} Steps which steps are done; one that is left out keeps what came before it
 * @property {boolean} crop
 * @property {boolean} scale
 * @property {boolean} centre
 */

/** @typedef {{ cropped: Part, scaled: Part, frame: Uint8Array }} Prepared */

const ALL_STEPS = { crop: true, scale: true, centre: true };
const WHOLE = { top: 0, bottom: CANVAS, left: 0, right: CANVAS };
// Pixels of the frame for one of the canvas, where nothing is scaled.
const SHRINKING = FRAME / CANVAS;

/**
 * Where a side is to begin, its centre of mass in the frame's middle.
 * @param {Float64Array} mass
 */
function centred(mass) {
  let all = 0;
  let moment = 0;
  mass.forEach((value, place) => {
    all += value;
    moment += value * place;
  });
  return all > 0 ? FRAME / 2 - moment / all : 0;
}

/**
 * Where a side is to begin, its middle where it was drawn.
 * @param {number} start on the canvas
 * @param {number} end
 * @param {number} length in the frame
 */
const asDrawn = (start, end, length) => ((start + end) / 2) * SHRINKING - length / 2;

/**
 * As near to a place as whole pixels and the frame's edges allow.
 * @param {number} place
 * @param {number} length
 */
const framed = (place, length) => Math.min(Math.max(roundHalfEven(place), 0), FRAME - length);

/**
 * Every step on the way to the picture of 28x28 bytes that the network reads; null where there is no ink.
 * @param {Uint8Array} ink
 * @param {Steps} [steps]
 * @returns {Prepared | null}
 */
export function prepare(ink, steps = ALL_STEPS) {
  const found = boundingBox(ink);
  if (!found) return null;
  const box = steps.crop ? found : WHOLE;
  const height = box.bottom - box.top;
  const width = box.right - box.left;
  const factor = steps.scale ? BOX / Math.max(height, width) : SHRINKING;
  const newHeight = Math.max(1, roundHalfEven(height * factor));
  const newWidth = Math.max(1, roundHalfEven(width * factor));
  const cropped = { pixels: ink, first: box.top * CANVAS + box.left, stride: CANVAS, height, width };
  const scaled = resized(cropped, newHeight, newWidth);
  const { pixels } = scaled;
  let top = asDrawn(box.top, box.bottom, newHeight);
  let left = asDrawn(box.left, box.right, newWidth);
  if (steps.centre) {
    const rows = new Float64Array(newHeight);
    const columns = new Float64Array(newWidth);
    pixels.forEach((value, place) => {
      rows[Math.trunc(place / newWidth)] += value;
      columns[place % newWidth] += value;
    });
    top = centred(rows);
    left = centred(columns);
  }
  top = framed(top, newHeight);
  left = framed(left, newWidth);
  const frame = new Uint8Array(FRAME * FRAME);
  for (let row = 0; row < newHeight; row++)
    frame.set(pixels.subarray(row * newWidth, (row + 1) * newWidth), (top + row) * FRAME + left);
  return { cropped, scaled, frame };
}

/**
 * The picture of 28x28 bytes that the network reads; null where there is no ink.
 * @param {Uint8Array} ink
 */
export const prepared = (ink) => prepare(ink)?.frame ?? null;
