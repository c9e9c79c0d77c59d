// One tab stop for all cards, moved with the arrow keys; remembers the card when the focus leaves the board.
import { cardOf, columnOf, columns, slotById, slotOf, slots } from "./cards.js";
import { expand } from "./collapse.js";
import { isInLane, laneOf } from "./lane.js";
import { shortcut } from "../keys.js";

let current = null;

export function currentSlot() {
  const focused = slotOf(document.activeElement);
  if (focused) return focused;
  if (current?.isConnected && !current.hidden) return current;
  return null;
}

export function focusSlot(slot) {
  if (!slot) return;
  setCurrent(slot);
  expand(columnOf(slot));
  const card = cardOf(slot);
  card.focus({ preventScroll: true });
  slot.scrollIntoView({ block: "nearest", inline: "nearest" });
}

let stopped = null;

function setCurrent(slot) {
  if (stopped) stopped.tabIndex = -1;
  stopped = cardOf(slot);
  stopped.tabIndex = 0;
  current = slot;
}

// Cards that the server sent are links; with script the card itself takes the focus. Only new ones are looked at.
function takeOver(card) {
  if (card.hasAttribute("tabindex")) return;
  card.tabIndex = -1;
  card.querySelectorAll("a").forEach((link) => (link.tabIndex = -1));
}

export function prepare(event) {
  const parts = event?.detail?.parts;
  if (parts) parts.filter((part) => part.matches(".slot")).forEach((slot) => takeOver(cardOf(slot)));
  else document.querySelectorAll(".slot .card:not([tabindex])").forEach(takeOver);
  if (current && !current.isConnected) current = slotById(current.dataset.item);
  const stop = current && !current.hidden ? current : document.querySelector(".slot:not([hidden])");
  if (stop) setCurrent(stop);
}

function beside(slot, step) {
  const all = columns();
  const lane = laneOf(slot);
  const place = slots(columnOf(slot)).filter((other) => isInLane(other, lane)).indexOf(slot);
  for (let index = all.indexOf(columnOf(slot)) + step; all[index]; index += step) {
    const found = slots(all[index]).filter((other) => isInLane(other, lane));
    if (found.length) return found[Math.min(place, found.length - 1)];
  }
  return null;
}

// A column's list is a stop of its own, so that it can be scrolled: from there the arrows go to its first card.
function firstOf(target) {
  return target.classList.contains("col-b") ? slots(columnOf(target))[0] : null;
}

function onKey(event) {
  const key = shortcut(event);
  if (!key || event.shiftKey || event.target.closest("dialog, .menu, .panel, .appbar, .toolbar")) return;
  if (!key.startsWith("Arrow") && !(key === "Enter" && event.target.classList.contains("card"))) return;
  const slot = firstOf(event.target) ?? currentSlot() ?? document.querySelector(".slot:not([hidden])");
  if (!slot) return;
  event.preventDefault();
  if (key === "Enter") {
    slot.querySelector(".card-t").click();
    return;
  }
  if (slot !== slotOf(document.activeElement)) {
    focusSlot(slot);
    return;
  }
  const list = slots(columnOf(slot));
  const place = list.indexOf(slot);
  if (key === "ArrowDown") focusSlot(list[place + 1]);
  if (key === "ArrowUp") focusSlot(list[place - 1]);
  if (key === "ArrowRight") focusSlot(beside(slot, 1));
  if (key === "ArrowLeft") focusSlot(beside(slot, -1));
}

export function bindFocus(board) {
  prepare();
  document.addEventListener("keydown", onKey);
  document.addEventListener("board:swapped", prepare);
  board.addEventListener("focusin", (event) => {
    const slot = slotOf(event.target);
    if (slot && slot !== current) setCurrent(slot);
  });
}
