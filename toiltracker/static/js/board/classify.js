// Classifies cards with one key: the badge changes at once, and changes back when the server refuses.
import { shortcut } from "../keys.js";
import { post, Refused, swapParts } from "../server.js";
import { showToast } from "../toasts.js";
import { undoOf } from "../undo.js";
import { className, countUnclassified, keyOf, selectedSlots, slotById, text } from "./cards.js";
import { currentSlot, focusSlot } from "./focus.js";

export const CLASSES = { t: "toil", e: "engineering", o: "overhead", u: "unclassified" };

function paint(slot, value) {
  const badge = slot.querySelector(".card-m .cls");
  const letter = value[0].toUpperCase();
  badge.className = `cls ${letter}`;
  badge.textContent = letter === "U" ? "?" : letter;
  badge.setAttribute("aria-label", className(value));
  slot.dataset.class = value;
}

function again(before, value) {
  const slots = before.map(([id]) => slotById(id)).filter(Boolean);
  if (slots.length) classify(slots, value);
}

export async function classify(slots, value) {
  const before = slots.map((slot) => [slot.dataset.item, slot.dataset.class]);
  const hadFocus = slots.includes(currentSlot()) && document.activeElement.closest(".slot") ? currentSlot() : null;
  slots.forEach((slot) => paint(slot, value));
  let answer;
  try {
    const items = slots.map((slot) => slot.dataset.item);
    answer = await post(document.getElementById("main").dataset.classifyUrl, { items, classification: value });
    swapParts(await answer.text());
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    before.forEach(([id, old]) => slotById(id) && paint(slotById(id), old));
    showToast(error.message, { isError: true, retry: error.code === "offline" ? () => again(before, value) : null });
    return;
  }
  if (hadFocus) focusSlot(slotById(hadFocus.dataset.item));
  countUnclassified(
    slots.length * (value === "unclassified") - before.filter(([, old]) => old === "unclassified").length,
  );
  const name = className(value);
  const said =
    slots.length === 1
      ? text("classified", { key: keyOf(slots[0]), class: name })
      : text("classifiedMany", { n: slots.length, class: name });
  showToast(said, { undo: undoOf(answer) });
}

export function bindClassify() {
  document.addEventListener("keydown", (event) => {
    const value = CLASSES[shortcut(event)];
    if (!value || event.shiftKey || event.target.closest("dialog, .menu, .panel")) return;
    const chosen = selectedSlots();
    const slots = chosen.length ? chosen : [currentSlot()].filter(Boolean);
    if (!slots.length) return;
    event.preventDefault();
    classify(slots, value);
  });
}
