// Asks the server which items a text is in: description and comments are not in the page.
import { get, Refused } from "../server.js";
import { showToast } from "../toasts.js";

const AFTER = 180;

let asked = "";
let found = null;
let timer = 0;
let asking = null;

// The ids that match the text of the address, null where there is none or they are not known.
export const foundIds = () => found;

function onTheCards(text) {
  const words = text.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const has = (slot) => words.every((word) => slot.textContent.toLocaleLowerCase().includes(word));
  return new Set([...document.querySelectorAll(".slot")].filter(has).map((slot) => slot.dataset.item));
}

async function ask(params, onFound) {
  asking?.abort();
  asking = new AbortController();
  const { signal } = asking;
  const text = params.get("q");
  const only = new URLSearchParams({ q: text, ids: "1" });
  if (params.has("done")) only.set("done", params.get("done"));
  try {
    const answer = await get(`${location.origin}${document.querySelector("[data-filters]").getAttribute("action")}?${only}`, signal);
    const { ids } = await answer.json();
    if (signal.aborted) return;
    found = new Set(ids.map(String));
  } catch (problem) {
    if (signal.aborted) return;
    if (!(problem instanceof Refused)) throw problem;
    found = onTheCards(text);
    showToast(document.getElementById("filter-titles").dataset.offline, { isError: true });
  }
  onFound();
}

// `isAgain` asks for the same text once more: cards have changed.
export function search(params, onFound, { isAgain = false } = {}) {
  const text = params.get("q") ?? "";
  if (text === asked && !isAgain) return;
  asked = text;
  clearTimeout(timer);
  if (text) timer = setTimeout(() => ask(params, onFound), AFTER);
  else {
    asking?.abort();
    found = null;
  }
}

