// Says how many cards the filters let through: in the toolbar, beside each column's name, in its mix of classes.
import { className, text } from "./cards.js";

const SVG = "http://www.w3.org/2000/svg";
const LETTERS = { toil: "T", engineering: "E", overhead: "O", unclassified: "U" };

function filled(source, shown, total) {
  const holder = document.createElement("span");
  const [before, after] = source.replace("{total}", total).split("{shown}");
  const bold = document.createElement("b");
  bold.textContent = shown;
  holder.append(before, bold, after ?? "");
  return holder;
}

export function countAll(place, shown, total, isOn) {
  const { of, one, many } = place.dataset;
  const source = isOn ? of : (total === 1 ? one : many).replace("{total}", "{shown}");
  const said = filled(source, isOn ? shown : total, total);
  if (place.textContent.trim() !== said.textContent) place.replaceChildren(...said.childNodes);
}

function drawMix(column, mix) {
  const svg = column.querySelector(".col-top .mix");
  if (!svg) return;
  const all = Object.values(mix).reduce((sum, count) => sum + count, 0);
  const said = Object.entries(mix)
    .filter(([, count]) => count)
    .map(([name, count]) => `${count} ${className(name).toLocaleLowerCase()}`)
    .join(", ");
  const label = said || text("noItems");
  if (svg.getAttribute("aria-label") === label) return;
  const title = document.createElementNS(SVG, "title");
  title.textContent = label;
  svg.setAttribute("aria-label", label);
  svg.replaceChildren(title);
  let start = 0;
  for (const [name, letter] of Object.entries(LETTERS)) {
    const width = all ? (100 * mix[name]) / all : 0;
    if (!width) continue;
    const part = document.createElementNS(SVG, letter === "U" ? "line" : "rect");
    const place =
      letter === "U"
        ? { x1: `${start}%`, x2: `${start + width}%`, y1: "50%", y2: "50%" }
        : { x: `${start}%`, width: `${width}%`, y: "-50%", height: "200%" };
    part.setAttribute("class", letter);
    for (const [key, value] of Object.entries(place)) part.setAttribute(key, value);
    svg.append(part);
    start += width;
  }
}

// Counts the cards of a column; returns how many are shown, and how many there are.
export function countColumn(column, isOn, of) {
  const mix = { toil: 0, engineering: 0, overhead: 0, unclassified: 0 };
  let all = 0;
  let shown = 0;
  for (const slot of column.querySelectorAll(".slot")) {
    all += 1;
    if (slot.hidden) continue;
    shown += 1;
    mix[slot.dataset.class] += 1;
  }
  const plain = column.querySelector("[data-count]");
  const beside = column.querySelector("[data-shown]");
  if (plain) plain.textContent = isOn ? of.replace("{shown}", shown).replace("{total}", all) : String(all);
  if (beside) {
    beside.hidden = !isOn;
    beside.textContent = text("shown", { n: shown });
  }
  drawMix(column, mix);
  return { shown, all };
}

export function sayNothing(column, isOn) {
  const none = column.querySelector(".nothing");
  if (!none) return;
  none.hidden = column.querySelector(".slot:not([hidden])") !== null || column.querySelector(".ghostcard") !== null;
  none.textContent = text(isOn ? "noMatch" : "empty");
}
