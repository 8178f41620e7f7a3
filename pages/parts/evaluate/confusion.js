// The confusion matrix as a table of buttons. One of them is on the way of the Tab key; from there the arrow keys go on.

const DIGITS = [...Array(10).keys()];
const MIDDLE = 0.6; // of the strongest cell

export default function ({ data, parentElement, setTriggerValue }) {
  const table = parentElement.querySelector("table.confusion") ?? build();
  const buttons = [...table.querySelectorAll("button")];
  const commonest = Math.max(1, ...data.counts.flatMap((row, digit) => row.filter((_, read) => read !== digit)));

  buttons.forEach((button, cell) => {
    const [digit, read] = [Math.floor(cell / 10), cell % 10];
    const count = data.counts[digit][read];
    const share = digit === read ? 0 : Math.sqrt(count / commonest);
    button.textContent = count || "";
    button.style.setProperty("--ink", `${ink(share).toFixed(0)}%`);
    button.classList.toggle("right", digit === read);
    button.classList.toggle("dark", share > MIDDLE);
    button.setAttribute("aria-label", `${digit} read as ${read}: ${count} ${count === 1 ? "image" : "images"}`);
    button.setAttribute("aria-pressed", String(cell === data.chosen));
    button.tabIndex = cell === (data.chosen ?? 0) ? 0 : -1;
    button.onclick = () => setTriggerValue("chosen", cell);
    button.onkeydown = (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -10, ArrowDown: 10 }[event.key];
      const next = buttons[cell + step];
      // Left and right stay in their row.
      if (!next || (Math.abs(step) === 1 && Math.floor((cell + step) / 10) !== digit)) return;
      event.preventDefault();
      button.tabIndex = -1;
      next.tabIndex = 0;
      next.focus();
    };
  });

  // How much ink fills a cell, in percent. What lies between would be too dark for dark text and too light for light.
  function ink(share) {
    return share > MIDDLE ? 62 + (24 * (share - MIDDLE)) / (1 - MIDDLE) : 4 + (36 * share) / MIDDLE;
  }

  function build() {
    const table = element("table", "", "confusion");
    const head = element("tr");
    head.append(element("td"), ...DIGITS.map((read) => header(read, "col")));
    const rows = DIGITS.map((digit) => {
      const row = element("tr");
      const cells = DIGITS.map(() => {
        const cell = element("td");
        cell.append(Object.assign(element("button"), { type: "button" }));
        return cell;
      });
      row.append(header(digit, "row"), ...cells);
      return row;
    });
    table.append(element("caption", "Written ↓  Read as →"), head, ...rows);
    parentElement.append(table);
    return table;
  }

  function header(digit, scope) {
    const cell = element("th", digit);
    cell.scope = scope;
    return cell;
  }

  function element(name, text = "", className = "") {
    return Object.assign(document.createElement(name), { textContent: text, className });
  }
}
