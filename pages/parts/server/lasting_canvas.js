// A canvas that lasts as long as its place on the page.
//
// When a component's settings change while it is still being called with the ones before, Streamlit calls it with both,
// and ends at once what the first call began. The canvas has one drawing board for all calls of a place, so that this
// ended the board that the second call goes on with: what was drawn was gone, and so was the way back, and where the
// first call was still putting strokes on it, that failed on a board that was there no longer.
//
// So a board is ended only when its place has left the page, and none is begun in a place that has.

export const lasting = (draw) => {
  const ends = new WeakMap(); // a place, and what ends the board in it

  return (component) => {
    const place = component.parentElement;
    const isThere = () => (place.host ?? place).isConnected;
    const end = () => {
      if (isThere()) return;
      ends.get(place)?.();
      ends.delete(place);
    };
    if (isThere()) ends.set(place, draw(component));
    else end();
    return end;
  };
};
