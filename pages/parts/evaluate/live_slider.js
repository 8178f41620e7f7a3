// A range that tells its value while it is dragged: not more often than a page can follow, and the last value always.

const PAUSE = 100; // milliseconds

export default function ({ data, parentElement, setStateValue }) {
  const slider = parentElement.querySelector(".live-slider") ?? build();
  slider.tell = setStateValue;

  // What it shows from then on is the visitor's: an answer that comes late must not pull the handle back.
  function build() {
    const slider = element("div", { className: "live-slider" });
    const input = element("input", { type: "range", min: data.lowest, max: data.highest, step: data.step });
    const value = element("output");
    input.value = data.value;
    input.setAttribute("aria-label", data.label);
    let waiting = null;

    function show() {
      value.textContent = input.value;
      input.style.setProperty("--share", (input.valueAsNumber - data.lowest) / (data.highest - data.lowest));
    }

    function tell() {
      clearTimeout(waiting);
      waiting = null;
      slider.tell("value", input.valueAsNumber);
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

  function element(name, properties = {}) {
    return Object.assign(document.createElement(name), properties);
  }
}
