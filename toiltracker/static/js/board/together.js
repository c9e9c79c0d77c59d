// Does one thing to several cards, or to one, with one request; a full column asks first, for all of them at once.
import { post, Refused } from "../server.js";
import { showToast } from "../toasts.js";
import { undoOf } from "../undo.js";
import { slotById } from "./cards.js";
import { currentSlot } from "./focus.js";
import { showOutcome } from "./outcome.js";
import { askToPass } from "./wip.js";

async function send(url, fields) {
  try {
    return await post(url, fields);
  } catch (error) {
    if (error.code !== "wip_limit_reached" || !(await askToPass(error.message))) throw error;
    return post(url, { ...fields, force: "1" });
  }
}

// The cards may be other elements by now, and some may have gone.
async function again(name, items, fields) {
  const slots = items.map(slotById).filter(Boolean);
  if (slots.length && (await together(name, slots, fields))) document.dispatchEvent(new CustomEvent("selection:clear"));
}

// `name` is the last part of the address: move, assign, label, archive or delete.
export async function together(name, slots, fields = {}) {
  const url = document.getElementById("main").dataset.bulkUrl.replace("/0/", `/${name}/`);
  const items = slots.map((slot) => slot.dataset.item);
  let answer;
  try {
    answer = await send(url, { items, ...fields });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const isAsked = error.code === "wip_limit_reached";
    const retry = error.code === "offline" ? () => again(name, items, fields) : null;
    if (!isAsked) showToast(error.message, { isError: true, retry });
    return false;
  }
  const outcome = await answer.json();
  if (name === "elsewhere") document.dispatchEvent(new CustomEvent("item:left", { detail: { items } }));
  showOutcome(outcome, { from: currentSlot() });
  showToast(outcome.said, { undo: undoOf(answer), detail: outcome.detail ?? "" });
  return true;
}
