// Columns that the reader has folded up to a strip; remembered in this browser, and drawn so by the server.
import { remember } from "../cookies.js";

const wide = matchMedia("(min-width: 701px)");
const folded = () => [...document.querySelectorAll(".board .col.is-collapsed")];

// On a phone, where one column is seen at a time, none is folded.
export const isCollapsed = (column) => wide.matches && column.classList.contains("is-collapsed");

function fold(column, isFolded) {
  column.classList.toggle("is-collapsed", isFolded);
  remember("collapsed", folded().map((other) => other.dataset.column).join("-"));
  document.dispatchEvent(new CustomEvent("board:swapped"));
}

export function expand(column) {
  if (isCollapsed(column)) fold(column, false);
}

function show() {
  for (const button of document.querySelectorAll("[data-collapse][hidden], [data-expand][hidden]")) button.hidden = false;
}

export function bindCollapse() {
  show();
  document.addEventListener("board:swapped", show);
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-collapse], [data-expand]");
    if (!button) return;
    const column = button.closest(".col");
    const isFolded = "collapse" in button.dataset;
    column.querySelector(".colmenu").open = false;
    fold(column, isFolded);
    column.querySelector(isFolded ? "[data-expand]" : ".colmenu summary").focus();
  });
}
