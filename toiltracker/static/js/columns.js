// The columns of a board in its settings: put into another place by dragging, and by Up and Down without losing the focus.
import { post, Refused, swapParts } from "./server.js";
import { showToast } from "./toasts.js";
import { draggable, dropTargetForElements, monitorForElements } from "./vendor/drag.js";

const known = new WeakSet();
const rows = () => [...document.querySelectorAll(".colrow")];

async function send(url, fields, focusId) {
  try {
    const answer = await post(url, fields);
    swapParts(await answer.text());
    register();
    showToast(document.querySelector("[data-said]").textContent);
    const wanted = document.getElementById(focusId);
    const usable = wanted?.disabled ? wanted.closest(".acts").querySelector("button:not(:disabled)") : wanted;
    usable?.focus();
  } catch (problem) {
    if (!(problem instanceof Refused)) throw problem;
    showToast(problem.message, { isError: true });
  }
}

function register() {
  for (const row of rows()) {
    if (known.has(row)) continue;
    known.add(row);
    const grip = row.querySelector("[data-grip]");
    grip.hidden = false;
    row.querySelectorAll("a").forEach((link) => (link.draggable = false));
    draggable({
      element: row,
      dragHandle: grip,
      getInitialData: () => ({ column: row.dataset.column }),
      onDragStart: () => row.classList.add("is-lifted"),
      onDrop: () => row.classList.remove("is-lifted"),
    });
    dropTargetForElements({ element: row, getData: () => ({ column: row.dataset.column }) });
  }
}

function clear() {
  for (const row of rows()) row.classList.remove("is-above", "is-below");
}

// Where the dragged row would land: the row under the pointer, and whether above or below it.
function spot({ location }) {
  const found = location.current.dropTargets[0]?.element;
  if (!found) return null;
  const box = found.getBoundingClientRect();
  const isAbove = location.current.input.clientY < box.top + box.height / 2;
  return { row: found, isAbove, before: isAbove ? found : found.nextElementSibling };
}

function show(event) {
  clear();
  const found = spot(event);
  if (found) found.row.classList.add(found.isAbove ? "is-above" : "is-below");
}

function drop(event) {
  clear();
  const found = spot(event);
  const row = event.source.element;
  if (!found || found.before === row || found.row === row || row.nextElementSibling === found.before) return;
  send(row.dataset.moveUrl, { before: found.before?.dataset.column ?? "" }, `up-${row.dataset.column}`);
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-shift]");
  if (!form) return;
  event.preventDefault();
  send(form.action, { step: form.elements.step.value }, form.querySelector("button").id);
});
monitorForElements({ onDragStart: show, onDrag: show, onDropTargetChange: show, onDrop: drop });
register();
