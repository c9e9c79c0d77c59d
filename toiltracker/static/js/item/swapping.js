// Lets the server draw parts of the item anew without taking away what is being typed in them.
import { isDirty, restoreDrafts, settleDrafts } from "./drafts.js";

let focused = null;
let from = null; // whose answer is being swapped in: the events of its parts do not say

const sideForm = () => document.querySelector("[data-side-form]");

function isTypedInSide() {
  const active = document.activeElement;
  const isText = active?.matches?.("input:not([type=checkbox])") && sideForm()?.contains(active);
  return isText && from !== sideForm() && active.value !== active.defaultValue;
}

function holdsBack(target) {
  if (target.matches(".item-version, .prop")) return isTypedInSide();
  if (!target.matches("#item-title, #item-description")) return false;
  const form = target.matches("form") ? target : target.querySelector("[data-draft]");
  return form && isDirty(form) && from !== form;
}

function remember(target) {
  const active = document.activeElement;
  focused = null;
  if (!active || active === document.body || !target.contains(active)) return;
  const form = active.closest("[data-draft]");
  focused = {
    selector: active.id ? `#${CSS.escape(active.id)}` : form && `[data-draft="${form.dataset.draft}"] [name="${active.name}"]`,
    start: active.selectionStart ?? null,
    end: active.selectionEnd ?? null,
  };
}

function giveBack() {
  const field = focused?.selector && document.querySelector(focused.selector);
  if (field && field !== document.activeElement) {
    field.focus({ preventScroll: true });
    if (focused.start !== null && field.matches("textarea, input")) field.setSelectionRange?.(focused.start, focused.end);
  }
  focused = null;
}

// htmx looks for the parts of an answer where its form stands. One that others' news drew anew meanwhile stands nowhere.
function swapForTheGone(detail) {
  if (detail.target !== document.body || from?.isConnected !== false || !detail.shouldSwap) return;
  detail.shouldSwap = false;
  globalThis.htmx.swap(document.body, detail.serverResponse, { swapStyle: "none" });
}

export function bindSwapping() {
  // Before anything is swapped: what a settled conflict was about is no draft any more.
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const { elt, parameters } = detail.requestConfig ?? {};
    from = elt;
    if (detail.xhr.status === 200 && elt?.closest?.("#item-conflicts")) {
      const read = (name) => parameters?.get?.(name) ?? parameters?.[name] ?? "";
      settleDrafts([read("fields"), read("redraw")].filter(Boolean));
    }
    swapForTheGone(detail);
  });
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    const { target } = event.detail;
    if (holdsBack(target)) event.detail.shouldSwap = false;
    else remember(target);
  });
  document.addEventListener("htmx:oobAfterSwap", (event) => {
    const drawn = document.getElementById(event.detail.target.id) ?? event.detail.target;
    if (!drawn.closest?.(".panel, .item-page")) return;
    restoreDrafts(drawn.matches(".prop") ? (drawn.closest("[data-side-form]") ?? drawn) : drawn, { quietly: true });
    giveBack();
    document.dispatchEvent(new CustomEvent("item:drawn"));
  });
}
