// Dragging with a finger: a press of a quarter of a second lifts the card, a swipe before that scrolls.
//
// The browsers' own dragging lifts after half a second or more, and opens a menu besides; so this one is ours.
import { cardOf, slotById, slotOf } from "./cards.js";
import { begin, drop, dropOnColumn, end, hideDrop, showDrop } from "./drop.js";

const PRESS = 250;
const SLACK = 8;
const EDGE = 56;
const SPEED = 14;
const TAB_OPENS_AFTER = 600;

let press = null;

function onStart(event) {
  if (event.touches.length > 1) {
    cancel();
    return;
  }
  const slot = slotOf(event.target);
  if (!slot || event.target.closest("button, .iconbtn, input, textarea")) return;
  const { clientX: x, clientY: y } = event.touches[0];
  press = { id: slot.dataset.item, x, y, startX: x, startY: y, timer: setTimeout(raise, PRESS) };
}

function raise() {
  const slot = slotById(press.id);
  if (!slot) {
    press = null;
    return;
  }
  const card = cardOf(slot);
  const box = card.getBoundingClientRect();
  const ghost = card.cloneNode(true);
  for (const node of [ghost, ...ghost.querySelectorAll("[id]")]) node.removeAttribute("id");
  ghost.setAttribute("aria-hidden", "true");
  ghost.classList.add("dragging", "in-hand");
  ghost.style.width = `${box.width}px`;
  document.body.append(ghost);
  Object.assign(press, { ghost, left: press.x - box.left, top: press.y - box.top });
  begin(slot);
  navigator.vibrate?.(10);
  follow();
  press.frame = requestAnimationFrame(scroll);
}

function onMove(event) {
  if (!press) return;
  const { clientX: x, clientY: y } = event.touches[0];
  Object.assign(press, { x, y });
  if (press.ghost) {
    event.preventDefault();
    follow();
  } else if (Math.hypot(x - press.startX, y - press.startY) > SLACK) cancel();
}

function follow() {
  const { ghost, x, y, left, top, id } = press;
  ghost.style.translate = `${x - left}px ${y - top}px`;
  const under = document.elementFromPoint(x, y);
  const tab = under?.closest(".coltabs a") ?? null;
  over(tab);
  if (tab) hideDrop();
  else showDrop(id, under?.closest(".col"), y);
}

// A finger that rests on a column's tab brings that column into view.
function over(tab) {
  if (press.tab === tab) return;
  press.tab?.classList.remove("is-target");
  clearTimeout(press.opening);
  press.tab = tab;
  tab?.classList.add("is-target");
  if (tab) press.opening = setTimeout(() => tab.click(), TAB_OPENS_AFTER);
}

// How far to scroll where a finger is near an edge.
function pull(at, from, to) {
  if (at < from + EDGE) return -SPEED * Math.min(1, (from + EDGE - at) / EDGE);
  if (at > to - EDGE) return SPEED * Math.min(1, (at - to + EDGE) / EDGE);
  return 0;
}

function scroll() {
  if (!press?.ghost) return;
  const { x, y } = press;
  const board = document.getElementById("main");
  const frame = board.getBoundingClientRect();
  if (!press.tab) board.scrollLeft += pull(x, frame.left, frame.right);
  const list = document.elementFromPoint(x, Math.min(Math.max(y, frame.top + 1), frame.bottom - 1))?.closest(".col-b");
  const box = list?.getBoundingClientRect();
  if (box && !press.tab) list.scrollTop += pull(y, box.top, Math.min(box.bottom, innerHeight));
  follow();
  press.frame = requestAnimationFrame(scroll);
}

function put() {
  clearTimeout(press.timer);
  clearTimeout(press.opening);
  cancelAnimationFrame(press.frame);
  press.tab?.classList.remove("is-target");
  press.ghost?.remove();
  const last = press;
  press = null;
  return last;
}

function onEnd(event) {
  if (!press) return;
  const { ghost, id, x, y, tab } = put();
  if (!ghost) return;
  event.preventDefault();
  if (tab) dropOnColumn(id, document.getElementById(tab.id.replace("tab-", "col-")));
  else drop(id, document.elementFromPoint(x, y)?.closest(".col"), y);
}

function cancel() {
  if (!press) return;
  const { ghost, id } = put();
  if (ghost) end(id);
}

export function bindTouchDrag(board) {
  board.addEventListener("touchstart", onStart, { passive: true });
  board.addEventListener("touchmove", onMove, { passive: false });
  board.addEventListener("touchend", onEnd);
  board.addEventListener("touchcancel", cancel);
  // While a finger is on a card the browser neither drags nor opens a menu.
  board.addEventListener("contextmenu", (event) => press && event.preventDefault());
  board.addEventListener("dragstart", (event) => press && event.preventDefault());
  document.addEventListener("keydown", (event) => event.key === "Escape" && cancel());
}
