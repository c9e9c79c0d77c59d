// Loads the board once more and takes over what is different: after an import, when columns changed, after a long sleep.
import { query } from "./address.js";
import { arrive } from "./arriving.js";
import { columns, listOf, slotById } from "./cards.js";
import { isDragging } from "./held.js";
import { takeBoard } from "./taking.js";

const SPREAD = 1500;
const APART = 3000;
const AT_LEAST = 100;

let timer = 0;
let isLoading = false;
let isWanted = false;
let loadedAt = -Infinity;
const path = location.pathname;

export const hasLanes = () => Boolean(document.getElementById("main").dataset.lanes);

// What was scrolled to comes along.
function wanted() {
  const loaded = columns().map((column) => listOf(column).children.length);
  const params = query();
  params.set("cards", Math.max(AT_LEAST, ...loaded));
  return params;
}

// Not all browsers at once, one time for many changes, and not while nobody looks.
export function reloadSoon(onLoaded) {
  isWanted = true;
  if (isLoading || timer) return;
  const rests = Math.max(0, APART - (performance.now() - loadedAt));
  timer = setTimeout(() => whenSeen(() => load(onLoaded)), rests + 100 + Math.random() * SPREAD);
}

function whenSeen(action) {
  if (!document.hidden && !isDragging()) action();
  else timer = setTimeout(() => whenSeen(action), 500);
}

async function load(onLoaded) {
  [timer, isLoading, isWanted] = [0, true, false];
  try {
    if (hasLanes()) await takeRows();
    else await takeCards();
    onLoaded(Number(document.getElementById("main").dataset.seq));
  } catch {
    isWanted = true;
  }
  isLoading = false;
  loadedAt = performance.now();
  if (isWanted) reloadSoon(onLoaded);
}

async function takeRows() {
  await takeBoard(query(), new AbortController().signal);
  document.dispatchEvent(new CustomEvent("board:swapped"));
}

async function takeCards() {
  const response = await fetch(`${path}?${wanted()}`, { headers: { Accept: "text/html" } });
  if (!response.ok || new URL(response.url).pathname !== path) throw new TypeError(response.status);
  takeOver(new DOMParser().parseFromString(await response.text(), "text/html"));
}

function takeOver(page) {
  const main = document.getElementById("main");
  const fresh = page.getElementById("main");
  for (const name of ["complete", "total", "matching", "fits", "seq"]) {
    if (name in fresh.dataset) main.dataset[name] = fresh.dataset[name];
    else delete main.dataset[name];
  }
  document.querySelector(".board h1").replaceWith(fresh.querySelector("h1"));
  takeColumns(page, main, fresh);
  const changes = [];
  const standing = new Set([...document.querySelectorAll(".slot")].map((slot) => slot.dataset.item));
  for (const slot of fresh.querySelectorAll(".slot")) {
    const { item: id, in: column, rank } = slot.dataset;
    standing.delete(id);
    changes.push({ id, column, rank, slot: document.adoptNode(slot) });
  }
  const gone = [...standing].map((id) => ({ id, isGone: true }));
  for (const { id, rank, column } of changes) keepRank(slotById(id), rank, column);
  arrive([...gone, ...changes]);
}

// One whose only change is its rank is not drawn anew.
function keepRank(slot, rank, column) {
  if (slot && slot.dataset.in === column) slot.dataset.rank = rank;
}

function takeColumns(page, main, fresh) {
  const wanted = [...fresh.querySelectorAll(".col")];
  const ids = new Set(wanted.map((column) => column.id));
  for (const column of columns()) if (!ids.has(column.id)) column.remove();
  wanted.forEach((column, index) => {
    const standing = document.getElementById(column.id);
    if (standing) refresh(standing, column);
    const shell = standing ?? empty(column);
    if (main.querySelectorAll(":scope > .col")[index] !== shell) {
      main.insertBefore(shell, main.querySelectorAll(":scope > .col")[index] ?? null);
    }
  });
  for (const place of [".coltabs", "#move-menu"]) {
    const [old, now] = [document.querySelector(place), page.querySelector(place)];
    if (old && now && old.innerHTML !== now.innerHTML) old.replaceChildren(...now.children);
  }
  document.dispatchEvent(new CustomEvent("board:columns"));
}

function refresh(standing, column) {
  standing.dataset.name = column.dataset.name;
  standing.toggleAttribute("data-done", column.hasAttribute("data-done"));
  const [old, now] = [standing.querySelector(".col-top"), column.querySelector(".col-top")];
  if (old.outerHTML !== now.outerHTML) old.replaceWith(now.cloneNode(true));
  for (const line of standing.querySelectorAll(".missing, .ghostcard")) line.remove();
  const end = listOf(standing).querySelector(".nothing");
  end.after(...column.querySelectorAll(".missing"));
}

// A new column, without its cards: they come as all others do.
function empty(column) {
  const shell = document.adoptNode(column.cloneNode(true));
  for (const slot of shell.querySelectorAll(".slot")) slot.remove();
  return shell;
}
