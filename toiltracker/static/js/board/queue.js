// Sends moves one after the other, in the order in which they were made: whoever names a neighbour finds it there.
//
// A card that is moved again before its last move was sent is sent once, to where it stands then. Until the server has
// answered, `standing` knows where it last had the card.
import { post, Refused, swapParts } from "../server.js";
import { columnOf, listOf, placeOf, put, slotById, tidy } from "./cards.js";
import { whenLetGo } from "./lifted.js";
import { isInLane, laneFields, laneOf } from "./lane.js";
import { askToPass } from "./wip.js";

const waiting = [];
const standing = new Map();
let isSending = false;

const idOf = (slot) => slot?.dataset.item ?? null;

// A place survives the swap of the cards that it names: it is kept by their numbers.
export function keep({ list, before = null, after = null, lane = null }) {
  return { column: list.closest(".col").dataset.column, before: idOf(before), after: idOf(after), lane };
}

export function found({ column, before, after, lane }) {
  const list = listOf(document.getElementById(`col-${column}`));
  return { list, before: before && slotById(before), after: after && slotById(after), lane };
}

export const isOnItsWay = (id) => standing.has(id);

// Resolves to what became of the move; `isOvertaken` when the card was moved on meanwhile.
export function enqueue(slot, place) {
  const { item: id } = slot.dataset;
  const mark = standing.get(id) ?? { back: keep(placeOf(slot)), from: columnOf(slot).dataset.column, moves: 0 };
  standing.set(id, mark);
  const last = waiting.at(-1);
  if (last?.id === id) {
    waiting.pop();
    last.resolve({ isDone: true, isOvertaken: true });
  } else mark.moves += 1;
  return new Promise((resolve, reject) => {
    waiting.push({ id, place, resolve, reject });
    sendAll();
  });
}

async function sendAll() {
  if (isSending) return;
  isSending = true;
  // A breath, so that what is done in one go is sent as one.
  await Promise.resolve();
  while (waiting.length) {
    const move = waiting.shift();
    try {
      move.resolve(await settle(move));
    } catch (error) {
      move.reject(error);
    }
  }
  isSending = false;
}

async function settle({ id, place }) {
  const mark = standing.get(id);
  const { back, from } = mark;
  let answer = null;
  try {
    answer = await send(id, place, mark);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const isOvertaken = mark.moves > 1;
    forget(id, mark);
    if (error.code === "not_found") await remove(id);
    else if (!isOvertaken) await slideBack(id, back);
    return { isDone: false, isOvertaken, from, error };
  }
  const isOvertaken = mark.moves > 1;
  mark.back = place;
  forget(id, mark);
  await whenLetGo(id);
  swapParts(answer.html);
  const slot = slotById(id);
  const isGone = Boolean(place.before ?? place.after) && answer.landed === "end";
  if (answer.landed === "end" && slot && !isOvertaken) putLast(slot);
  if (isOvertaken) slot?.querySelector(".card").classList.add("saving");
  return { isDone: true, isOvertaken, from, isGone, undo: answer.undo };
}

// What was loaded while it was on its way stands above it; not what was moved behind it, which is on its way as well.
function putLast(slot) {
  const list = slot.parentElement;
  const last = [...list.querySelectorAll(":scope > .slot")].findLast(
    (other) => isInLane(other, laneOf(slot)) && !isOnItsWay(other.dataset.item),
  );
  if (last !== slot) put(slot, { list, after: last });
}

function forget(id, mark) {
  mark.moves -= 1;
  if (!mark.moves) standing.delete(id);
}

async function slideBack(id, back) {
  await whenLetGo(id);
  const slot = slotById(id);
  if (!slot) return;
  put(slot, found(back));
  slot.querySelector(".card").classList.remove("saving");
}

// Somebody else has deleted or archived it: it stays gone.
async function remove(id) {
  await whenLetGo(id);
  slotById(id)?.remove();
  tidy();
}

// A full column asks first, unless the card has been moved on meanwhile.
async function send(id, place, mark) {
  const url = document.getElementById("main").dataset.moveUrl.replace("/0/", `/${id}/`);
  const { column, before } = place;
  const fields = { column, before, after: before ? null : place.after, ...laneFields(place.lane) };
  let answer;
  try {
    answer = await post(url, fields);
  } catch (error) {
    if (error.code !== "wip_limit_reached" || mark.moves > 1 || !(await askToPass(error.message))) throw error;
    answer = await post(url, { ...fields, force: "1" });
  }
  const { headers } = answer;
  return { html: await answer.text(), landed: headers.get("X-Landed"), undo: headers.get("X-Undo") };
}
