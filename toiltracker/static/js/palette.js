// One field and a list below it: the command palette (Ctrl K), and what a, l and others let choose from.
import { get, Refused } from "./server.js";

const ASK_AFTER = 120;

const dialog = () => document.getElementById("palette");
const input = () => dialog().querySelector("input");
const list = () => document.getElementById("palette-list");
const options = () => [...list().querySelectorAll("[role=option]:not([hidden])")];
const wordsOf = (text) => text.toLocaleLowerCase().split(/\s+/).filter(Boolean);

let mode = null;
let actionsOf = null;
let timer = 0;
let asking = null;
let loading = Promise.resolve();

// A page that knows actions gives groups of options for some words, and what each does.
export function provideActions(provider) {
  actionsOf = provider;
}

export const matches = (node, words) => {
  const text = node.textContent.toLocaleLowerCase();
  return words.every((word) => text.includes(word));
};

function setActive(option) {
  for (const other of list().querySelectorAll("[aria-selected=true]")) other.setAttribute("aria-selected", "false");
  if (option) {
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    input().setAttribute("aria-activedescendant", option.id);
  } else input().removeAttribute("aria-activedescendant");
}

const active = () => list().querySelector("[aria-selected=true]");

function settle() {
  const found = options();
  for (const option of found) if (!option.hasAttribute("aria-selected")) option.setAttribute("aria-selected", "false");
  for (const group of list().querySelectorAll("[role=group]")) {
    group.hidden = !group.querySelector("[role=option]:not([hidden])");
  }
  setActive(found[0]);
  dialog().querySelector("[data-palette-none]").hidden = found.length > 0;
  const count = dialog().querySelector("[data-palette-count]");
  count.textContent = count.dataset.text.replace("{n}", found.length);
}

// Of a list that is there as a whole, only what matches is shown; a word that is none yet can be made one.
function narrow() {
  const words = wordsOf(input().value);
  for (const option of list().querySelectorAll("[role=option]")) option.hidden = !matches(option, words);
  list().querySelector("[data-new]")?.remove();
  const made = mode.make?.(input().value.trim());
  if (made) list().append(made);
  settle();
}

async function ask() {
  asking?.abort();
  asking = new AbortController();
  const { signal } = asking;
  try {
    const answer = await get(`${mode.url}?q=${encodeURIComponent(input().value)}`, signal);
    const html = await answer.text();
    if (signal.aborted) return;
    list().innerHTML = html;
  } catch (error) {
    if (signal.aborted) return;
    if (!(error instanceof Refused)) throw error;
    list().replaceChildren();
    dialog().querySelector("[data-palette-none]").textContent = error.message;
  }
  if (mode.isWhole) {
    mode.prepare?.(list());
    narrow();
    return;
  }
  addActions();
  settle();
}

function addActions() {
  const group = actionsOf?.(wordsOf(input().value));
  if (!group) return;
  const places = list().querySelector("[data-group=places]");
  list().insertBefore(group, places);
}

function onInput() {
  if (mode.isWhole) {
    narrow();
    return;
  }
  clearTimeout(timer);
  loading = new Promise((resolve) => {
    timer = setTimeout(() => ask().then(resolve), ASK_AFTER);
  });
}

function step(amount) {
  const found = options();
  if (found.length) setActive(found.at((found.indexOf(active()) + amount) % found.length));
}

async function pick(option, isNewTab = false) {
  if (!option) return;
  const { onPick } = mode;
  if (option.matches("a[href]") && isNewTab) {
    open(option.href);
    return;
  }
  close();
  if (onPick?.(option)) return;
  if (option.matches("a[href]")) location.assign(option.href);
}

function close() {
  clearTimeout(timer);
  asking?.abort();
  dialog().close();
}

async function onKey(event) {
  const amount = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (amount) {
    event.preventDefault();
    step(amount);
  } else if (event.key === "Enter" && !event.isComposing) {
    event.preventDefault();
    await loading;
    pick(active(), event.ctrlKey || event.metaKey);
  } else if (event.key === "Tab") event.preventDefault();
}

// `url` gives the options; with `isWhole` all at once. `onPick` returns whether it did what was picked.
export function openPalette(wanted = {}) {
  const node = dialog();
  if (!node || node.open) return;
  mode = { url: node.dataset.url, onPick: (option) => onPickOf(option), ...wanted };
  const field = input();
  node.dataset.placeholder ??= field.placeholder;
  field.value = "";
  field.placeholder = wanted.placeholder ?? node.dataset.placeholder;
  field.setAttribute("aria-label", field.placeholder);
  list().replaceChildren();
  node.showModal();
  field.focus();
  loading = ask();
}

let onPickOf = () => false;

export function providePick(handler) {
  onPickOf = handler;
}

export function bindPalette() {
  const node = dialog();
  if (!node) return;
  const button = document.querySelector("[data-palette-open]");
  if (button) {
    button.hidden = false;
    button.addEventListener("click", () => openPalette());
  }
  node.addEventListener("input", onInput);
  node.addEventListener("keydown", onKey);
  node.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option && (event.ctrlKey || event.metaKey)) return;
    if (option) event.preventDefault();
    if (option) pick(option);
    else if (event.target === node || event.target.closest("[data-palette-close]")) close();
  });
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.key.toLowerCase() !== "k") return;
    if (document.querySelector("dialog[open]")) return;
    event.preventDefault();
    openPalette();
  });
}
