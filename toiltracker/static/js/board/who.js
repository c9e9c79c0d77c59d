// Names for a moment, on the card, who changed it; in words only now and then, so that nobody is talked over.
import { slotById, text } from "./cards.js";

const SHOWN_FOR = 3000;
const SAID_EVERY = 10_000;

const VIA = { import: "viaImport", api: "viaApi", rule: "viaRule" };

let saidAt = -Infinity;

export function tellWho({ who }, reader) {
  const names = new Map();
  for (const [id, { by, who: person, via }] of Object.entries(who)) {
    if (String(by) === reader) continue;
    const name = person || document.getElementById("board-text").dataset[VIA[via]];
    if (!name) continue;
    names.set(name, (names.get(name) ?? 0) + 1);
    show(slotById(id), name);
  }
  say(names);
}

function show(slot, name) {
  if (!slot || slot.hidden) return;
  slot.querySelector(".who")?.remove();
  const chip = document.createElement("span");
  chip.className = "who";
  chip.setAttribute("aria-hidden", "true");
  chip.textContent = name;
  slot.append(chip);
  setTimeout(() => chip.remove(), SHOWN_FOR);
}

function say(names) {
  if (!names.size || document.hidden || performance.now() - saidAt < SAID_EVERY) return;
  saidAt = performance.now();
  const [[name, count]] = names;
  document.getElementById("live-said").textContent = text(count === 1 ? "changedOne" : "changedMany", { name, n: count });
}
