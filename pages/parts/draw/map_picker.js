// The layers' sheets, side by side; a press on a map picks it. The same maps can be picked by the two fields below the
// path, which is the way for a keyboard.

export default function ({ data, parentElement, setTriggerValue }) {
  let path = parentElement.querySelector(".path");
  if (!path) {
    path = document.createElement("div");
    path.className = "path";
    parentElement.append(path);
  }
  path.innerHTML = data.html;
  mark(path, data.picked);
  path.onclick = (event) => {
    const image = event.target.closest("[data-maps] img");
    if (!image) return;
    const { layer, maps, columns } = image.closest("[data-maps]").dataset;
    const rows = Math.ceil(maps / columns);
    const box = image.getBoundingClientRect();
    const column = Math.min(columns - 1, Math.floor(((event.clientX - box.left) / box.width) * columns));
    const row = Math.min(rows - 1, Math.floor(((event.clientY - box.top) / box.height) * rows));
    const map = row * columns + column;
    if (map < maps) setTriggerValue("picked", [Number(layer), map]);
  };
}

// A frame around the picked map, where it lies on its sheet.
function mark(path, [layer, map]) {
  const station = path.querySelector(`[data-layer="${layer}"]`);
  if (!station) return;
  const { maps, columns } = station.dataset;
  const frame = document.createElement("span");
  frame.className = "picked";
  const [row, column] = [Math.floor(map / columns), map % columns];
  frame.style.width = `${100 / columns}%`;
  frame.style.left = `${(100 * column) / columns}%`;
  frame.style.height = `${100 / Math.ceil(maps / columns)}%`;
  frame.style.top = `${(100 * row) / Math.ceil(maps / columns)}%`;
  const image = station.querySelector("img");
  const sheet = document.createElement("span");
  sheet.className = "sheet";
  image.replaceWith(sheet);
  sheet.append(image, frame);
}
