// Adds items at the top of a column; the form stays open after Enter, and what was typed stays until it is saved.
import { shortcut } from "../keys.js";
import { get, post, Refused, swapParts } from "../server.js";
import { showToast } from "../toasts.js";
import { undoOf } from "../undo.js";
import { columnOf, columns, countUnclassified, keyOf, listOf, slotById, text, tidy } from "./cards.js";
import { bindCompleting } from "./completing.js";
import { currentSlot, focusSlot } from "./focus.js";
import { askForSeveral } from "./several.js";
import { askToPass } from "./wip.js";

const GUESS_AFTER = 250;

const draft = () => `quick-add ${document.getElementById("main").dataset.board}`;

function open(column) {
  close();
  const item = document.createElement("li");
  item.className = "adding";
  item.append(document.getElementById("quick-add-template").content.cloneNode(true));
  const form = item.querySelector("form");
  form.elements.column.value = column.dataset.column;
  form.elements.once.value = crypto.randomUUID?.() ?? `${Date.now()}${Math.random()}`;
  form.elements.title.value = sessionStorage.getItem(draft()) ?? "";
  form.id = `add-${column.dataset.column}`;
  listOf(column).prepend(item);
  listOf(column).scrollTop = 0;
  column.scrollIntoView({ inline: "nearest", block: "nearest" });
  document.querySelector(".first")?.setAttribute("hidden", "");
  form.elements.title.focus();
  if (form.elements.title.value) guess(form);
}

function close() {
  const item = document.querySelector(".adding");
  if (!item) return;
  const column = columnOf(item);
  item.remove();
  const slot = column.querySelector(".slot:not([hidden])");
  if (slot) focusSlot(slot);
  else column.querySelector("[data-quick-add]").focus();
}

// Sends it, and again with what was asked for: whether several lines are several items, and past the limit.
async function send(form, fields = {}) {
  try {
    return await post(form.action, { ...Object.fromEntries(new FormData(form)), ...fields });
  } catch (problem) {
    if (problem.code === "several_lines" && (await askForSeveral(problem))) return send(form, { ...fields, several: "1" });
    if (problem.code === "wip_limit_reached" && !fields.force && (await askToPass(problem.message)))
      return send(form, { ...fields, force: "1" });
    throw problem;
  }
}

async function add(form) {
  const answer = await send(form);
  const slots = swapParts(await answer.text());
  form.closest("li").after(...slots);
  tidy();
  document.dispatchEvent(new CustomEvent("board:swapped"));
  const added = answer.headers.get("X-Items").split(",").map(slotById);
  return { added: added.filter(Boolean), undo: undoOf(answer) };
}

function empty(form) {
  form.elements.title.value = "";
  form.elements.once.value = crypto.randomUUID?.() ?? `${Date.now()}${Math.random()}`;
  sessionStorage.removeItem(draft());
  form.querySelectorAll("input:checked").forEach((input) => (input.checked = false));
  form.querySelector("[data-guess]").replaceChildren();
  form.querySelector("[data-understood]").replaceChildren();
}

async function submit(form) {
  const error = form.querySelector("[data-quick-add-error]");
  if (!form.elements.title.value.trim() || form.classList.contains("is-saving")) return;
  error.hidden = true;
  form.classList.add("is-saving");
  try {
    const { added, undo } = await add(form);
    empty(form);
    countUnclassified(added.filter((slot) => slot.dataset.class === "unclassified").length);
    const said = added.length === 1 ? text("added", { key: keyOf(added[0]) }) : text("addedMany", { n: added.length });
    showToast(said, { undo });
  } catch (problem) {
    if (!(problem instanceof Refused)) throw problem;
    if (problem.code === "several_lines") return;
    error.textContent = Object.values(problem.fields ?? {})[0]?.[0] ?? problem.message;
    error.hidden = false;
  } finally {
    form.classList.remove("is-saving");
    if (form.isConnected) form.elements.title.focus();
  }
}

let timer = 0;
let asking = null;

function guess(form) {
  clearTimeout(timer);
  asking?.abort();
  const place = form.querySelector("[data-guess]");
  const understood = form.querySelector("[data-understood]");
  const title = form.elements.title.value.trim();
  if (title.length < 3) {
    place.replaceChildren();
    understood.replaceChildren();
    return;
  }
  timer = setTimeout(async () => {
    asking = new AbortController();
    const { signal } = asking;
    const parts = document.createElement("template");
    try {
      const answer = await get(`${place.dataset.guessUrl}?title=${encodeURIComponent(title.slice(0, 1000))}`, signal);
      parts.innerHTML = await answer.text();
    } catch (problem) {
      if (!(problem instanceof Refused)) throw problem;
    }
    if (signal.aborted) return;
    place.replaceChildren(...(parts.content.querySelector("[data-part=guess]")?.childNodes ?? []));
    understood.replaceChildren(...(parts.content.querySelector("[data-part=understood]")?.childNodes ?? []));
  }, GUESS_AFTER);
}

function onKey(event) {
  const form = event.target.closest("[data-quick-add-form]");
  if (form) {
    if (event.key === "Escape") {
      event.preventDefault();
      close();
    } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.target.name) {
      event.preventDefault();
      form.requestSubmit();
    }
    return;
  }
  if (shortcut(event) !== "c" || event.target.closest("dialog, .menu, .panel")) return;
  event.preventDefault();
  const slot = currentSlot();
  open(slot ? columnOf(slot) : columns()[0]);
}

export function bindQuickAdd() {
  bindCompleting();
  document.addEventListener("keydown", onKey);
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-quick-add]");
    const closer = event.target.closest("[data-quick-add-close]");
    if (opener) open(document.getElementById(`col-${opener.dataset.quickAdd}`));
    else if (closer) close();
    else return;
    event.preventDefault();
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-quick-add-form]")) return;
    event.preventDefault();
    submit(event.target);
  });
  document.addEventListener("input", (event) => {
    const form = event.target.closest("[data-quick-add-form]");
    if (!form || event.target.name !== "title") return;
    sessionStorage.setItem(draft(), event.target.value);
    guess(form);
  });
}
