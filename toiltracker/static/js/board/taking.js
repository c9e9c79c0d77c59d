// Takes in another answer of the board's page: cards, heads and counts, while the columns themselves stay.
import { get } from "../server.js";

function takeColumn(column, fresh) {
  column.querySelector(".col-top").replaceWith(fresh.querySelector(".col-top"));
  const lists = [...column.querySelectorAll(".col-b")];
  const adding = column.querySelector(".adding");
  if (lists.length !== 1 || fresh.querySelectorAll(".col-b").length !== 1) {
    for (const node of [...column.children].slice(1)) node.remove();
    column.append(...[...fresh.children].slice(1));
  } else lists[0].replaceChildren(...fresh.querySelector(".col-b").children);
  if (adding && !column.querySelector(".adding")) column.querySelector(".col-b").prepend(adding);
}

// Resolves to whether the board could be taken in; where its columns are others by now, the page is loaded anew.
export async function takeBoard(params, signal) {
  const url = `${document.querySelector("[data-filters]").getAttribute("action")}?${params}`;
  const answer = await get(url, signal);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (signal.aborted) return false;
  const main = document.getElementById("main");
  const fresh = page.getElementById("main");
  const ids = (root) => [...root.querySelectorAll(".col")].map((column) => column.id).join();
  if (!fresh || ids(main) !== ids(fresh)) {
    location.reload();
    return false;
  }
  for (const column of fresh.querySelectorAll(".col")) takeColumn(document.getElementById(column.id), column);
  for (const tab of page.querySelectorAll(".coltabs a")) {
    const standing = document.getElementById(tab.id);
    if (standing.hasAttribute("aria-current")) tab.setAttribute("aria-current", "true");
    standing.replaceWith(tab);
  }
  for (const name of ["complete", "total", "matching", "fits", "seq"]) {
    if (name in fresh.dataset) main.dataset[name] = fresh.dataset[name];
    else delete main.dataset[name];
  }
  return true;
}
