// Tiles of digits, each a link. A plain click is told to the server, which leads to the page without a new session;
// a click for a new tab, or with the middle button, is the browser's own.

/** @import { Component } from "./component" */

/**
 * @typedef {object} Tile
 * @property {number} image the number of the test digit
 * @property {string} href
 * @property {string} picture
 * @property {number} read
 * @property {string} note
 * @property {string} label
 */

/** @param {Component<{ tiles: Tile[] }, {}, { clicked: number }>} component */
export default function ({ data, parentElement, setTriggerValue }) {
  const list = parentElement.querySelector("ul.digit-tiles") ?? document.createElement("ul");
  list.className = "digit-tiles";
  list.replaceChildren(...data.tiles.map(tile));
  parentElement.append(list);

  /** @param {Tile} tile */
  function tile({ image, href, picture, read, note, label }) {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = href;
    link.setAttribute("aria-label", label);
    link.append(
      Object.assign(document.createElement("img"), { src: picture, alt: "", width: 56, height: 56 }),
      Object.assign(document.createElement("b"), { textContent: String(read) }),
      Object.assign(document.createElement("small"), { textContent: note }),
    );
    link.addEventListener("click", (event) => {
      if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      setTriggerValue("clicked", image);
    });
    item.append(link);
    return item;
  }
}
