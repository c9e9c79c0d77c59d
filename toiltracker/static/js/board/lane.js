// In which row of the board a card stands: what it has of that by which the rows are made.
const FIELDS = { class: "class", service: "service", assignee: "assignee" };

const kind = () => document.getElementById("main").dataset.lanes;

// Null on a board without rows.
export const laneOf = (slot) => (kind() ? slot.dataset[FIELDS[kind()]] : null);

export const lines = (list) => [...list.children].filter((node) => node.classList.contains("lane"));

export function setLane(slot, lane) {
  if (kind() && lane !== null && lane !== undefined) slot.dataset[FIELDS[kind()]] = lane;
}

// The row that lies at a height of the page: the last one that begins above it.
export function laneAt(list, y) {
  if (!kind()) return null;
  const all = lines(list);
  return (all.findLast((line) => line.getBoundingClientRect().top <= y) ?? all[0])?.dataset.lane ?? null;
}

export const lineOf = (list, lane) => lines(list).find((line) => line.dataset.lane === lane) ?? null;

export const isInLane = (slot, lane) => lane === null || laneOf(slot) === lane;

// What a move says of its row.
export const laneFields = (lane) => (lane === null || lane === undefined ? {} : { lanes: kind(), lane });
