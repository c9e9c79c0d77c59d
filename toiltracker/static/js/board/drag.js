// Dragging with the mouse: the card lifts, a dashed slot shows where it would land, the column says what its limit says.
import {
  autoScrollForElements,
  combine,
  draggable,
  dropTargetForElements,
  monitorForElements,
} from "../vendor/drag.js";
import { cardOf, columns, listOf, slotOf } from "./cards.js";
import { begin, drop, end, hideDrop, showDrop } from "./drop.js";

const known = new WeakSet();

function registerCard(slot) {
  const card = cardOf(slot);
  if (known.has(card)) return;
  known.add(card);
  card.querySelector(".card-t").draggable = false;
  draggable({
    element: card,
    getInitialData: () => ({ item: slot.dataset.item }),
    onGenerateDragPreview: () => card.classList.add("dragging"),
    onDragStart: () => {
      card.classList.remove("dragging");
      begin(slot);
    },
  });
}

// A card becomes draggable when a mouse first comes over it: a board may have thousands, and is swapped in parts.
function onPointer(event) {
  const slot = event.pointerType === "mouse" && slotOf(event.target);
  if (slot) registerCard(slot);
}

function registerColumn(column) {
  if (known.has(column)) return;
  known.add(column);
  combine(
    dropTargetForElements({ element: column, getData: () => ({ column: column.dataset.column }) }),
    autoScrollForElements({ element: listOf(column) }),
  );
}

function targetOf(location) {
  const target = location.current.dropTargets.find(({ data }) => data.column);
  return target ? document.getElementById(`col-${target.data.column}`) : null;
}

function show({ location, source }) {
  if (!source.data.item) return;
  const column = targetOf(location);
  if (column) showDrop(source.data.item, column, location.current.input.clientY);
  else hideDrop();
}

function finish({ location, source }) {
  if (!source.data.item) return;
  const column = targetOf(location);
  if (column) drop(source.data.item, column, location.current.input.clientY);
  else end(source.data.item);
}

export function bindDrag(board) {
  columns().forEach(registerColumn);
  document.addEventListener("board:columns", () => columns().forEach(registerColumn));
  board.addEventListener("pointerover", onPointer);
  board.addEventListener("pointerdown", onPointer, true);
  autoScrollForElements({ element: board });
  monitorForElements({ onDragStart: show, onDrag: show, onDropTargetChange: show, onDrop: finish });
}
