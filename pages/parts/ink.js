// The ink of a stroke, as model/ink/strokes.py defines it: to the same bytes, in the same order of operations.

export const CANVAS = 280;
export const EIGHTHS = 8; // of a pixel: what the pen counts in
const FLATNESS = 0.8;

/** @typedef {{ width: number, points: number[] }} Stroke its points in eighths of a pixel, x and y in turn */

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
 * A stroke that becomes ink while it is drawn. The brush's middle follows curves whose control points are the pen's points
 * and whose ends lie halfway between them, and a straight piece at either end. So each point settles all of this path but
 * the last piece, and the ink of what is settled need not be drawn again.
 */
class Line {
  /** @param {Stroke} stroke */
  constructor(stroke) {
    this.stroke = stroke;
    this.radius = stroke.width / 2;
    // How many of the stroke's numbers are taken, and how many points these are, without those that repeat the last one.
    this.taken = 0;
    this.count = 0;
    this.x = 0;
    this.y = 0;
    // Where the path is settled up to: its first point, then halfway between the last two.
    this.settledX = 0;
    this.settledY = 0;
  }

  /**
   * Take the points that are new, and add the ink that is settled by them.
   * @param {Uint8Array} ink
   */
  settle(ink) {
    const { points } = this.stroke;
    for (; this.taken < points.length; this.taken += 2) {
      const x = points[this.taken] / EIGHTHS;
      const y = points[this.taken + 1] / EIGHTHS;
      if (this.count === 0) {
        this.settledX = x;
        this.settledY = y;
      } else if (x === this.x && y === this.y) {
        continue;
      } else if (this.count > 1) {
        if (this.count === 2) this.straight(ink, (this.settledX + this.x) / 2, (this.settledY + this.y) / 2);
        this.curve(ink, (this.x + x) / 2, (this.y + y) / 2);
      }
      this.count += 1;
      this.x = x;
      this.y = y;
    }
  }

  /**
   * Add the ink of the last piece, which the next point takes away.
   * @param {Uint8Array} ink
   */
  finish(ink) {
    if (this.count) addPiece(ink, this.settledX, this.settledY, this.x, this.y, this.radius);
  }

  /**
   * Go on straight to there.
   * @param {Uint8Array} ink
   * @param {number} x
   * @param {number} y
   */
  straight(ink, x, y) {
    addPiece(ink, this.settledX, this.settledY, x, y, this.radius);
    this.settledX = x;
    this.settledY = y;
  }

  /**
   * Go on to there on a curve that is bent towards the last point.
   * @param {Uint8Array} ink
   * @param {number} endX
   * @param {number} endY
   */
  curve(ink, endX, endY) {
    const { x, y, settledX: startX, settledY: startY } = this;
    const bendX = startX - 2 * x + endX;
    const bendY = startY - 2 * y + endY;
    const size = Math.sqrt(bendX * bendX + bendY * bendY);
    const pieces = Math.max(1, Math.ceil(Math.sqrt((2 * size) / FLATNESS)));
    for (let piece = 1; piece <= pieces; piece++) {
      const t = piece / pieces;
      const rest = 1 - t;
      this.straight(
        ink,
        rest * rest * startX + 2 * t * rest * x + t * t * endX,
        rest * rest * startY + 2 * t * rest * y + t * t * endY,
      );
    }
  }
}

/**
 * Add the ink of a whole stroke.
 * @param {Uint8Array} ink has what is settled of it
 * @param {Line} line
 */
function addAll(ink, line) {
  line.settle(ink);
  line.finish(ink);
}

/** The ink of strokes that come one after the other: what was drawn before is kept, and each frame adds what is new. */
export class Paper {
  constructor() {
    /** @type {Stroke[]} */
    this.drawn = [];
    this.ofDrawn = new Uint8Array(CANVAS * CANVAS);
    /** @type {Line | null} */
    this.line = null;
    this.settled = new Uint8Array(CANVAS * CANVAS);
    this.ink = new Uint8Array(CANVAS * CANVAS);
  }

  /**
   * The ink of these strokes and of the one that is being drawn; it holds until it is asked for again.
   * @param {Stroke[]} strokes
   * @param {Stroke | null} live has at least the points that it had before
   * @returns {Uint8Array}
   */
  show(strokes, live) {
    this.draw(strokes);
    if (!live) {
      this.line = null;
      return this.ofDrawn;
    }
    if (this.line?.stroke !== live) {
      this.line = new Line(live);
      this.settled.set(this.ofDrawn);
    }
    this.line.settle(this.settled);
    this.ink.set(this.settled);
    this.line.finish(this.ink);
    return this.ink;
  }

  /** @param {Stroke[]} strokes that are finished */
  draw(strokes) {
    const { drawn } = this;
    const stays = drawn.length <= strokes.length && drawn.every((stroke, place) => stroke === strokes[place]);
    if (stays && drawn.length === strokes.length) return;
    if (!stays) this.ofDrawn.fill(0);
    const more = stays ? strokes.slice(drawn.length) : strokes;
    const { line } = this;
    this.line = null; // it was drawn on other strokes
    this.drawn = [...strokes];
    if (stays && more.length === 1 && line?.stroke === more[0]) {
      // It has just ended, and most of its ink is there.
      [this.ofDrawn, this.settled] = [this.settled, this.ofDrawn];
      addAll(this.ofDrawn, line);
    } else {
      for (const stroke of more) addAll(this.ofDrawn, new Line(stroke));
    }
  }
}
