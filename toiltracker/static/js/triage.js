// Triage by keys: t, e, o decide, Enter accepts the suggestion, r makes a rule, s skips, j and k go through the queue.
import { shortcut } from "./keys.js";

const main = () => document.querySelector("[data-triage]");

function go(address) {
  if (address) globalThis.htmx.ajax("GET", new URL(address, location).href, { target: "#main", swap: "outerHTML" });
}

function press(selector) {
  const button = main().querySelector(selector);
  if (!button) return false;
  button.click();
  return true;
}

function onKey(event) {
  const key = shortcut(event);
  if (!key || event.target.closest(".appbar, dialog")) return;
  if (key === "Enter" && event.target.closest("a, button")) return;
  const done = {
    t: () => press('[data-class-key="t"]'),
    e: () => press('[data-class-key="e"]'),
    o: () => press('[data-class-key="o"]'),
    u: () => press('[data-class-key="u"]'),
    Enter: () => press("[data-accept]"),
    r: () => press("[data-rule]"),
    s: () => go(main().dataset.next),
    j: () => go(main().dataset.next),
    k: () => go(main().dataset.previous),
    Escape: () => location.assign(main().dataset.boardUrl),
  }[key];
  if (!done) return;
  event.preventDefault();
  done();
}

document.addEventListener("keydown", onKey);
document.addEventListener("click", (event) => {
  const link = event.target.closest(".queue a, [data-skip]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  go(link.getAttribute("href"));
});
// What was taken back has its turn again.
document.addEventListener("outcome", (event) => {
  event.preventDefault();
  go(`?item=${event.detail.places[0]?.item ?? ""}`);
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id === "main") main().focus({ preventScroll: true });
});
