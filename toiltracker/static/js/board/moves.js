// Moves cards: at once in the page, then on the server; slides back and says why when it is refused.
import { shortcut } from "../keys.js";
import { showToast } from "../toasts.js";
import { takeBack } from "../undo.js";
import { cardOf, columnOf, columns, keyOf, listOf, put, slotById, slots, text } from "./cards.js";
import { currentSlot, focusSlot } from "./focus.js";
import { isInLane, laneOf } from "./lane.js";
import { openMoveMenu } from "./move-menu.js";
import { enqueue, found, keep } from "./queue.js";

// `place` says where to: `list`, and `before` or `after` a card that is shown; neither means the end of the column.
export async function move(slot, place, { keepsFocus = false } = {}) {
  const { item: id } = slot.dataset;
  const wanted = keep(place);
  const sent = enqueue(slot, place.isEnd ? { column: wanted.column, before: null, after: null } : wanted);
  put(slot, place);
  cardOf(slot).classList.add("saving");
  if (keepsFocus) focusSlot(slot);
  const hadFocus = () => keepsFocus && (document.activeElement === document.body || isFocused(id));
  const { isDone, isOvertaken, isGone, from, undo, error } = await sent;
  const moved = slotById(id);
  if (moved && hadFocus()) focusSlot(moved);
  if (isOvertaken) return isDone;
  if (!isDone) {
    showToast(error.message, { isError: true, retry: moved ? () => retry(id, wanted) : null });
    return false;
  }
  if (!moved) return true;
  said(moved, from, { isGone, undo: undo ? () => takeBack(undo) : null });
  return true;
}

const isFocused = (id) => slotById(id)?.contains(document.activeElement) ?? false;

function retry(id, wanted) {
  const slot = slotById(id);
  if (slot) move(slot, found(wanted), { keepsFocus: true });
}

function said(slot, from, { isGone, undo }) {
  const column = columnOf(slot);
  const all = slots(column);
  const values = { key: keyOf(slot), column: column.dataset.name, place: all.indexOf(slot) + 1, count: all.length };
  const isSameColumn = column.dataset.column === from;
  const name = isGone ? "gone" : isSameColumn ? "reordered" : "moved";
  showToast(text(name, values), { undo, detail: name === "moved" ? text("place", values) : "" });
}

export function moveToColumn(slot, column, options) {
  if (column === columnOf(slot)) {
    showToast(text("inPlace"));
    return Promise.resolve(false);
  }
  const list = listOf(column);
  // Without a neighbour the server knows where to: what is done goes on top, all else to the end.
  const top = "done" in column.dataset ? list.querySelector(".slot") : null;
  return move(slot, { list, before: top, isEnd: true }, options);
}

// Within its column, among the cards that are shown.
export function moveWithin(slot, way, options) {
  const column = columnOf(slot);
  const list = listOf(column);
  const shown = slots(column).filter((other) => isInLane(other, laneOf(slot)));
  const place = shown.indexOf(slot);
  const isFirst = place === 0;
  const isLast = place === shown.length - 1;
  if (way === "up" && !isFirst) return move(slot, { list, before: shown[place - 1] }, options);
  if (way === "top" && !isFirst) return move(slot, { list, before: shown[0] }, options);
  if (way === "down" && !isLast) return move(slot, { list, after: shown[place + 1] }, options);
  if (way === "bottom" && !isLast) return move(slot, { list, after: shown.at(-1) }, options);
  return null;
}

function byArrow(slot, key) {
  const options = { keepsFocus: true };
  const within = { ArrowUp: "up", ArrowDown: "down" }[key];
  if (within) return moveWithin(slot, within, options);
  const column = columnOf(slot);
  const all = columns();
  const target = all[all.indexOf(column) + { ArrowLeft: -1, ArrowRight: 1 }[key]];
  if (!target) return null;
  const lane = laneOf(slot);
  const inLane = (some) => slots(some).filter((other) => isInLane(other, lane));
  const place = inLane(column).indexOf(slot);
  const there = inLane(target);
  const beside = { before: there[place] ?? null, after: there.at(-1) ?? null };
  return move(slot, { list: listOf(target), ...beside, lane }, options);
}

function openMenu(slot, anchor) {
  const { item: id } = slot.dataset;
  openMoveMenu(anchor, (column, way) => {
    const now = slotById(id);
    if (!now) return;
    if (way) moveWithin(now, way, { keepsFocus: true });
    else moveToColumn(now, column, { keepsFocus: true });
  });
}

function onKey(event) {
  const key = shortcut(event);
  if (!key || event.target.closest("dialog, .menu, .panel")) return;
  const slot = currentSlot();
  if (!slot) return;
  if (key === "m" && !document.querySelector(".card[data-selected]")) {
    event.preventDefault();
    openMenu(slot, cardOf(slot));
  } else if (event.shiftKey && key.startsWith("Arrow")) {
    event.preventDefault();
    byArrow(slot, key);
  }
}

export function bindMoves(board) {
  document.addEventListener("keydown", onKey);
  board.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-move-menu]");
    if (!opener) return;
    event.preventDefault();
    openMenu(opener.closest(".slot"), opener);
  });
}
