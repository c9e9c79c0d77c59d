// The menu of rows and saved views: loaded when it is opened; its links and forms load the page anew.
import { get, Refused } from "../server.js";
import { showToast } from "../toasts.js";
import { isViewChanged, query } from "./address.js";

const menu = () => document.getElementById("view-menu");

export function drawView(form, params, isOn) {
  const isView = params.has("view");
  const chip = form.querySelector("[data-views]");
  chip.classList.toggle("on", isView);
  const name = chip.querySelector("[data-view-name]");
  name.dataset.plain ??= menu().getAttribute("aria-label");
  if (!isView) name.textContent = name.dataset.plain;
  chip.querySelector("[data-view-changed]").hidden = !isViewChanged(params);
  form.querySelector("[data-view-save]").hidden = !isOn;
}

async function open(anchor, isSaving) {
  try {
    menu().innerHTML = await (await get(`${menu().dataset.url}?${query()}`)).text();
  } catch (problem) {
    if (!(problem instanceof Refused)) throw problem;
    showToast(problem.message, { isError: true });
    return;
  }
  menu().showPopover();
  const box = anchor.getBoundingClientRect();
  const { width, height } = menu().getBoundingClientRect();
  menu().style.setProperty("left", `${Math.max(8, Math.min(box.left, innerWidth - width - 8))}px`);
  menu().style.setProperty("top", `${Math.max(8, Math.min(box.bottom + 4, innerHeight - height - 8))}px`);
  (menu().querySelector(isSaving ? "input[name=name]" : "a, button") ?? menu()).focus();
}

export function bindViewMenu(form) {
  form.addEventListener("click", (event) => {
    const link = event.target.closest("[data-views], [data-view-save]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open(link, link.matches("[data-view-save]"));
  });
}
