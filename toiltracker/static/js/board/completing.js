// Offers labels behind # and people behind @ while a title is typed; arrows choose, Enter or Tab takes, Escape leaves.
import { get, Refused } from "../server.js";

const MOST = 6;
let names = null;

async function load(url) {
  try {
    names ??= (await get(url)).json();
    return await names;
  } catch (problem) {
    names = null;
    if (!(problem instanceof Refused)) throw problem;
    return { "#": [], "@": [] };
  }
}

// The word before the caret, if it begins with a mark.
function typed(field) {
  const before = field.value.slice(0, field.selectionStart);
  const found = before.match(/(?:^|\s)([#@])([^\s"]*)$/u);
  return found && { mark: found[1], start: found[2], from: before.length - found[2].length };
}

const listOf = (field) => field.form.querySelector("[data-completing]");
const chosen = (list) => list.querySelector('[aria-selected="true"]');

function hide(field) {
  const list = listOf(field);
  list.hidden = true;
  list.replaceChildren();
  field.removeAttribute("aria-activedescendant");
  field.removeAttribute("aria-controls");
}

function choose(field, option) {
  chosen(listOf(field))?.setAttribute("aria-selected", "false");
  option.setAttribute("aria-selected", "true");
  field.setAttribute("aria-activedescendant", option.id);
}

async function offer(field) {
  const word = typed(field);
  if (!word) return hide(field);
  const all = await load(field.dataset.namesUrl);
  if (typed(field)?.start !== word.start) return;
  const start = word.start.toLocaleLowerCase();
  const fits = ({ name, handle }) => [name, handle].some((one) => one.toLocaleLowerCase().includes(start));
  const found = all[word.mark].filter(fits).slice(0, MOST);
  if (!found.length || (found.length === 1 && found[0].handle === word.start)) return hide(field);
  const list = listOf(field);
  const options = found.map(({ name, handle }, index) => {
    const option = document.createElement("li");
    Object.assign(option, { id: `completing-${index}`, textContent: word.mark === "@" ? `${name} · @${handle}` : name });
    option.setAttribute("role", "option");
    option.dataset.handle = handle;
    return option;
  });
  list.replaceChildren(...options);
  list.id = "completing";
  list.hidden = false;
  field.setAttribute("aria-controls", "completing");
  choose(field, options[0]);
}

function take(field, option) {
  const word = typed(field);
  if (!word) return;
  const { handle } = option.dataset;
  const written = /^[\p{L}\p{N}_./:+-]+$/u.test(handle) ? handle : `"${handle}"`;
  field.setRangeText(`${written} `, word.from, field.selectionStart, "end");
  hide(field);
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function onKey(event) {
  const field = event.target;
  if (!field.matches?.("[data-names-url]") || listOf(field).hidden || event.isComposing) return;
  const options = [...listOf(field).children];
  const at = options.indexOf(chosen(listOf(field)));
  if (event.key === "ArrowDown") choose(field, options[(at + 1) % options.length]);
  else if (event.key === "ArrowUp") choose(field, options.at(at - 1));
  else if (event.key === "Enter" || event.key === "Tab") take(field, options[at]);
  else if (event.key === "Escape") hide(field);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

export function bindCompleting() {
  document.addEventListener("keydown", onKey, true);
  document.addEventListener("input", (event) => event.target.matches("[data-names-url]") && offer(event.target));
  document.addEventListener("pointerdown", (event) => {
    const option = event.target.closest("[data-completing] [role=option]");
    if (!option) return;
    event.preventDefault();
    take(option.closest("form").elements.title, option);
  });
  document.addEventListener("focusout", (event) => event.target.matches?.("[data-names-url]") && hide(event.target));
}
