// Filters the cards: at once in the page where all of them are there, else by asking for the page that shows others.
import { shortcut } from "../keys.js";
import { Refused } from "../server.js";
import { showToast } from "../toasts.js";
import { FILTERS, isFiltered, query, sorted, write } from "./address.js";
import { columns } from "./cards.js";
import { countAll, countColumn, sayNothing } from "./counts.js";
import { drawChips, rememberChips, withoutChip } from "./filter-chips.js";
import { bindFilterMenu, openFilterMenu } from "./filter-menu.js";
import { prepare } from "./focus.js";
import { filterOf, matches } from "./matching.js";
import { takeBoard } from "./taking.js";
import { bindViewMenu, drawView } from "./view-menu.js";
import { foundIds, search } from "./searching.js";

const TYPED = 250;

let form = null;
let board = null;
let taking = null;
let timer = 0;
let wasOn = true;

const isComplete = () => "complete" in board.dataset;

function draw(params) {
  const isOn = isFiltered(params);
  form.classList.toggle("is-on", isOn);
  drawChips(form.querySelector("[data-chips]"), params);
  form.querySelector("[data-quick-filters]").hidden = isOn;
  form.querySelector("[data-filter-clear]").hidden = !isOn;
  drawView(form, params, isOn);
  for (const input of form.querySelectorAll("input[type=hidden]")) input.remove();
  for (const [name, value] of params) if (name !== "q") form.append(hidden(name, value));
}

function hidden(name, value) {
  const input = document.createElement("input");
  Object.assign(input, { type: "hidden", name, value });
  return input;
}

// Where not every card is in the page, the heads of the columns know how many there are: they come with every answer.
const sumOfHeads = (name) =>
  columns().reduce((sum, column) => sum + Number(column.querySelector(".col-top").dataset[name]), 0);

function showMatches() {
  const params = query();
  const isOn = isFiltered(params);
  const filter = filterOf(params, board.dataset.person);
  const ids = isComplete() && params.has("q") ? foundIds() : null;
  for (const slot of isOn || wasOn ? document.querySelectorAll(".slot") : []) {
    const isShown = !isOn || (matches(slot, filter) && (!ids || ids.has(slot.dataset.item)));
    if (slot.hidden === isShown) slot.hidden = !isShown;
  }
  wasOn = isOn;
  const place = form.querySelector("[data-filter-count]");
  let shown = 0;
  let total = 0;
  for (const column of columns()) {
    if (isComplete()) {
      const counted = countColumn(column, isOn, place.dataset.of);
      shown += counted.shown;
      total += counted.all;
    }
    sayNothing(column, isOn);
  }
  if (isComplete()) countAll(place, shown, total, isOn);
  else countAll(place, sumOfHeads("matching"), sumOfHeads("usual"), isOn);
  prepare();
  document.dispatchEvent(new CustomEvent("board:filtered"));
}

// Where all cards fit into the page they are all asked for, once, then the page filters alone; but for a text, since it
// would show them all until it is known which ones match.
async function take(params) {
  taking?.abort();
  taking = new AbortController();
  const { signal } = taking;
  const wanted = new URLSearchParams(params);
  if ("fits" in board.dataset && !params.has("q")) for (const name of FILTERS) wanted.delete(name);
  form.setAttribute("aria-busy", "true");
  try {
    if (!(await takeBoard(wanted, signal))) return;
  } catch (problem) {
    if (signal.aborted) return;
    if (!(problem instanceof Refused)) throw problem;
    showToast(problem.message, { isError: true });
    return;
  } finally {
    if (!signal.aborted) form.removeAttribute("aria-busy");
  }
  if (isComplete()) search(query(), showMatches, { isAgain: true });
  document.dispatchEvent(new CustomEvent("board:swapped"));
}

// Sets what is looked for, and shows it.
export function look(params, { isTyped = false } = {}) {
  write(params);
  draw(query());
  document.dispatchEvent(new CustomEvent("board:looked"));
  clearTimeout(timer);
  if (!isComplete()) {
    timer = setTimeout(() => take(query()), isTyped ? TYPED : 0);
    showMatches();
    return;
  }
  search(query(), showMatches);
  if (!isTyped || !query().has("q")) showMatches();
}

function setText(text, options) {
  const params = query();
  params.delete("q");
  if (text.trim()) params.set("q", text.trim());
  if (sorted(params).toString() !== board.dataset.query) look(params, options);
}

function clear() {
  const params = query();
  for (const name of FILTERS) params.delete(name);
  form.elements.q.value = "";
  look(params);
}

function onClick(event) {
  const link = event.target.closest("a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const params = query();
  if (link.matches("[data-chip]")) {
    const at = [...form.querySelectorAll("[data-chip]")].indexOf(link);
    if (link.dataset.chip === "q") form.elements.q.value = "";
    look(withoutChip(link, params));
    const chips = [...form.querySelectorAll("[data-chip]")].filter((chip) => chip.checkVisibility());
    (chips[Math.min(at, chips.length - 1)] ?? form.querySelector("[data-filter-add]")).focus();
  } else if (link.matches("[data-filter-clear]")) {
    clear();
    form.elements.q.focus();
  } else if (link.matches("[data-filter-set]")) {
    params.set(link.dataset.filterSet, link.dataset.value);
    look(params);
    form.querySelector("[data-chip]").focus();
  } else if (link.matches("[data-filter-add], [data-filter-open]")) {
    openFilterMenu(link, link.dataset.filterOpen ?? null);
  } else return;
  event.preventDefault();
}

function bindText() {
  const input = form.elements.q;
  input.addEventListener("input", () => setText(input.value, { isTyped: true }));
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    input.value = "";
    setText("");
    input.blur();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    setText(input.value);
  });
  document.addEventListener("keydown", (event) => {
    const key = shortcut(event);
    if (!["/", "f"].includes(key) || event.target.closest("dialog, .menu, .panel")) return;
    event.preventDefault();
    form.classList.add("is-open");
    if (key === "f") {
      form.querySelector("[data-filter-add]").click();
      return;
    }
    input.focus();
    input.select();
  });
}

export function bindFilters(main) {
  board = main;
  form = document.querySelector("[data-filters]");
  rememberChips(form);
  bindText();
  form.addEventListener("click", onClick);
  bindViewMenu(form);
  bindFilterMenu((name, values) => {
    const params = query();
    params.delete(name);
    for (const value of values) params.append(name, value);
    look(params);
  });
  document.addEventListener("board:swapped", () => {
    if (isComplete() && query().has("q")) search(query(), showMatches, { isAgain: true });
    showMatches();
  });
  const opener = form.querySelector("[data-filters-open]");
  opener.hidden = false;
  opener.addEventListener("click", () => {
    const isOpen = form.classList.toggle("is-open");
    opener.setAttribute("aria-expanded", String(isOpen));
    if (isOpen) form.elements.q.focus();
  });
}
