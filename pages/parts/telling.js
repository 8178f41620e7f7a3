// What a visitor did is told before what they do next.

/**
 * What a component tells leaves with the browser's next timer. A click that comes before it, say on a link to another
 * page, would have Streamlit leave the page, and then come back to it with what was told. So that click waits.
 *
 * @param {AbortSignal} signal ends the waiting, with the component
 * @returns {(tell: () => void) => void} tells now, and lets a click that follows at once wait until that has left
 */
export function tellingFirst(signal) {
  let isOnItsWay = false;
  const hold = (/** @type {MouseEvent} */ event) => {
    if (!isOnItsWay) return;
    event.stopImmediatePropagation();
    event.preventDefault();
    const [target] = event.composedPath();
    setTimeout(() => target.dispatchEvent(new MouseEvent("click", event)));
  };
  addEventListener("click", hold, { capture: true, signal });
  return (tell) => {
    tell();
    isOnItsWay = true;
    setTimeout(() => {
      isOnItsWay = false;
    });
  };
}
