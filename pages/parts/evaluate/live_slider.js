// A range that tells its value while it is dragged: not more often than a page can follow, and the last value always.

/** @import { Component } from "../component" */

/**
 * @typedef {object} Data
 * @property {string} label
 * @property {number} lowest
 * @property {number} highest
 * @property {number} step
 * @property {number} value to begin with
 */

/** @typedef {Component<Data, { value: number }>} Slider */

const PAUSE = 100; // milliseconds

/**
 * What tells the value, for each slider: the last call's.
 *
 * @type {WeakMap<Element, Slider["setStateValue"]>}
 */
const tellers = new WeakMap();

/** @param {Slider} component */
export default function ({ data, parentElement, setStateValue }) {
  const slider = parentElement.querySelector(".live-slider") ?? build();
  tellers.set(slider, setStateValue);

  // What it shows from then on is the visitor's: an answer that comes late must not pull the handle back.
  function build() {
    const slider = element("div", { className: "live-slider" });
    const range = { min: String(data.lowest), max: String(data.highest), step: String(data.step) };
    const input = element("input", { type: "range", ...range });
    const value = element("output");
    input.value = String(data.value);
    input.setAttribute("aria-label", data.label);
    /** @type {number | null} */
    let waiting = null;

    function show() {
      value.textContent = input.value;
      const share = (input.valueAsNumber - data.lowest) / (data.highest - data.lowest);
      input.style.setProperty("--share", String(share));
    }

    function tell() {
      clearTimeout(waiting ?? undefined);
      waiting = null;
      tellers.get(slider)?.("value", input.valueAsNumber);
    }

    input.addEventListener("input", () => {
      show();
      waiting ??= setTimeout(tell, PAUSE);
    });
    input.addEventListener("change", tell);
    show();
    slider.append(element("span", { textContent: data.label }), value, input);
    parentElement.append(slider);
    return slider;
  }

  /**
   * @template {keyof HTMLElementTagNameMap} Name
   * @param {Name} name
   * @param {Partial<HTMLElementTagNameMap[Name]>} properties
   * @returns {HTMLElementTagNameMap[Name]}
   */
  function element(name, properties = {}) {
    return Object.assign(document.createElement(name), properties);
  }
}
