// Puts cards that changed elsewhere into the page: each into the place of the old one, in the order of their ranks.
import { cardOf, columnOf, listOf, slotById, tidy } from "./cards.js";
import { isDragging, isHeld, stillColumn } from "./held.js";
import { isLifted, markGone } from "./lifted.js";

const FLUSH_EVERY = 200;
const MOST_GLIDES = 10;

const pending = new Map();
const unordered = new Set();
let heads = null;
let timer = 0;

const rankOf = (slot) => Number(slot.dataset.rank);

// Two slots that look the same need no swap: so one's own changes, when they come back, do no harm.
function look(slot) {
  const { item, in: column, version, rank, class: name, service, assignee } = slot.dataset;
  const marks = ["interrupt", "blocked"].filter((mark) => mark in slot.dataset);
  const words = cardOf(slot).textContent.replace(/\s+/g, " ");
  return JSON.stringify([item, column, version, rank, name, service, assignee, marks, words]);
}

function parse(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  return holder.content.firstElementChild;
}

// `change`: `{id, column, rank, html or slot}`, or `{id, isGone: true}`.
export function arrive(changes, { heads: html = null, order = {} } = {}) {
  for (const change of changes) pending.set(String(change.id), change);
  if (html) heads = html;
  for (const [column, ranks] of Object.entries(order)) space(column, ranks);
  flush();
}

// After a column was spaced anew its cards stand as they stood; later ones find their places by the new ranks.
function space(column, ranks) {
  for (const [id, rank] of ranks) {
    const slot = slotById(id);
    if (slot) slot.dataset.rank = rank;
  }
  unordered.add(String(column));
}

// What was loaded while cards were moved may stand where it stood before.
export function putInOrder(column) {
  unordered.add(column.dataset.column);
  flush();
}

export function flush() {
  clearTimeout(timer);
  const ready = isDragging() ? [] : [...pending.values()].filter(isReady);
  if (isDragging()) warn();
  if (ready.length || unordered.size || heads) take(ready);
  if (pending.size || unordered.size || heads) timer = setTimeout(flush, FLUSH_EVERY);
}

// A card in the hand that is gone stays in the hand; where it is dropped it does nothing.
function warn() {
  for (const [id, change] of pending) if (change.isGone && isLifted(id)) markGone(id);
}

function isReady(change) {
  if (isHeld(String(change.id))) return false;
  const still = stillColumn();
  if (!still) return true;
  const slot = slotById(change.id);
  const stays = slot && !change.isGone && Number(change.rank) === rankOf(slot) && slot.dataset.in === String(change.column);
  if (stays) return true;
  return !(slot && columnOf(slot) === still) && String(change.column) !== still.dataset.column;
}

function take(ready) {
  const focus = focusOf(document.activeElement);
  const glides = ready.length > MOST_GLIDES || matchMedia("(prefers-reduced-motion: reduce)").matches ? [] : ready;
  const from = new Map(glides.map(({ id }) => [id, slotById(id)?.getBoundingClientRect()]));
  const parts = [];
  let isChanged = false;
  for (const change of ready) {
    pending.delete(String(change.id));
    isChanged = (change.isGone ? remove(change.id) : place(change, parts)) || isChanged;
  }
  const still = stillColumn();
  for (const id of [...unordered]) {
    const column = document.getElementById(`col-${id}`);
    if (isDragging() || (still && column === still)) continue;
    unordered.delete(id);
    if (column) isChanged = arrange(column) || isChanged;
  }
  parts.push(...swapHeads());
  if (!isChanged && !parts.length) return;
  tidy();
  document.dispatchEvent(new CustomEvent("board:swapped", { detail: { parts } }));
  restore(focus);
  for (const [id, box] of from) glide(slotById(id), box);
}

function remove(id) {
  const slot = slotById(id);
  slot?.remove();
  return Boolean(slot);
}

function place(change, parts) {
  const column = document.getElementById(`col-${change.column}`);
  const slot = slotById(change.id);
  const fresh = change.slot ?? parse(change.html);
  // What was told before one's own move was answered comes too late: the card is further on.
  if (slot && Number(fresh.dataset.version) < Number(slot.dataset.version)) return false;
  if (!column || isBeyond(column, change.rank)) return remove(change.id);
  unordered.add(String(change.column));
  if (slot && look(slot) === look(fresh)) {
    const isElsewhere = columnOf(slot) !== column;
    if (isElsewhere) listOf(column).insertBefore(slot, listOf(column).querySelector(".nothing"));
    return isElsewhere;
  }
  if (slot) {
    fresh.hidden = slot.hidden;
    cardOf(fresh).toggleAttribute("data-selected", cardOf(slot).hasAttribute("data-selected"));
    slot.replaceWith(fresh);
  }
  parts.push(fresh);
  if (!slot || columnOf(fresh) !== column) listOf(column).insertBefore(fresh, listOf(column).querySelector(".nothing"));
  return true;
}

// What stands below the last card that is loaded is loaded when somebody scrolls there.
function isBeyond(column, rank) {
  const more = listOf(column).querySelector("[data-more]");
  return Boolean(more) && rank > Number(new URL(more.dataset.more, location).searchParams.get("after"));
}

// Brings the cards of a column into their order, with as few moves as a single one that went elsewhere needs.
function arrange(column) {
  const list = listOf(column);
  const standing = [...list.children].filter((node) => node.matches(".slot"));
  const free = standing.filter((slot) => !isHeld(slot.dataset.item));
  const sorted = [...free].sort((one, other) => rankOf(one) - rankOf(other));
  if (sorted.every((slot, index) => slot === free[index])) return false;
  const end = list.querySelector(".nothing");
  let rest = free;
  for (const slot of sorted) {
    if (rest[0] !== slot && rest[1] === slot) rest = rest.slice(1);
    if (rest[0] === slot) {
      rest = rest.slice(1);
      continue;
    }
    list.insertBefore(slot, rest[0] ?? end);
    rest = rest.filter((other) => other !== slot);
  }
  return true;
}

function swapHeads() {
  if (!heads || isDragging()) return [];
  const holder = document.createElement("template");
  holder.innerHTML = heads;
  heads = null;
  const swapped = [];
  for (const fresh of [...holder.content.children]) {
    const standing = document.getElementById(fresh.id);
    if (!standing || standing.outerHTML === fresh.outerHTML) continue;
    if (standing.hasAttribute("aria-current")) fresh.setAttribute("aria-current", standing.getAttribute("aria-current"));
    standing.replaceWith(fresh);
    globalThis.htmx?.process(fresh);
    swapped.push(fresh);
  }
  return swapped;
}

// What has the focus, in words that survive a swap: an element with an id, and which of the parts in it.
function focusOf(node) {
  const root = node?.closest?.(".slot, .col-top, .coltabs a");
  if (!root) return null;
  return { id: root.id, path: node === root ? null : [...root.querySelectorAll("*")].indexOf(node), node };
}

function restore(focus) {
  if (!focus || document.activeElement === focus.node) return;
  if (focus.node.isConnected) {
    focus.node.focus({ preventScroll: true });
    return;
  }
  const root = document.getElementById(focus.id);
  if (!root) return;
  const wasCard = focus.node.matches(".card");
  const target = wasCard ? cardOf(root) : root.querySelectorAll("*")[focus.path] ?? root;
  target.focus({ preventScroll: true });
  if (document.activeElement !== target && root.matches(".slot")) cardOf(root).focus({ preventScroll: true });
}

function glide(slot, from) {
  if (!slot || !from || slot.hidden) return;
  const to = slot.getBoundingClientRect();
  if (from.x === to.x && from.y === to.y) return;
  const start = { transform: `translate(${from.x - to.x}px, ${from.y - to.y}px)` };
  slot.animate([start, { transform: "none" }], { duration: 120, easing: "cubic-bezier(.2, 0, 0, 1)" });
}
