// Asks whether a full column is to take one more; answers with true or false.
export function askToPass(message) {
  const dialog = document.getElementById("wip-dialog");
  dialog.querySelector("[data-wip-message]").textContent = message;
  dialog.returnValue = "";
  const before = document.activeElement;
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener(
      "close",
      () => {
        before?.focus?.();
        resolve(dialog.returnValue === "yes");
      },
      { once: true },
    );
  });
}

const dialog = document.getElementById("wip-dialog");
dialog?.querySelector("[data-wip-no]").addEventListener("click", () => dialog.close("no"));
dialog?.querySelector("[data-wip-yes]").addEventListener("click", () => dialog.close("yes"));
