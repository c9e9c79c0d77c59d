// What can be done to the card in focus or to the selected ones: by key, from the bar, from the palette.
import { shortcut } from "../keys.js";
import { openPalette, matches, provideActions, providePick } from "../palette.js";
import { showToast } from "../toasts.js";
import { keyOf, selectedSlots, slotById, text } from "./cards.js";
import { classify } from "./classify.js";
import { currentSlot } from "./focus.js";
import { moveToColumn } from "./moves.js";
import { together } from "./together.js";

const data = (name) => document.getElementById("board-actions").dataset[name];

// The selected cards; else the one whose panel is open, else the one in focus.
export function targets() {
  const chosen = selectedSlots();
  if (chosen.length) return chosen;
  const opened = document.querySelector("#panel-root .panel");
  return [opened ? slotById(opened.dataset.item) : currentSlot()].filter(Boolean);
}

function deselect() {
  document.dispatchEvent(new CustomEvent("selection:clear"));
}

export async function act(name, fields) {
  const slots = targets();
  if (!slots.length) return;
  if (await together(name, slots, fields)) deselect();
}

export function moveTo(column) {
  const slots = targets();
  if (slots.length === 1 && !selectedSlots().length) moveToColumn(slots[0], column, { keepsFocus: true });
  else act("move", { column: column.dataset.column });
}

export function chooseAssignee() {
  if (!targets().length) return;
  openPalette({
    url: data("peopleUrl"),
    placeholder: data("assign"),
    isWhole: true,
    onPick: (option) => {
      act("assign", { assignee: option.dataset.pick });
      return true;
    },
  });
}

// What goes to another board leaves this one, with its panel where that is open.
export function chooseBoard(slots = targets()) {
  if (!slots.length) return;
  openPalette({
    url: data("elsewhereUrl"),
    placeholder: data("elsewhere"),
    isWhole: true,
    onPick: (option) => {
      moveElsewhere(slots, option.dataset.pick);
      return true;
    },
  });
}

async function moveElsewhere(slots, column) {
  if (await together("elsewhere", slots, { column })) deselect();
}

const labelsOf = (slot) => [...slot.querySelectorAll(".card-l .label:not(.svc)")].map((one) => one.textContent);

// A label that all cards have is taken from them, another one is given to them.
export function chooseLabel() {
  const slots = targets();
  if (!slots.length) return;
  const worn = slots.map(labelsOf);
  const onAll = (name) => worn.every((names) => names.includes(name));
  openPalette({
    url: data("labelsUrl"),
    placeholder: data("label"),
    isWhole: true,
    prepare: (list) => {
      for (const option of list.querySelectorAll("[role=option]")) {
        if (onAll(option.dataset.pick)) option.append(document.getElementById("label-worn").content.cloneNode(true));
      }
    },
    make: (name) => newLabel(name),
    onPick: (option) => {
      const name = option.dataset.pick;
      act("label", onAll(name) ? { take: name } : { give: name });
      return true;
    },
  });
}

function newLabel(name) {
  const list = document.getElementById("palette-list");
  if (!name || [...list.querySelectorAll("[data-pick]")].some((option) => option.dataset.pick === name)) return null;
  const option = document.getElementById("label-new").content.firstElementChild.cloneNode(true);
  option.dataset.pick = name;
  const place = option.querySelector("[data-name]");
  place.textContent = place.textContent.replace("{name}", name);
  return option;
}

function copyLink(slot) {
  const { href } = slot.querySelector(".card-t");
  navigator.clipboard?.writeText(href).then(() => showToast(data("copied")));
}

const ACTS = {
  classify: (value) => {
    classify(targets(), value);
    deselect();
  },
  move: (id) => moveTo(document.getElementById(`col-${id}`)),
  elsewhere: () => chooseBoard(),
  assign: chooseAssignee,
  "assign-me": () => act("assign", { assignee: "me" }),
  label: chooseLabel,
  archive: () => act("archive"),
  delete: () => act("delete"),
  open: () => targets()[0].querySelector(".card-t").click(),
  copy: () => copyLink(targets()[0]),
};

function groupFor(words) {
  const slots = targets();
  const group = document.getElementById("board-actions").content.firstElementChild.cloneNode(true);
  const said = slots.length === 1 ? keyOf(slots[0]) : text("selected", { n: slots.length });
  const isMany = slots.length > 1;
  if (!slots.length) return null;
  group.querySelector(".cap").append(` · ${said}`);
  for (const option of group.querySelectorAll("[role=option]")) {
    if (!matches(option, words) || (isMany && "single" in option.dataset)) option.remove();
  }
  return group;
}

function onPick(option) {
  const { act: name, item } = option.dataset;
  if (name) {
    const [verb, value] = name.split(":");
    ACTS[verb](value);
    return true;
  }
  const slot = item ? slotById(item) : null;
  if (!slot || slot.hidden) return false;
  slot.querySelector(".card-t").click();
  return true;
}

function onKey(event) {
  const key = shortcut(event);
  if (!key || event.target.closest("dialog, .menu, .panel, .appbar, .toolbar") || !targets().length) return;
  const done = { a: chooseAssignee, l: chooseLabel, A: ACTS.archive, Delete: ACTS.delete }[key];
  if (!done) return;
  event.preventDefault();
  done();
}

export function bindActions() {
  provideActions(groupFor);
  providePick(onPick);
  document.addEventListener("keydown", onKey);
  document.addEventListener("move:elsewhere", ({ detail }) => chooseBoard(detail ? [detail] : targets()));
  document.getElementById("panel-root").addEventListener("click", (event) => {
    const link = event.target.closest("[data-elsewhere]");
    if (!link || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    link.closest("details").open = false;
    chooseBoard();
  });
}
