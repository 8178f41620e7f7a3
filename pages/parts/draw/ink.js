// The ink of a stroke, as model/ink/strokes.py defines it: to the same bytes, in the same order of operations.

export const CANVAS = 280;
const FLATNESS = 0.8;

/**
 * The straight pieces that the brush's middle follows: [x, y, x, y, ...] from one end to the next.
 * @param {ArrayLike<number>} points of the pen, x and y in turn, in eighths of a pixel
 * @returns {number[]}
 */
export function pencilPath(points) {
  /** @type {number[]} */
  const stroke = [];
  for (let i = 0; i < points.length; i += 2) {
    const x = points[i] / 8;
    const y = points[i + 1] / 8;
    const last = stroke.length;
    if (last && stroke[last - 2] === x && stroke[last - 1] === y) continue;
    stroke.push(x, y);
  }
  if (stroke.length < 6) return stroke;
  const path = [stroke[0], stroke[1]];
  let startX = (stroke[0] + stroke[2]) / 2;
  let startY = (stroke[1] + stroke[3]) / 2;
  path.push(startX, startY);
  for (let i = 2; i < stroke.length - 2; i += 2) {
    const x = stroke[i];
    const y = stroke[i + 1];
    const endX = (x + stroke[i + 2]) / 2;
    const endY = (y + stroke[i + 3]) / 2;
    const bendX = startX - 2 * x + endX;
    const bendY = startY - 2 * y + endY;
    const size = Math.sqrt(bendX * bendX + bendY * bendY);
    const pieces = Math.max(1, Math.ceil(Math.sqrt((2 * size) / FLATNESS)));
    for (let piece = 1; piece <= pieces; piece++) {
      const t = piece / pieces;
      const rest = 1 - t;
      path.push(
        rest * rest * startX + 2 * t * rest * x + t * t * endX,
        rest * rest * startY + 2 * t * rest * y + t * t * endY,
      );
    }
    startX = endX;
    startY = endY;
  }
  path.push(...stroke.slice(-2));
  return path;
}

/**
 * Add the ink of one straight piece of path, (CANVAS, CANVAS) levels from 0 to 255.
 * @param {Uint8Array} ink
 * @param {number} x
 * @param {number} y
 * @param {number} endX
 * @param {number} endY
 * @param {number} radius
 */
function addPiece(ink, x, y, endX, endY, radius) {
  const top = Math.max(Math.trunc(Math.min(y, endY) - radius) - 1, 0);
  const bottom = Math.min(Math.trunc(Math.max(y, endY) + radius) + 2, CANVAS);
  const left = Math.max(Math.trunc(Math.min(x, endX) - radius) - 1, 0);
  const right = Math.min(Math.trunc(Math.max(x, endX) + radius) + 2, CANVAS);
  const dx = endX - x;
  const dy = endY - y;
  const length = dx * dx + dy * dy;
  // Beyond these no square root is needed.
  const none = (radius + 0.5) * (radius + 0.5);
  const full = (radius - 0.5) * (radius - 0.5);
  for (let row = top; row < bottom; row++) {
    const fromY = row + 0.5 - y;
    for (let column = left; column < right; column++) {
      const place = row * CANVAS + column;
      if (ink[place] === 255) continue;
      let offX = column + 0.5 - x;
      let offY = fromY;
      if (length > 0) {
        const along = Math.min(Math.max((offX * dx + offY * dy) / length, 0), 1);
        offX -= along * dx;
        offY -= along * dy;
      }
      const square = offX * offX + offY * offY;
      if (square >= none) continue;
      const level = square <= full ? 255 : Math.floor(255 * (radius + 0.5 - Math.sqrt(square)) + 0.5);
      if (level > ink[place]) ink[place] = level;
    }
  }
}

/**
 * Add a stroke's ink.
 * @param {Uint8Array} ink
 * @param {ArrayLike<number>} points in eighths of a pixel
 * @param {number} width of the brush
 */
export function addStroke(ink, points, width) {
  const path = pencilPath(points);
  if (path.length === 2) addPiece(ink, path[0], path[1], path[0], path[1], width / 2);
  for (let i = 0; i + 3 < path.length; i += 2) addPiece(ink, path[i], path[i + 1], path[i + 2], path[i + 3], width / 2);
}

/** @typedef {{ width: number, points: number[] }} Stroke its points in eighths of a pixel, x and y in turn */

/**
 * The ink of strokes that only grow: what was drawn before is kept, and each frame adds what is new.
 */
export class Paper {
  constructor() {
    this.ink = new Uint8Array(CANVAS * CANVAS);
    this.settled = new Uint8Array(CANVAS * CANVAS);
    /** @type {Stroke[]} */
    this.drawn = [];
  }

  /**
   * The ink of these strokes and of the one that is being drawn.
   * @param {Stroke[]} strokes
   * @param {Stroke | null} live
   * @returns {Uint8Array}
   */
  show(strokes, live) {
    const stays = this.drawn.length <= strokes.length && this.drawn.every((stroke, i) => stroke === strokes[i]);
    if (!stays) {
      this.settled.fill(0);
      this.drawn = [];
    }
    for (const stroke of strokes.slice(this.drawn.length)) {
      addStroke(this.settled, stroke.points, stroke.width);
      this.drawn.push(stroke);
    }
    this.ink.set(this.settled);
    if (live) addStroke(this.ink, live.points, live.width);
    return this.ink;
  }
}
