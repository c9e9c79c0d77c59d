// The reader's timer: counts in the app bar and in the item, and asks in a dialog what becomes of it.
import { get, post, Refused } from "./server.js";
import { showToast } from "./toasts.js";

const opened = () => document.getElementById("timer-dialog");

// The server's clock counts: that of this machine may be wrong.
function tick() {
  for (const place of document.querySelectorAll("[data-elapsed]")) {
    place.dataset.ahead ??= Date.now() - Date.parse(place.dataset.now);
    const seconds = Math.max(0, (Date.now() - place.dataset.ahead - Date.parse(place.dataset.elapsed)) / 1000);
    const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
    const text = `${hours}:${String(minutes).padStart(2, "0")}:${String(Math.floor(seconds) % 60).padStart(2, "0")}`;
    if (place.textContent !== text) place.textContent = text;
  }
}

function show(dialog) {
  opened()?.remove();
  document.body.append(dialog);
  const before = document.activeElement;
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (before?.isConnected) before.focus();
  });
  dialog.showModal();
  dialog.querySelector("#timer-duration, .btn")?.focus();
}

function take(response, html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  const dialog = holder.content.querySelector("dialog");
  if (dialog) {
    show(dialog);
    return;
  }
  opened()?.close();
  const bar = holder.content.querySelector("#timer-bar");
  if (bar) document.getElementById("timer-bar")?.replaceWith(bar);
  tick();
  const said = JSON.parse(response.headers.get("HX-Trigger") ?? "{}")["item:said"];
  if (said) showToast(said.text, { undo: said.undo ? () => send(said.undo.url, said.undo.values) : null });
  document.dispatchEvent(new CustomEvent("timer:changed"));
}

async function asked(answer) {
  try {
    const response = await answer;
    take(response, await response.text());
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    showToast(error.message, { isError: true });
  }
}

const send = (url, fields) => asked(post(url, fields));

export function bindTimer() {
  if (!document.getElementById("timer-bar")) return;
  tick();
  setInterval(tick, 1000);
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-timer-open]");
    if (event.target.closest("#timer-dialog [data-timer-close]")) {
      event.preventDefault();
      opened().close();
    }
    if (!opener || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    asked(get(opener.href));
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-timer-form]") || event.target.closest("main:not(.board, .item-page)")) return;
    event.preventDefault();
    send(event.target.action, Object.fromEntries(new FormData(event.target)));
  });
}
