// Knows which cards somebody is busy with: what happens to them elsewhere waits until they are let go.
import { cardOf, columnOf, slotById } from "./cards.js";
import { isLifted } from "./lifted.js";

const RESTS_AFTER = 8000;
let movedAt = -Infinity;

export const isDragging = () => document.body.classList.contains("is-dragging");

// A mouse that has not moved for some seconds lies there, and is not about to press.
function underPointer() {
  if (performance.now() - movedAt > RESTS_AFTER) return null;
  return document.querySelector(".slot:hover");
}

function hasDraft(id) {
  return document.querySelector(`#panel-root .panel[data-item="${id}"] .is-dirty`) !== null;
}

function hasMenu(slot) {
  const isOpen = document.querySelector("#move-menu:popover-open") !== null;
  return isOpen && (slot.matches(".has-menu") || cardOf(slot).tabIndex === 0);
}

export function isHeld(id) {
  const slot = slotById(id);
  if (!slot) return isLifted(id);
  return (
    isLifted(id) ||
    cardOf(slot).classList.contains("saving") ||
    slot === underPointer() ||
    hasMenu(slot) ||
    hasDraft(id)
  );
}

// In the column of a card that is pointed at nothing comes, goes or changes places: it would slip away.
export function stillColumn() {
  const slot = underPointer();
  return slot ? columnOf(slot) : null;
}

export function bindHeld() {
  const note = (event) => {
    if (event.pointerType === "mouse") movedAt = performance.now();
  };
  for (const name of ["pointermove", "pointerdown"]) document.addEventListener(name, note, { passive: true });
}
