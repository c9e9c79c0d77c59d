// Copies what an element says: a button with data-copy="id", there only where the browser lets pages write to the clipboard.
import { showToast } from "./toasts.js";

export function bindCopy() {
  if (!navigator.clipboard) return;
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim());
      showToast(button.dataset.copied);
    });
  }
}
