// Finds cards and columns, and says what they are.
import { isCollapsed } from "./collapse.js";
import { laneOf, lineOf, setLane } from "./lane.js";

// What is filtered away is hidden; what is in a row that is folded up is folded.
const isShown = (node) => node.classList.contains("slot") && !node.hidden && !("folded" in node.dataset);

export const slots = (column) =>
  isCollapsed(column) ? [] : [...listOf(column).children].filter((node) => isShown(node));
export const columns = () => [...document.querySelectorAll(".board .col")];
export const columnOf = (slot) => slot.closest(".col");
export const slotOf = (node) => node?.closest?.(".slot");
export const cardOf = (slot) => slot.querySelector(".card");
export const keyOf = (slot) => slot.querySelector(".key2").textContent.trim();
export const slotById = (id) => document.getElementById(`card-${id}`);
export const listOf = (column) => column.querySelector(".col-b");

export function text(name, values = {}) {
  const source = document.getElementById("board-text").dataset[name];
  return source.replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");
}

export function className(value) {
  const name = `class${value[0].toUpperCase()}${value.slice(1)}`;
  return document.getElementById("board-text").dataset[name];
}

// Where a slot stands, by its neighbours, shown or not: enough to put it back.
export function placeOf(slot) {
  return { list: slot.parentElement, before: next(slot), after: previous(slot), lane: laneOf(slot) };
}

export function next(slot) {
  let other = slot.nextElementSibling;
  while (other && !other.classList.contains("slot")) other = other.nextElementSibling;
  return other;
}

export function previous(slot) {
  let other = slot.previousElementSibling;
  while (other && !other.classList.contains("slot")) other = other.previousElementSibling;
  return other;
}

// Only once it stands where it is scrolled to: a card that is on its way would scroll its column sideways.
function glide(slot, from) {
  const to = slot.getBoundingClientRect();
  const start = { transform: `translate(${from.x - to.x}px, ${from.y - to.y}px)` };
  slot.animate([start, { transform: "none" }], { duration: 120, easing: "cubic-bezier(.2, 0, 0, 1)" });
}

// Puts a slot before or after another one, else below the last card of a list; it glides there.
export function put(slot, { list, before = null, after = null, lane = null }) {
  setLane(slot, lane);
  const from = slot.getBoundingClientRect();
  if (before?.parentElement === list) list.insertBefore(slot, before);
  else if (after?.parentElement === list) list.insertBefore(slot, after.nextSibling);
  else list.insertBefore(slot, lineOf(list, lane)?.nextSibling ?? list.querySelector(".nothing"));
  if (!matchMedia("(prefers-reduced-motion: reduce)").matches) requestAnimationFrame(() => glide(slot, from));
  tidy();
  document.dispatchEvent(new CustomEvent("board:moved"));
}

// How many items wait for a class stands in the navigation and in the toolbar.
export function countUnclassified(more) {
  if (!more) return;
  for (const place of document.querySelectorAll("[data-unclassified-count]")) {
    place.textContent = Math.max(0, Number(place.textContent) + more);
  }
}

export function tidy() {
  for (const column of columns()) {
    const none = column.querySelector(".nothing");
    if (none) none.hidden = column.querySelector(".slot:not([hidden])") !== null;
  }
}

export const selectedSlots = () =>
  [...document.querySelectorAll(".card[data-selected]")].map(slotOf).filter((slot) => !slot.hidden);
