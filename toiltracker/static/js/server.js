// Sends what was done to the server, and puts the parts that it answers into the page.
import { remember } from "./undo-stack.js";

export class Refused extends Error {
  constructor({ code, message, fields }) {
    super(message);
    this.code = code;
    this.fields = fields;
  }
}

// The cookie is newer than the page where somebody signed in again in another tab.
function token() {
  const cookie = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
  if (cookie) return cookie[1];
  return JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
}

async function read(response) {
  if (response.redirected && new URL(response.url).pathname !== new URL(location).pathname)
    location.assign(response.url);
  if (response.ok) return response;
  const isJson = (response.headers.get("Content-Type") || "").startsWith("application/json");
  if (isJson) throw new Refused((await response.json()).error);
  throw new Refused({ code: `http_${response.status}`, message: document.body.dataset.offline });
}

async function ask(url, options) {
  const headers = { "HX-Request": "true", ...options.headers };
  // What a board's page shows: the heads of the columns in the answer count only that.
  const shown = document.getElementById("main")?.dataset.query;
  if (shown) headers["X-Board-Query"] = shown;
  const board = document.getElementById("main")?.dataset.boardId;
  if (board) headers["X-Board"] = board;
  let response;
  try {
    response = await fetch(url, { ...options, headers });
  } catch {
    throw new Refused({ code: "offline", message: document.body.dataset.offline });
  }
  return read(response);
}

export function post(url, fields) {
  const body = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    if (value === null || value === undefined) continue;
    for (const one of [value].flat()) body.append(name, one);
  }
  const answer = ask(url, { method: "POST", body, headers: { "X-CSRFToken": token() } });
  const done = answer.then(({ headers }) => remember(headers.get("X-Undo"))).catch(() => null);
  underWay.add(done);
  done.finally(() => underWay.delete(done));
  return answer;
}

const underWay = new Set();

// Resolves when all that was sent has been answered, and what waited for that as well.
export async function settled() {
  do {
    await Promise.all(underWay);
    await new Promise((resolve) => setTimeout(resolve));
  } while (underWay.size);
}

export function get(url, signal) {
  return ask(url, { method: "GET", signal });
}

// Every part has an id: it takes the place of the element that has the same; returns those that found none.
export function swapParts(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  const homeless = [];
  const parts = [...holder.content.children];
  for (const part of parts) {
    const standing = document.getElementById(part.id);
    if (standing) standing.replaceWith(part);
    else homeless.push(part);
    globalThis.htmx?.process(part);
  }
  document.dispatchEvent(new CustomEvent("board:swapped", { detail: { parts } }));
  document.body.dispatchEvent(new CustomEvent("board:changed"));
  return homeless;
}
