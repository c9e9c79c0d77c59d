// Shows what became of several cards: swapped, put where the server has them, or taken off the board.
import { swapParts } from "../server.js";
import { columnOf, columns, countUnclassified, keyOf, listOf, next, put, slotById, slots, text, tidy } from "./cards.js";
import { focusSlot } from "./focus.js";
import { isLifted } from "./lifted.js";

const waiting = () => document.querySelectorAll('.slot[data-class="unclassified"]').length;

// The card that takes the focus of one that goes: the next below that stays, else above, else any.
function heirOf(slot, gone) {
  const stays = (other) => !gone.has(other.dataset.item);
  const list = slots(columnOf(slot));
  const place = list.indexOf(slot);
  const near = [...list.slice(place + 1), ...list.slice(0, place).reverse(), ...columns().flatMap(slots)];
  return near.find(stays)?.dataset.item ?? null;
}

// Puts a card where the server has it, and returns whether it stood elsewhere.
function place({ item, column, before }, homeless, isAlone) {
  const standing = slotById(item);
  const slot = standing ?? homeless.find((part) => part.dataset?.item === String(item));
  const target = document.getElementById(`col-${column}`);
  if (!slot || !target || isLifted(String(item))) return false;
  const list = listOf(target);
  const below = before === null ? null : slotById(before);
  if (standing && columnOf(slot) === target && next(slot) === below) return false;
  if (standing && isAlone) put(slot, { list, before: below });
  else list.insertBefore(slot, below?.parentElement === list ? below : list.querySelector(".nothing"));
  return true;
}

// `from` is the card that has the focus when the focus is elsewhere, in the bar or in the palette.
export function showOutcome(outcome, { from = null } = {}) {
  const gone = new Set(outcome.gone.map(String));
  const active = document.activeElement;
  const held = active.closest(".slot") ?? (active.closest(".panel") ? null : from);
  const wanted = held && gone.has(held.dataset.item) ? heirOf(held, gone) : (held?.dataset.item ?? null);
  const before = waiting();
  const homeless = swapParts(outcome.html);
  const isAlone = outcome.places.length === 1;
  const moved = outcome.places.filter((one) => place(one, homeless, isAlone));
  gone.forEach((id) => slotById(id)?.remove());
  tidy();
  document.dispatchEvent(new CustomEvent("board:swapped", { detail: { parts: homeless.filter((part) => part.isConnected) } }));
  countUnclassified(waiting() - before);
  const alone = isAlone ? slotById(outcome.places[0].item) : null;
  if (wanted) focusSlot(slotById(wanted));
  else if (document.activeElement === document.body) focusSlot(alone ?? document.querySelector(".slot:not([hidden])"));
  if (alone && moved.length) outcome.detail = placeOf(alone);
  refreshPanel(new Set([...gone, ...outcome.places.map(({ item }) => String(item))]));
}

function placeOf(slot) {
  const all = slots(columnOf(slot));
  return text("place", { key: keyOf(slot), place: all.indexOf(slot) + 1, count: all.length });
}

// An open panel shows the item as it is now.
function refreshPanel(ids) {
  const panel = document.querySelector("#panel-root .panel");
  if (panel && ids.has(panel.dataset.item)) document.dispatchEvent(new CustomEvent("item:refresh"));
}

export function bindOutcome() {
  document.addEventListener("outcome", (event) => {
    event.preventDefault();
    showOutcome(event.detail);
  });
}
