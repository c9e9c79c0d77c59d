// Draws a chip for each filter of the address; the server draws the first ones from the same template.
import { FILTERS } from "./address.js";
import { className } from "./cards.js";

const A_CHIP_EACH = "label";
const names = new Map();

const titles = () => document.getElementById("filter-titles").dataset;

// What people call the values: known from the chips and the menu that the server sent.
export function remember(name, value, said) {
  if (said) names.set(`${name} ${value}`, said);
}

function saidOf(name, value) {
  if (name === "interrupts" || name === "blocked") return "";
  if (name === "class") return className(value);
  return names.get(`${name} ${value}`) ?? value;
}

function chip(name, values) {
  const node = document.getElementById("chip-template").content.querySelector(".chip").cloneNode(true);
  node.dataset.chip = name;
  node.classList.toggle("m-only", name === "q");
  node.querySelector("[data-chip-title]").textContent = titles()[name];
  const place = node.querySelector("b");
  place.replaceChildren();
  for (const value of values) {
    const one = document.createElement("span");
    one.dataset.value = value;
    one.textContent = saidOf(name, value);
    one.hidden = !one.textContent;
    place.append(one);
  }
  const said = values.map((value) => saidOf(name, value)).filter(Boolean).join(", ");
  const what = said ? `${titles()[name]}: ${said}` : titles()[name];
  node.setAttribute("aria-label", titles().remove.replace("{what}", what));
  return node;
}

export function drawChips(place, params) {
  const chips = [];
  for (const name of FILTERS) {
    const values = params.getAll(name);
    if (!values.length) continue;
    if (name === A_CHIP_EACH) chips.push(...values.map((value) => chip(name, [value])));
    else chips.push(chip(name, values));
  }
  place.replaceChildren(...chips);
}

export function rememberChips(place) {
  for (const node of place.querySelectorAll("[data-chip]")) {
    for (const one of node.querySelectorAll("[data-value]")) {
      remember(node.dataset.chip, one.dataset.value, one.textContent);
    }
  }
}

// The filters that are left when the chip's are taken away.
export function withoutChip(node, params) {
  const { chip: name } = node.dataset;
  const gone = name === A_CHIP_EACH ? [...node.querySelectorAll("[data-value]")].map((one) => one.dataset.value) : null;
  const rest = gone ? params.getAll(name).filter((value) => !gone.includes(value)) : [];
  params.delete(name);
  for (const value of rest) params.append(name, value);
  return params;
}
