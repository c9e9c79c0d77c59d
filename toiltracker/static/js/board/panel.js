// Opens items in a panel over the board; each has its own address, so that Back closes and a link opens the same item.
import { shortcut } from "../keys.js";
import { get, Refused } from "../server.js";
import { showToast } from "../toasts.js";
import { bindItem, hasUnsaved } from "../item.js";
import { columnOf, columns, slotById, slots } from "./cards.js";
import { focusSlot } from "./focus.js";

const root = () => document.getElementById("panel-root");
let opened = null;
let boardUrl = null;
let boardTitle = null;

function setBehind(isBehind) {
  for (const node of document.body.children) {
    if (node === root() || node.id === "toasts" || node.matches("script, template, dialog")) continue;
    node.inert = isBehind;
  }
}

async function load(url, id) {
  let answer;
  try {
    answer = await get(url);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    showToast(error.message, { isError: true });
    return false;
  }
  root().innerHTML = await answer.text();
  globalThis.htmx?.process(root());
  opened = id;
  setBehind(true);
  const panel = root().querySelector(".panel");
  document.title = panel.dataset.title;
  panel.focus();
  document.dispatchEvent(new CustomEvent("item:shown"));
  return true;
}

async function open(slot, { replaces = false } = {}) {
  const url = slot.querySelector(".card-t").href;
  if (!(await load(url, slot.dataset.item))) return;
  history[replaces ? "replaceState" : "pushState"]({ item: slot.dataset.item }, "", url);
}

function hide() {
  root().replaceChildren();
  setBehind(false);
  document.title = boardTitle;
  const slot = slotById(opened);
  opened = null;
  if (slot) focusSlot(slot);
}

function close() {
  if (!opened) return;
  if (hasUnsaved() && !confirmLeave()) return;
  history.pushState(null, "", boardUrl);
  hide();
}

const confirmLeave = () => confirm(root().querySelector("[data-draft-question]").dataset.draftQuestion);

function step(amount) {
  const slot = slotById(opened);
  if (!slot || (hasUnsaved() && !confirmLeave())) return;
  const list = slots(columnOf(slot));
  let found = list[list.indexOf(slot) + amount];
  const all = columns();
  for (let index = all.indexOf(columnOf(slot)) + amount; !found && all[index]; index += amount) {
    found = slots(all[index]).at(amount > 0 ? 0 : -1);
  }
  if (found) open(found, { replaces: true });
}

function onKey(event) {
  if (!opened) return;
  if (event.key === "Escape" && !event.defaultPrevented && !event.target.closest("details[open]:not(.menubox)")) {
    event.preventDefault();
    close();
    return;
  }
  const key = shortcut(event);
  if (key === "j" || key === "k") {
    event.preventDefault();
    step(key === "j" ? 1 : -1);
  }
}

export function bindPanel(board) {
  boardUrl = location.href;
  boardTitle = document.title;
  bindItem();
  board.addEventListener("click", (event) => {
    const link = event.target.closest(".card-t");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    open(link.closest(".slot"));
  });
  document.addEventListener("keydown", onKey);
  root().addEventListener("click", (event) => {
    if (event.target.matches(".scrim")) close();
    const link = event.target.closest("[data-open-item]");
    const linked = link && !event.ctrlKey && !event.metaKey ? slotById(link.dataset.openItem) : null;
    if (linked) {
      event.preventDefault();
      if (!hasUnsaved() || confirmLeave()) open(linked);
    }
    const control = event.target.closest("[data-panel-close], [data-panel-step]");
    if (!control) return;
    event.preventDefault();
    if (control.dataset.panelStep) step(Number(control.dataset.panelStep));
    else close();
  });
  addEventListener("popstate", (event) => {
    const slot = event.state?.item ? slotById(event.state.item) : null;
    if (slot) load(slot.querySelector(".card-t").href, slot.dataset.item);
    else if (opened) hide();
  });
  document.addEventListener("htmx:oobAfterSwap", () => document.dispatchEvent(new CustomEvent("board:swapped")));
  // It is on another board now, where its card still stands here for the moment.
  document.addEventListener("item:left", (event) => {
    if (!event.detail.items.includes(opened)) return;
    history.pushState(null, "", boardUrl);
    hide();
  });
  document.addEventListener("item:gone", (event) => {
    slotById(event.detail.item)?.remove();
    history.pushState(null, "", boardUrl);
    hide();
  });
}
