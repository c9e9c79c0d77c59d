// Markdown: Write and Preview, drawn by the server; boxes of tasks that can be ticked.
import { post, Refused } from "../server.js";
import { showToast } from "../toasts.js";
import { isDirty } from "./drafts.js";

async function preview(button) {
  const form = button.closest("form");
  const area = form.querySelector("textarea");
  const shown = form.querySelector(".preview") ?? document.createElement("div");
  try {
    const answer = await post(button.dataset.mdPreview, { text: area.value });
    shown.innerHTML = await answer.text();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    showToast(error.message, { isError: true });
    return;
  }
  shown.className = "md preview";
  shown.tabIndex = 0;
  shown.setAttribute("aria-label", button.textContent);
  shown.setAttribute("role", "group");
  area.after(shown);
  turn(form, true);
}

function turn(form, isPreview) {
  form.querySelector("textarea").hidden = isPreview;
  const shown = form.querySelector(".preview");
  if (shown) shown.hidden = !isPreview;
  form.querySelector("[data-md-write]").setAttribute("aria-pressed", !isPreview);
  form.querySelector("[data-md-preview]").setAttribute("aria-pressed", isPreview);
  if (!isPreview) form.querySelector("textarea").focus();
}

export function endPreview(form) {
  if (form.querySelector(".preview:not([hidden])")) turn(form, false);
}

const descriptionForm = () => document.querySelector('[data-draft="description"]');

export function prepareTasks() {
  if (!descriptionForm()) return;
  for (const box of document.querySelectorAll("#item-description > .md [data-line]")) box.disabled = false;
}

function tick(box) {
  const form = descriptionForm();
  const area = form.elements.description;
  if (isDirty(form)) {
    box.checked = !box.checked;
    form.closest("details").open = true;
    area.focus();
    return;
  }
  const lines = area.value.split("\n");
  const number = Number(box.dataset.line);
  lines[number] = lines[number].replace(/\[[ xX]\]/, box.checked ? "[x]" : "[ ]");
  area.value = lines.join("\n");
  form.requestSubmit();
}

export function bindWriting() {
  prepareTasks();
  document.addEventListener("item:drawn", prepareTasks);
  document.addEventListener("click", (event) => {
    const toPreview = event.target.closest("[data-md-preview]");
    const toWrite = event.target.closest("[data-md-write]");
    if (toPreview) preview(toPreview);
    if (toWrite) turn(toWrite.closest("form"), false);
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("#item-description > .md [data-line]")) tick(event.target);
  });
}
