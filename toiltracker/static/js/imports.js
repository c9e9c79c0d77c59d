// Lets a file be dropped anywhere on its field.

const zoneOf = (event) => (event.target instanceof Element ? event.target.closest("[data-dropzone]") : null);

document.addEventListener("dragover", (event) => {
  const zone = zoneOf(event);
  if (zone && event.dataTransfer.types.includes("Files")) {
    event.preventDefault();
    zone.dataset.over = "";
  }
});

document.addEventListener("dragleave", (event) => {
  const zone = zoneOf(event);
  if (zone && !zone.contains(event.relatedTarget)) delete zone.dataset.over;
});

document.addEventListener("drop", (event) => {
  const zone = zoneOf(event);
  if (!zone || !event.dataTransfer.files.length) return;
  event.preventDefault();
  delete zone.dataset.over;
  const input = zone.querySelector("input[type=file]");
  input.files = event.dataTransfer.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
});
