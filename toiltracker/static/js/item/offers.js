// What is offered while one types: what a text of a log means, items to link, labels and services that the team uses.
import { get, Refused } from "../server.js";

const WAIT = 150;
let timer = 0;
let asking = null;

function soon(url, show) {
  clearTimeout(timer);
  asking?.abort();
  timer = setTimeout(async () => {
    asking = new AbortController();
    try {
      show(await (await get(url, asking.signal)).text());
    } catch (error) {
      if (!(error instanceof Refused)) throw error; // an offer that does not come is none
    }
  }, WAIT);
}

function echo(input) {
  const url = `${input.dataset.echoUrl}?duration=${encodeURIComponent(input.value)}`;
  soon(url, (html) => {
    const part = document.createElement("template");
    part.innerHTML = html;
    const place = input.closest("form").querySelector("[data-echo]");
    place.replaceChildren(...part.content.firstElementChild.childNodes);
  });
}

function findItems(input) {
  const list = input.form.querySelector("[data-found-url]");
  if ([...list.options].some((option) => option.value === input.value)) return;
  soon(`${list.dataset.foundUrl}?to=${encodeURIComponent(input.value)}`, (html) => (list.innerHTML = html));
}

async function loadOffers() {
  const place = document.getElementById("offered");
  if (!place?.dataset.url) return;
  const { url } = place.dataset;
  delete place.dataset.url;
  try {
    place.innerHTML = await (await get(url)).text();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    place.dataset.url = url;
  }
}

// A list offers whole values only: each label is offered behind those that stand there already.
function offerLabels(input) {
  const list = document.getElementById("offered-labels");
  if (!list) return;
  list.dataset.names ??= JSON.stringify([...list.options].map((option) => option.value));
  const before = input.value.slice(0, input.value.lastIndexOf(",") + 1);
  const given = new Set(before.split(",").map((name) => name.trim()));
  const names = JSON.parse(list.dataset.names).filter((name) => !given.has(name));
  list.replaceChildren(...names.map((name) => new Option("", before ? `${before} ${name}` : name)));
}

export function bindOffers() {
  document.addEventListener("focusin", (event) => {
    if (event.target.matches?.('[list^="offered-"]')) loadOffers();
  });
  document.addEventListener("input", (event) => {
    const input = event.target;
    if (input.matches("[data-echo-url]")) echo(input);
    if (input.matches('[data-link-form] [name="to"]')) findItems(input);
    if (input.matches('[list="offered-labels"]')) offerLabels(input);
  });
}
