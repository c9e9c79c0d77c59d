// Makes cards denser or roomier with [ and ], and keeps it for the next visit.
import { remember } from "../cookies.js";
import { shortcut } from "../keys.js";

const STEPS = ["roomy", "", "compact"];

function change(step) {
  const root = document.documentElement;
  const now = STEPS.indexOf(root.dataset.density ?? "");
  const wanted = STEPS[step === null ? (now + 1) % STEPS.length : Math.max(0, Math.min(STEPS.length - 1, now + step))];
  if (wanted) root.dataset.density = wanted;
  else delete root.dataset.density;
  remember("density", wanted);
}

export function bindDensity() {
  const button = document.querySelector("[data-density-switch]");
  button.hidden = false;
  button.addEventListener("click", () => change(null));
  document.addEventListener("keydown", (event) => {
    const step = { "[": 1, "]": -1 }[shortcut(event)];
    if (!step) return;
    event.preventDefault();
    change(step);
  });
}
