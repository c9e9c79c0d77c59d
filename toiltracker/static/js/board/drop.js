// Where a card that is dragged would land: the dashed slot, what the limit of the column says, and the move itself.
// Mouse and touch share it.
import { showToast } from "../toasts.js";
import { columnOf, keyOf, listOf, slotById, slots, text } from "./cards.js";
import { isInLane, laneAt, laneOf, lineOf } from "./lane.js";
import { isGoneMeanwhile, lift, letGo } from "./lifted.js";
import { move, moveToColumn } from "./moves.js";

const mark = document.createElement("li");
mark.className = "drop";
mark.setAttribute("aria-hidden", "true");

// The first card whose middle lies below the pointer; none means the end of what is shown.
function below(column, slot, y) {
  const list = listOf(column);
  const lane = laneAt(list, y);
  const shown = slots(column).filter((other) => other !== slot && isInLane(other, lane));
  let [from, to] = [0, shown.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    const box = shown[middle].getBoundingClientRect();
    if (y < box.top + box.height / 2) to = middle;
    else from = middle + 1;
  }
  return { list, before: shown[from] ?? null, after: shown[from - 1] ?? null, lane };
}

let foretold = null;

// The WIP count of a column says what a drop would make it; `forget` puts it back.
function foretell(column, slot) {
  if (foretold?.column === column) return;
  forget();
  const pill = column.querySelector(".wip");
  if (!pill || column === columnOf(slot)) return;
  const { standing, limit } = column.querySelector(".col-top").dataset;
  const coming = Number(standing) + 1;
  const count = pill.querySelector("[data-wip-count]");
  foretold = { column, pill, count, text: count.textContent };
  count.textContent = `${coming}/${limit}`;
  pill.classList.toggle("will-be-at", coming === Number(limit));
  pill.classList.toggle("will-be-over", coming > Number(limit));
}

function forget() {
  if (!foretold) return;
  foretold.count.textContent = foretold.text;
  foretold.pill.classList.remove("will-be-at", "will-be-over");
  foretold = null;
}

export function begin(slot) {
  lift(slot.dataset.item);
  slot.classList.add("lifted");
  document.body.classList.add("is-dragging");
}

export function showDrop(id, column, y) {
  const slot = slotById(id);
  if (!column || !slot) {
    hideDrop();
    return;
  }
  foretell(column, slot);
  const { list, before, after, lane } = below(column, slot, y);
  const reference = before ?? after?.nextElementSibling ?? lineOf(list, lane)?.nextElementSibling ?? list.querySelector(".nothing");
  if (reference === mark || (mark.nextElementSibling === reference && mark.parentElement === list)) return;
  list.insertBefore(mark, reference);
}

export function hideDrop() {
  mark.remove();
  forget();
}

export function end(id) {
  hideDrop();
  document.body.classList.remove("is-dragging");
  slotById(id)?.classList.remove("lifted");
  letGo();
}

// What somebody else took off the board during the drag stays off it.
function standingSlot(id) {
  const slot = slotById(id);
  if (!slot || !isGoneMeanwhile(id)) return slot;
  showToast(text("left", { key: keyOf(slot) }), { isError: true });
  return null;
}

export function drop(id, column, y) {
  mark.remove();
  const slot = standingSlot(id);
  if (slot && column) {
    const place = below(column, slot, y);
    const shown = slots(column).filter((other) => isInLane(other, place.lane));
    const at = shown.indexOf(slot);
    if (at < 0 || laneOf(slot) !== place.lane || (shown[at + 1] ?? null) !== place.before) move(slot, place);
  }
  end(id);
}

// On a phone the tabs of the columns take cards too.
export function dropOnColumn(id, column) {
  const slot = standingSlot(id);
  if (slot && column !== columnOf(slot)) moveToColumn(slot, column);
  end(id);
}
