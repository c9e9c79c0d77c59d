// The menu of what can be looked for: loaded when it is opened, searched by typing; every choice counts at once.
import { get, Refused } from "../server.js";
import { showToast } from "../toasts.js";
import { query } from "./address.js";
import { remember } from "./filter-chips.js";

const menu = () => document.getElementById("filter-menu");
let opener = null;

function place(anchor) {
  const box = anchor.getBoundingClientRect();
  const { width, height } = menu().getBoundingClientRect();
  const left = Math.max(8, Math.min(box.left, innerWidth - width - 8));
  menu().style.setProperty("left", `${left}px`);
  menu().style.setProperty("top", `${Math.max(8, Math.min(box.bottom + 4, innerHeight - height - 8))}px`);
}

// `kind` shows one group only, as the menus of the toolbar do.
export async function openFilterMenu(anchor, kind = null) {
  let answer;
  try {
    answer = await get(`${menu().dataset.url}?${query()}`);
  } catch (problem) {
    if (!(problem instanceof Refused)) throw problem;
    showToast(problem.message, { isError: true });
    return;
  }
  menu().innerHTML = await answer.text();
  for (const group of menu().querySelectorAll("[data-kind]")) {
    group.classList.toggle("is-other", kind !== null && group.dataset.kind !== kind);
    group.removeAttribute("id");
  }
  const asked = query();
  for (const input of inputs()) {
    remember(input.name, input.value, input.dataset.said);
    input.checked = asked.getAll(input.name).includes(input.value);
  }
  menu().querySelector(".filterfind").hidden = kind !== null && inputs().filter(isShown).length < 10;
  opener = anchor;
  menu().showPopover();
  place(anchor);
  (menu().querySelector(".filterfind:not([hidden]) input") ?? inputs().find(isShown))?.focus();
}

const inputs = () => [...menu().querySelectorAll("[data-kind] input")];
const isShown = (input) => input.checkVisibility();

function find(text) {
  const wanted = text.trim().toLocaleLowerCase();
  for (const group of menu().querySelectorAll("[data-kind]")) {
    const isNamed = group.querySelector("legend").textContent.toLocaleLowerCase().includes(wanted);
    for (const label of group.querySelectorAll("label")) {
      label.hidden = !isNamed && !label.textContent.toLocaleLowerCase().includes(wanted);
    }
    group.hidden = !group.querySelector("label:not([hidden])");
  }
  menu().querySelector("[data-filter-none]").hidden = inputs().some(isShown);
}

function chosen(group) {
  return [...group.querySelectorAll("input:checked")].map((input) => input.value);
}

function onKey(event) {
  const shown = [menu().querySelector("[data-filter-find]"), ...inputs()].filter(isShown);
  const at = shown.indexOf(document.activeElement);
  if (event.key === "ArrowDown") shown[(at + 1) % shown.length]?.focus();
  else if (event.key === "ArrowUp") shown.at(at - 1)?.focus();
  else if (event.key === "Enter" && event.target.matches("[data-filter-find]")) inputs().find(isShown)?.click();
  else if (event.key === "Enter" && event.target.matches("[type=checkbox]")) event.target.click();
  else if (event.key === "Escape") menu().hidePopover();
  else return;
  event.preventDefault();
}

export function bindFilterMenu(onChosen) {
  menu().addEventListener("input", (event) => event.target.matches("[data-filter-find]") && find(event.target.value));
  menu().addEventListener("keydown", onKey);
  menu().addEventListener("change", (event) => {
    const group = event.target.closest("[data-kind]");
    if (!group) return;
    if ("single" in group.dataset) {
      for (const input of group.querySelectorAll("input")) input.checked = input === event.target && input.checked;
    }
    onChosen(group.dataset.kind, chosen(group));
  });
  menu().addEventListener("toggle", (event) => {
    const focused = document.activeElement;
    if (event.newState !== "closed" || (focused !== document.body && focused?.checkVisibility())) return;
    const back = opener?.isConnected && opener.checkVisibility() ? opener : document.querySelector("[data-filter-add]");
    back?.focus();
  });
}
