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
