// Shows the keys: with ? and with the button in the app bar.
import { shortcut } from "../keys.js";

export function bindHelp() {
  const dialog = document.getElementById("help-dialog");
  const button = document.querySelector("[data-shortcut-help]");
  button.hidden = false;
  button.addEventListener("click", () => dialog.showModal());
  document.addEventListener("keydown", (event) => {
    if (shortcut(event) !== "?" || dialog.open) return;
    event.preventDefault();
    dialog.showModal();
  });
}
