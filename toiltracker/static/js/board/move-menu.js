// One menu for all cards: pick a column, or another place in this one, with the pointer, the arrows or its number.
let chosen = null;
let opener = null;
let anchorSlot = null;

const menu = () => document.getElementById("move-menu");
const entries = () => [...menu().querySelectorAll("[data-move-to], [data-move-by], [data-move-select], [data-move-elsewhere]")].filter((entry) => entry.checkVisibility());

function place(anchor) {
  const box = anchor.getBoundingClientRect();
  const { width, height } = menu().getBoundingClientRect();
  const left = Math.min(Math.max(8, box.left), innerWidth - width - 8);
  const below = box.bottom + 4;
  const top = below + height > innerHeight - 8 ? Math.max(8, box.top - height - 4) : below;
  menu().style.setProperty("inset", "auto");
  menu().style.setProperty("left", `${left}px`);
  menu().style.setProperty("top", `${Math.min(top, innerHeight - height - 8)}px`);
}

// `onChosen` gets a column, or no column and a way ("top", "up", "down", "bottom") where the anchor stands in one.
export function openMoveMenu(anchor, onChosen) {
  chosen = onChosen;
  anchorSlot = anchor.closest(".slot");
  opener = document.activeElement;
  const here = anchor.closest(".col")?.dataset.column;
  menu().querySelector("[data-move-within]").hidden = !here;
  menu().showPopover();
  for (const entry of entries()) {
    if (entry.dataset.moveTo === here) entry.setAttribute("aria-current", "true");
    else entry.removeAttribute("aria-current");
  }
  place(anchor);
  entries()[0].focus();
}

function pick(entry) {
  if (!entry) return;
  menu().hidePopover();
  const { moveTo, moveBy } = entry.dataset;
  if ("moveSelect" in entry.dataset) {
    document.dispatchEvent(new CustomEvent("selection:toggle", { detail: anchorSlot }));
    return;
  }
  if ("moveElsewhere" in entry.dataset) {
    document.dispatchEvent(new CustomEvent("move:elsewhere", { detail: anchorSlot }));
    return;
  }
  chosen?.(moveBy ? null : document.getElementById(`col-${moveTo}`), moveBy);
}

function onKey(event) {
  const all = entries();
  const place = all.indexOf(document.activeElement);
  if (/^[1-9]$/.test(event.key)) pick(all.filter((entry) => entry.dataset.moveTo)[Number(event.key) - 1]);
  else if (event.key === "ArrowDown") all[(place + 1) % all.length].focus();
  else if (event.key === "ArrowUp") all.at(place - 1).focus();
  else if (event.key === "Tab") menu().hidePopover();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

const node = menu();
node?.addEventListener("keydown", onKey);
node?.addEventListener("click", (event) => pick(event.target.closest("[data-move-to], [data-move-by], [data-move-select], [data-move-elsewhere]")));
node?.addEventListener("toggle", (event) => {
  if (event.newState === "closed" && node.contains(document.activeElement)) opener?.focus();
});
