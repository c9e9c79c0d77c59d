// Loads the next cards of a column while it is scrolled towards its end.
import { get, Refused } from "../server.js";
import { showToast } from "../toasts.js";
import { putInOrder } from "./arriving.js";
import { columnOf, slotById, tidy } from "./cards.js";
import { isBehind, reload } from "./live.js";
import { isLifted } from "./lifted.js";
import { isOnItsWay } from "./queue.js";

const AHEAD = "800px";
const MOST_TIMES = 3;
const watched = new WeakSet();
let ends = null;

// A card that is there already goes where the server has it, unless it is in somebody's hand, just on its way, or
// newer than what was read.
function insert(list, html, before) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  const added = [];
  for (const part of [...holder.content.children]) {
    const standing = part.dataset.item && slotById(part.dataset.item);
    if (!standing) added.push(part);
    else if (standing.parentElement === list && mayGo(standing, part)) standing.dataset.rank = part.dataset.rank;
    else continue;
    list.insertBefore(standing || part, before);
  }
  return added;
}

function mayGo({ dataset }, read) {
  return !isLifted(dataset.item) && !isOnItsWay(dataset.item) && Number(dataset.version) <= Number(read.dataset.version);
}

// Cards that were read before the latest news are read again.
async function read(url) {
  let answer = await get(url);
  for (let times = 1; isBehind(answer) && times < MOST_TIMES; times += 1) answer = await get(url);
  return { html: await answer.text(), isLate: isBehind(answer) };
}

export async function loadMore(link) {
  if (link.hasAttribute("aria-busy")) return;
  link.setAttribute("aria-busy", "true");
  const end = link.parentElement;
  try {
    const { html, isLate } = await read(link.dataset.more);
    if (!end.isConnected) return;
    const list = end.parentElement;
    const added = insert(list, html, list.querySelector(".nothing"));
    end.remove();
    const next = list.querySelector(":scope > .missing:has([data-more])");
    if (next) list.querySelector(".nothing").after(next);
    tidy();
    document.dispatchEvent(new CustomEvent("board:swapped", { detail: { parts: added } }));
    putInOrder(columnOf(list));
    if (isLate) reload();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    showToast(error.message, { isError: true, retry: () => loadMore(link) });
  } finally {
    link.removeAttribute("aria-busy");
  }
}

// Each column is watched with its own list as the frame: only then does the margin lie within what scrolls.
function watch() {
  for (const end of ends) {
    const link = end.querySelector("[data-more]");
    if (!link || watched.has(link)) continue;
    watched.add(link);
    const seen = new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && loadMore(link),
      { root: columnOf(end).querySelector(".col-b"), rootMargin: `0px 0px ${AHEAD} 0px` },
    );
    seen.observe(end);
  }
}

export function bindLoading(board) {
  ends = board.getElementsByClassName("missing");
  watch();
  document.addEventListener("board:swapped", watch);
  board.addEventListener("click", (event) => {
    const link = event.target.closest("[data-more]");
    if (!link) return;
    event.preventDefault();
    loadMore(link);
  });
}
