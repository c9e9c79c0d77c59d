// Asks whether several lines are to be several items; answers with true or false.
const dialog = document.getElementById("several-dialog");

export function askForSeveral({ message, fields }) {
  dialog.querySelector("h2").textContent = message;
  const lines = (fields.title ?? []).map((line) => {
    const item = document.createElement("li");
    item.textContent = line;
    return item;
  });
  dialog.querySelector(".several").replaceChildren(...lines);
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

dialog?.querySelector("[data-several-no]").addEventListener("click", () => dialog.close("no"));
dialog?.querySelector("[data-several-yes]").addEventListener("click", () => dialog.close("yes"));
