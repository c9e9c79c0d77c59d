// Takes back what was done, one action after the other: with z, and with the button in the toast. The server does it.
import { shortcut } from "./keys.js";
import { post, Refused, settled } from "./server.js";
import { showToast } from "./toasts.js";
import { forget, latest, remember } from "./undo-stack.js";

let last = Promise.resolve();

const data = (name) => document.getElementById("toast-template").dataset[name];
const url = (action) => document.body.dataset.undoUrl.replace(/0\/$/, `${action}/`);

// What `showToast` takes as `undo`: an answer of the server says by which number it is taken back.
export function undoOf(answer) {
  const action = answer.headers.get("X-Undo");
  return action ? () => takeBack(action) : null;
}

export function takeBack(action) {
  last = last.then(() => send(action));
  return last;
}

// What is still under way is waited for, so that z never skips it.
function undoLast() {
  last = last.then(async () => {
    await settled();
    const button = document.querySelector("#toasts :is([data-toast-undo], [data-toast-back]):not([hidden])");
    const action = latest();
    if (button) button.click();
    else if (action) await send(action);
    else showToast(data("nothing"));
  });
}

async function send(action, { isRedo = false } = {}) {
  forget(action);
  let outcome;
  try {
    const answer = await post(url(action), {});
    outcome = await answer.json();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.code === "offline") remember(action);
    showToast(error.message, { isError: true, retry: error.code === "offline" ? () => takeBack(action) : null });
    return;
  }
  const isShown = !document.dispatchEvent(new CustomEvent("outcome", { detail: outcome, cancelable: true }));
  if (isRedo) remember(outcome.redo);
  const again = outcome.redo && !isRedo ? () => redo(outcome.redo) : null;
  const back = outcome.redo && isRedo ? () => takeBack(outcome.redo) : null;
  showToast(outcome.said, { redo: again, undo: back, detail: outcome.detail ?? "" });
  if (!isShown) location.reload();
}

function redo(action) {
  last = last.then(() => send(action, { isRedo: true }));
}

export function bindUndo() {
  if (!document.body.dataset.undoUrl) return;
  document.addEventListener("keydown", (event) => {
    if (shortcut(event) !== "z" || event.shiftKey || event.target.closest("dialog, .menu")) return;
    event.preventDefault();
    undoLast();
  });
  // The server shows a toast with the header HX-Trigger: {"toast": {"text": "…", "undo": 17}}.
  document.addEventListener("toast", ({ detail }) => {
    remember(detail.undo);
    showToast(detail.text, { isError: detail.isError, undo: detail.undo ? () => takeBack(detail.undo) : null });
  });
  // One that came with the page is a form.
  document.addEventListener("submit", (event) => {
    const { undoAction } = event.target.dataset;
    if (!undoAction) return;
    event.preventDefault();
    event.target.closest("[data-toast]").remove();
    takeBack(undoAction);
  });
  document.querySelectorAll("[data-undo-action]").forEach((form) => remember(form.dataset.undoAction));
}
