// A picture is made smaller before it is sent: a phone's photo has 3 to 20 MB, of which a digit needs a twentieth.
//
// The field for files is Streamlit's. What is chosen there, or dropped on it, is kept from it until it is small, and then
// put into it as if it had been chosen so. Whatever goes wrong, the file goes on as it came: the server can read more
// forms than a browser, if not such large ones.

/** @import { Component, End } from "./../component" */

const FIELD = ".st-key-picture_file";
const INPUT = `${FIELD} input[type=file]`;

// Bytes: less is sent as it is.
const SMALL = 500_000;
// Pixels: the longer side of what is sent.
const SIDE = 2000;
const QUALITY = 0.9;
// Milliseconds: so long a phone may take for its largest photos.
const PATIENCE = 20_000;
// Some browsers change what is read from a canvas, so that nobody is known by it: by a level or two, or all of it.
const CHANGED = 8;
// Less opaque than this is meant to be seen through.
const OPAQUE = 250;

// The forms that the field asks for. Safari, and every browser on an iPhone or iPad, turns a picture of another form into
// the first of these that it can write: a HEIC photo into JPEG. It does not where all pictures are asked for, or HEIC.
const FORMS = ["jpeg", "png", "webp", "gif", "bmp", "tiff", "avif"].map((form) => `image/${form}`);
// Other systems turn none, and would not let it be chosen.
const HEIC = ["image/heic", "image/heif", ".heic", ".heif"];
// From Android 14 on, Chromium asks the gallery alone for what can be pictures only, and no longer offers the camera.
const NO_PICTURE = "digits/none";

function forms() {
  const isApple = navigator.vendor.startsWith("Apple");
  const isAndroid = navigator.userAgent.includes("Android");
  return [...FORMS, ...(isApple ? [] : HEIC), ...(isAndroid ? [NO_PICTURE] : [])].join();
}

/**
 * @typedef {object} Told by the server
 * @property {number} largest bytes of a file that it takes
 */

/**
 * The picture as it is to be seen, with a longer side of so many pixels at most, or the file itself.
 * @param {File} file
 */
async function smaller(file) {
  const address = URL.createObjectURL(file);
  try {
    const picture = new Image();
    await new Promise((resolve, reject) => {
      picture.onload = resolve;
      picture.onerror = reject;
      picture.src = address;
    });
    return (await drawn(picture, file.name)) ?? file;
  } finally {
    URL.revokeObjectURL(address);
  }
}

/**
 * @param {HTMLImageElement} picture upright, as the browser shows it
 * @param {string} name
 */
async function drawn(picture, name) {
  const shrink = Math.min(1, SIDE / Math.max(picture.naturalWidth, picture.naturalHeight));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.naturalWidth * shrink));
  canvas.height = Math.max(1, Math.round(picture.naturalHeight * shrink));
  const paper = canvas.getContext("2d", { willReadFrequently: true });
  if (!paper || !isReadable(paper)) return null;
  paper.imageSmoothingQuality = "high";
  paper.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const { data } = paper.getImageData(0, 0, canvas.width, canvas.height);
  let [least, most] = [255, 0];
  for (let i = 3; i < data.length; i += 4) {
    least = Math.min(least, data[i]);
    most = Math.max(most, data[i]);
  }
  if (most === 0) return null; // too large a picture is drawn as nothing
  const form = least < OPAQUE ? "png" : "jpeg";
  const blob = await new Promise((/** @type {BlobCallback} */ resolve) =>
    canvas.toBlob(resolve, `image/${form}`, QUALITY),
  );
  return (
    blob && new File([blob], `${name.replace(/\.[^.]*$/, "")}.${form === "png" ? form : "jpg"}`, { type: blob.type })
  );
}

/**
 * Whether a canvas tells what is drawn on it.
 * @param {CanvasRenderingContext2D} paper
 */
function isReadable(paper) {
  const { width, height } = paper.canvas;
  paper.fillStyle = "rgb(60, 120, 180)";
  paper.fillRect(0, 0, width, height);
  const { data } = paper.getImageData(0, 0, Math.min(8, width), Math.min(8, height));
  paper.clearRect(0, 0, width, height);
  return data.every((level, i) => Math.abs(level - [60, 120, 180, 255][i % 4]) < CHANGED);
}

/** What stands before the field. */
class Before {
  constructor() {
    /** @type {Told} */
    this.told = { largest: Number.POSITIVE_INFINITY };
    /** @type {(bytes: number) => void} */
    this.refuse = () => {};
    /** @type {WeakSet<Event>} */
    this.own = new WeakSet();
    this.turn = 0;
    this.life = new AbortController();
    const options = { capture: true, signal: this.life.signal };
    addEventListener("change", (event) => this.choose(event), options);
    addEventListener("drop", (event) => this.drop(event), options);
    // It appears some time after this, and anew whenever its page is opened again.
    this.looking = new MutationObserver(() => this.look());
    this.looking.observe(document.body, { childList: true, subtree: true });
    this.look();
  }

  look() {
    const input = document.querySelector(INPUT);
    if (input && !input.hasAttribute("accept")) input.setAttribute("accept", forms());
  }

  /** @param {Event} event */
  choose(event) {
    const input = event.target;
    if (this.own.has(event) || !(input instanceof HTMLInputElement) || !input.matches(INPUT)) return;
    if (input.files && this.take(input.files)) event.stopImmediatePropagation();
  }

  /** @param {DragEvent} event */
  drop(event) {
    const place = event.target;
    if (!(place instanceof Element) || !place.closest(FIELD) || !event.dataTransfer) return;
    if (!this.take(event.dataTransfer.files)) return;
    event.preventDefault(); // the browser would show it in the place of the page
    event.stopImmediatePropagation();
    // So that the field does not wait for it any more.
    place.dispatchEvent(new DragEvent("dragleave", { bubbles: true }));
  }

  /**
   * Whether a file is kept from the field for now.
   * @param {FileList} files
   */
  take(files) {
    const [file] = files;
    if (files.length !== 1 || file.size <= SMALL) return false;
    try {
      new DataTransfer().items.add(file);
    } catch {
      return false; // it could not be put back
    }
    this.send(file);
    return true;
  }

  /** @param {File} file */
  async send(file) {
    this.turn += 1;
    const turn = this.turn;
    document.querySelector(FIELD)?.setAttribute("aria-busy", "true");
    const late = new Promise((/** @type {(file: File) => void} */ resolve) => setTimeout(resolve, PATIENCE, file));
    const small = await Promise.race([smaller(file).catch(() => file), late]);
    if (turn !== this.turn || this.life.signal.aborted) return;
    document.querySelector(FIELD)?.removeAttribute("aria-busy");
    const sent = small.size < file.size ? small : file;
    if (sent.size > this.told.largest) this.refuse(sent.size);
    this.put(sent);
  }

  /** @param {File} file */
  put(file) {
    const input = /** @type {HTMLInputElement | null} */ (document.querySelector(INPUT));
    if (!input) return;
    const chosen = new DataTransfer();
    chosen.items.add(file);
    input.files = chosen.files;
    const change = new Event("change", { bubbles: true });
    this.own.add(change);
    input.dispatchEvent(change);
  }

  end() {
    this.life.abort();
    this.looking.disconnect();
  }
}

/** @type {WeakMap<object, Before>} */
const befores = new WeakMap();

/**
 * @param {Component<Told, {}, { refused: number }>} component
 * @returns {End}
 */
export default function ({ data, parentElement, setTriggerValue }) {
  const before = befores.get(parentElement) ?? new Before();
  befores.set(parentElement, before);
  before.told = data;
  before.refuse = (bytes) => setTriggerValue("refused", bytes);
  return () => {
    // Streamlit may end what an earlier call began when a later one goes on with it.
    if (("host" in parentElement ? parentElement.host : parentElement).isConnected) return;
    before.end();
    befores.delete(parentElement);
  };
}
