// Selects cards with x (a range with Shift), by Ctrl or Shift and a press, or by touch; the bar does one thing to all.
import { shortcut } from "../keys.js";
import { act, chooseAssignee, chooseLabel, moveTo } from "./actions.js";
import { cardOf, columnOf, selectedSlots, slots } from "./cards.js";
import { classify } from "./classify.js";
import { currentSlot, focusSlot } from "./focus.js";
import { openMoveMenu } from "./move-menu.js";

let anchor = null;
const chosen = new Set();

// What others change is swapped: the selection is kept by the numbers of the cards.
function restore() {
  if (!chosen.size) return;
  for (const id of chosen) {
    const slot = document.getElementById(`card-${id}`);
    if (slot) cardOf(slot).setAttribute("data-selected", "");
    else chosen.delete(id);
  }
  show();
}

function show() {
  const bar = document.getElementById("bulk");
  const count = bar.querySelector("[data-bulk-count]");
  const said = count.dataset.text.replace("{n}", selectedSlots().length);
  const hadFocus = bar.contains(document.activeElement);
  bar.hidden = selectedSlots().length === 0;
  if (count.textContent !== said) count.textContent = said;
  if (bar.hidden && hadFocus) focusSlot(currentSlot() ?? document.querySelector(".slot:not([hidden])"));
  for (const card of document.querySelectorAll(".card[aria-description]:not([data-selected])")) {
    card.removeAttribute("aria-description");
  }
  for (const slot of selectedSlots()) cardOf(slot).setAttribute("aria-description", count.dataset.selected);
}

function clear() {
  chosen.clear();
  document.querySelectorAll(".card[data-selected]").forEach((card) => card.removeAttribute("data-selected"));
  show();
}

function set(slot, isChosen) {
  cardOf(slot).toggleAttribute("data-selected", isChosen);
  chosen[isChosen ? "add" : "delete"](slot.dataset.item);
}

export function select(slot, isRange = false) {
  const from = anchor && document.getElementById(`card-${anchor}`);
  if (isRange && from && columnOf(from) === columnOf(slot)) {
    const list = slots(columnOf(slot));
    const [first, last] = [list.indexOf(from), list.indexOf(slot)].sort((a, b) => a - b);
    list.slice(first, last + 1).forEach((one) => set(one, true));
  } else {
    set(slot, !cardOf(slot).hasAttribute("data-selected"));
    anchor = slot.dataset.item;
  }
  show();
}

function openMenu() {
  openMoveMenu(document.querySelector("[data-bulk-move]"), moveTo);
}

const BAR = {
  bulkMove: openMenu,
  bulkAssign: chooseAssignee,
  bulkLabel: chooseLabel,
  bulkArchive: () => act("archive"),
  bulkDelete: () => act("delete"),
  bulkClear: clear,
  bulkClass: (value) => {
    const all = selectedSlots();
    clear();
    classify(all, value);
  },
};

function onPress(event) {
  const slot = event.target.closest(".slot");
  if (!slot || event.target.closest("[data-move-menu]")) return;
  const isTouch = event.pointerType === "touch" && selectedSlots().length > 0;
  if (!isTouch && !(event.ctrlKey || event.metaKey || event.shiftKey)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  select(slot, event.shiftKey);
}

function onKey(event) {
  const key = shortcut(event);
  if (!key || event.target.closest("dialog, .menu, .panel")) return;
  if (key.toLowerCase() === "x" && currentSlot()) {
    event.preventDefault();
    select(currentSlot(), event.shiftKey);
  } else if (key === "Escape" && selectedSlots().length) clear();
  else if (key === "m" && selectedSlots().length) {
    event.preventDefault();
    openMenu();
  }
}

// In a toolbar the arrow keys go from button to button.
function onBarKey(event) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  event.stopPropagation();
  const buttons = [...event.currentTarget.querySelectorAll("button")].filter((button) => button.checkVisibility());
  buttons.at((buttons.indexOf(document.activeElement) + step) % buttons.length).focus();
}

export function bindBulk(board) {
  document.addEventListener("keydown", onKey);
  board.addEventListener("click", onPress, true);
  const bar = document.getElementById("bulk");
  bar.addEventListener("keydown", onBarKey);
  bar.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    const name = button && Object.keys(BAR).find((one) => one in button.dataset);
    if (name) BAR[name](button.dataset[name]);
  });
  document.addEventListener("selection:clear", clear);
  document.addEventListener("selection:toggle", (event) => select(event.detail));
  document.addEventListener("board:swapped", restore);
}
