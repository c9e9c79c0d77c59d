// The item, on its own page and in the panel: puts its behaviours together; keys, details, deletion, the refresh.
import { fieldsOf, isDirty, keepDraft, markDraft, resetForm, restoreDrafts, dropDraft } from "./item/drafts.js";
import { bindOffers } from "./item/offers.js";
import { bindSaving, hasFailed } from "./item/saving.js";
import { bindSwapping } from "./item/swapping.js";
import { bindWriting, endPreview, prepareTasks } from "./item/writing.js";
import { shortcut } from "./keys.js";
import { get, post, Refused } from "./server.js";
import { showToast } from "./toasts.js";
import { undoOf } from "./undo.js";

const CLASSES = { t: "toil", e: "engineering", o: "overhead", u: "unclassified" };
const root = () => document.querySelector(".panel[data-url], .item-page[data-url]");

function onEnter(event) {
  const area = event.target;
  if (area.closest("[data-ctrl-enter]")) {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    area.form.requestSubmit();
  } else if (area.closest("[data-enter-submits]")) {
    event.preventDefault();
    if (area.form.classList.contains("is-restored")) area.form.requestSubmit();
    area.blur();
  }
}

function onKey(event) {
  if (event.key === "Enter" && !event.isComposing && event.target.matches?.("textarea")) {
    onEnter(event);
    return;
  }
  const details = event.target.closest?.("details.edit[open], details.logwork[open], details.merge[open]");
  if (event.key === "Escape" && details) {
    event.preventDefault();
    closeDetails(details);
    return;
  }
  if (event.key === "Escape" && event.target.closest?.(".panel :is(input, textarea, select)")) {
    event.preventDefault();
    event.target.closest(".panel").focus();
    return;
  }
  const key = shortcut(event);
  const step = document.querySelector(`[data-item-step="${key === "j" || key === "k" ? key : "-"}"]`);
  if (step) {
    event.preventDefault();
    step.click();
    return;
  }
  const form = document.querySelector("[data-class-form]");
  if (
    !CLASSES[key] ||
    !form ||
    event.target.closest("dialog, .menu") ||
    (document.querySelector(".board") && !event.target.closest(".panel"))
  )
    return;
  event.preventDefault();
  form.querySelector(`[value="${CLASSES[key]}"]`).click();
}

// With Escape what was typed is kept for the next time; Cancel throws it away.
function closeDetails(details, { discards = false } = {}) {
  const form = details.querySelector("form");
  if (discards && form) {
    if (form.matches("[data-draft]")) resetForm(form);
    else form.reset();
  }
  if (form) endPreview(form);
  details.open = false;
  details.querySelector("summary").focus();
}

async function remove(form) {
  const { item, said } = form.dataset;
  let answer;
  try {
    answer = await post(form.action, {});
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    showToast(error.message, { isError: true });
    return;
  }
  document.dispatchEvent(new CustomEvent("item:gone", { detail: { item } }));
  showToast(said, { undo: undoOf(answer) });
}

async function copyLink(link) {
  await navigator.clipboard.writeText(link.href);
  showToast(link.dataset.copied);
}

async function editLog(link) {
  const row = link.closest("li");
  if (row.querySelector("form[data-log-form]")) return;
  try {
    row.insertAdjacentHTML("beforeend", await (await get(link.href)).text());
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    showToast(error.message, { isError: true });
    return;
  }
  const form = row.querySelector("form[data-log-form]");
  globalThis.htmx.process(form);
  form.elements.duration.focus();
}

function onClick(event) {
  const on = (selector) => event.target.closest(selector);
  const link = on("[data-copy-link]");
  if (link && navigator.clipboard) {
    event.preventDefault();
    copyLink(link);
  }
  const closer = on("[data-close-details]");
  if (closer) closeDetails(closer.closest("details"), { discards: true });
  const editor = on("[data-log-edit]");
  if (editor) {
    event.preventDefault();
    editLog(editor);
  }
  const cancel = on("[data-log-cancel]");
  if (cancel?.closest(".wl")) {
    event.preventDefault();
    const row = cancel.closest("li");
    cancel.closest("form").remove();
    row.querySelector("[data-log-edit]").focus();
  }
  const discard = on("[data-drop-draft]");
  if (discard) {
    const form = discard.closest("form");
    resetForm(form);
    fieldsOf(form)[0]?.focus();
  }
}

// A form whose answer was taken is empty again; one that was refused keeps what was typed.
function onTaken({ detail: { requestConfig, xhr } }) {
  const form = requestConfig?.elt;
  if (!form?.matches?.("[data-draft]") || xhr.status !== 200) return;
  dropDraft(form);
  if (form.matches("[data-side-form]")) {
    // What was typed while this was on its way is not saved yet.
    const sent = requestConfig.parameters;
    for (const field of fieldsOf(form)) {
      field.defaultValue = sent?.get?.(field.name) ?? sent?.[field.name] ?? field.value;
    }
    keepDraft(form);
    return;
  }
  endPreview(form);
  if (form.matches("[data-comment-form]")) form.reset();
  else {
    form.closest("details")?.removeAttribute("open");
    for (const field of fieldsOf(form)) field.defaultValue = field.value;
  }
  if (form.isConnected) markDraft(form);
}

// Draws the item as it is now; what is being typed stays. Others ask for it with the event `item:refresh`.
function refresh() {
  const item = root();
  if (item) globalThis.htmx.ajax("GET", `${item.dataset.url}?parts=1`, { source: item, swap: "none" });
}

function shown() {
  const item = root();
  if (!item) return;
  restoreDrafts(item);
  prepareTasks();
}

function onSaid({ detail: { text, undo } }) {
  const takeBack = () =>
    globalThis.htmx.ajax("POST", undo.url, { source: root() ?? document.body, swap: "none", values: undo.values ?? {} });
  showToast(text, { undo: undo ? takeBack : null });
}

export const hasUnsaved = () =>
  hasFailed() || [...document.querySelectorAll("[data-draft]:not([data-side-form])")].some(isDirty);

let isBound = false;

export function bindItem() {
  if (isBound) return;
  isBound = true;
  document.addEventListener("keydown", onKey);
  document.addEventListener("click", onClick);
  document.addEventListener("input", (event) => {
    const form = event.target.closest("[data-draft]");
    if (form) keepDraft(form);
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-delete-form]") || !document.querySelector(".panel")) return;
    event.preventDefault();
    remove(event.target);
  });
  document.addEventListener("htmx:beforeSwap", onTaken);
  document.addEventListener("item:said", onSaid);
  document.addEventListener("item:shown", shown);
  document.addEventListener("item:refresh", refresh);
  document.addEventListener("timer:changed", refresh);
  addEventListener("beforeunload", (event) => {
    if (hasUnsaved()) event.preventDefault();
  });
  bindSaving();
  bindSwapping();
  bindOffers();
  bindWriting();
  shown();
}
