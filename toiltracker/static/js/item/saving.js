// Says whether what was changed is saved. What is not stays where it was typed, and is sent again on demand or when the
// connection is back.
import { renewSession } from "../session.js";

const failed = new Set();
let timer = 0;

const isOfItem = (form) => form?.matches?.("form") && form.closest(".panel, .item-page");
export const hasFailed = () => [...failed].some((form) => form.isConnected);

function say(name) {
  const place = document.querySelector("[data-save-state]");
  if (!place) return;
  clearTimeout(timer);
  place.dataset.state = name;
  place.textContent = place.dataset[name] ?? "";
  if (name === "saved") timer = setTimeout(() => say(""), 2000);
}

function complain(why) {
  const bar = document.querySelector("[data-unsaved]");
  if (!bar) return;
  const text = bar.querySelector("[data-unsaved-text]");
  text.textContent = text.dataset[why];
  bar.hidden = false;
  say("");
}

function settle() {
  const bar = document.querySelector("[data-unsaved]");
  if (bar) bar.hidden = !hasFailed();
}

async function reasonFor(status) {
  if (status === 401) return "signedOut";
  if (status === 404 || status === 409) return "gone";
  if (status !== 403) return "failed";
  // The token is too old, or the role has gone: only a new token tells.
  const state = await renewSession();
  return { "signed-out": "signedOut", other: "other", offline: "failed", ok: "gone" }[state];
}

async function fail(form, status) {
  failed.add(form);
  complain(await reasonFor(status));
}

export async function retry() {
  const state = await renewSession();
  if (state !== "ok") {
    complain({ "signed-out": "signedOut", other: "other", offline: "failed" }[state]);
    return;
  }
  for (const form of [...failed]) {
    failed.delete(form);
    if (form.isConnected) form.requestSubmit();
  }
  settle();
}

export function bindSaving() {
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (isOfItem(event.detail.elt)) say("saving");
  });
  document.addEventListener("htmx:afterRequest", ({ detail: { requestConfig, xhr, successful } }) => {
    const { elt } = requestConfig; // the event's own is a parent, where the form was swapped out
    if (!elt?.matches?.("form") || (elt.isConnected && !isOfItem(elt))) return;
    if (successful) {
      failed.delete(elt);
      say("saved");
    } else if (xhr.status === 422) {
      failed.delete(elt);
      say("");
    } else if (elt.isConnected) fail(elt, xhr.status);
    settle();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-retry]")) retry();
  });
  addEventListener("online", () => {
    if (hasFailed()) retry();
  });
}
