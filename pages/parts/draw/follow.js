// What the server has sent goes on with the pen where the page reads by itself: at every reading the pieces of it that are
// in view are drawn anew. When the drawing rests, the server sends the same, and nothing need be done.

/** @typedef {import("./live.js").Board} Board */
/** @typedef {import("./live.js").Read} Read */

/**
 * The one of this page, as in live.js.
 * @returns {Board}
 */
const board = () => {
  const page = /** @type {{ digitsBoard?: Board }} */ (globalThis);
  page.digitsBoard ??= Object.assign(new EventTarget(), { drawing: null });
  return page.digitsBoard;
};

/** Draws pieces of the page at every reading. */
export class Follower {
  /** @param {() => void} putBack what the server sent last, since nothing newer is known */
  constructor(putBack) {
    this.putBack = putBack;
    /** Of the drawing that the server's words are about; empty where no pen drew it. */
    this.name = "";
    /** Whether the page's own reading is shown. */
    this.isOn = false;
    /** @type {Map<Element, (read: Read) => void>} */
    this.pieces = new Map();
    /** @type {Set<Element>} */
    this.outOfSight = new Set();
    this.frame = 0;
    this.life = new AbortController();
    board().addEventListener("read", () => this.update(), { signal: this.life.signal });
    this.sight = new IntersectionObserver((changes) => {
      for (const { target, isIntersecting } of changes) {
        if (!isIntersecting) this.outOfSight.add(target);
        else if (this.outOfSight.delete(target) && this.isOn) this.draw(target);
      }
    });
  }

  /**
   * These pieces stand in the page now, and those of before no more.
   * @param {Map<Element, (read: Read) => void>} pieces each with what draws it
   */
  watch(pieces) {
    this.sight.disconnect();
    this.outOfSight.clear();
    this.pieces = pieces;
    for (const piece of pieces.keys()) this.sight.observe(piece);
  }

  /**
   * The server has sent something; to be called when it stands in the page.
   * @param {string} name
   */
  hear(name) {
    this.name = name;
    this.update();
  }

  update() {
    const { read, drawing } = board();
    if (read && this.name) {
      this.isOn = true;
      for (const piece of this.pieces.keys()) if (!this.outOfSight.has(piece)) this.draw(piece);
    } else if (this.isOn && (!this.name || drawing?.name === this.name)) {
      // Otherwise what is drawn is newer than what the server has sent.
      this.isOn = false;
      this.putBack();
    }
  }

  /** The same, with the next frame. */
  wake() {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.update();
    });
  }

  /** @param {Element} piece */
  draw(piece) {
    const { read } = board();
    if (read) this.pieces.get(piece)?.(read);
  }

  end() {
    this.life.abort();
    this.sight.disconnect();
    cancelAnimationFrame(this.frame);
  }
}

/** What each canvas shows: so large a piece of memory is not asked for at every frame. @type {WeakMap<object, ImageData>} */
const images = new WeakMap();

/**
 * Draw a canvas anew, in this size.
 * @param {HTMLCanvasElement} canvas
 * @param {number} height
 * @param {number} width
 * @param {(pixels: Uint32Array) => void} paint one number for each pixel, see `grey`; what is not painted stays as it was,
 *   at first transparent
 */
export function repaint(canvas, height, width, paint) {
  let image = images.get(canvas);
  if (image?.height !== height || image.width !== width) {
    canvas.height = height;
    canvas.width = width;
    image = new ImageData(width, height);
    images.set(canvas, image);
  }
  paint(new Uint32Array(image.data.buffer));
  canvas.getContext("2d")?.putImageData(image, 0, 0);
}

/**
 * An opaque pixel: every machine with a browser keeps the lowest byte, red, first.
 * @param {number} level from 0 to 255
 */
export const grey = (level) => (0xff000000 | (level * 0x010101)) >>> 0;
