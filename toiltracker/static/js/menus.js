// Menus are <details data-menu>: this closes them on Escape and on a press outside, and moves with the arrow keys.
function close(menu, returnsFocus) {
  menu.open = false;
  if (returnsFocus) menu.querySelector("summary").focus();
}

function onKey(event) {
  const menu = event.target.closest?.("details[data-menu][open]");
  if (!menu) return;
  if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    close(menu, true);
    return;
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || event.target.closest("input, select, textarea")) return;
  event.preventDefault();
  event.stopPropagation();
  const entries = [...menu.querySelectorAll(".menu a, .menu button")];
  const next = entries.indexOf(document.activeElement) + step;
  entries.at(next % entries.length)?.focus();
}

export function bindMenus() {
  document.addEventListener("keydown", onKey, true);
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      if (!menu.contains(event.target)) close(menu, false);
    }
  });
}
