// The rows of a board: cards stand below the line of their row, rows begin at one height in all columns, and fold up.
import { columns, listOf } from "./cards.js";
import { laneOf, lines } from "./lane.js";

const WIDE = matchMedia("(min-width: 701px)");
let board = null;
let isPlanned = false;

const key = () => `rows ${board.dataset.board} ${board.dataset.lanes}`;
const folded = () => new Set(JSON.parse(localStorage.getItem(key()) ?? "[]"));

// A row that nobody had when the page was made.
function addLine(list, lane) {
  const line = lines(list)[0].cloneNode(true);
  line.dataset.lane = lane;
  line.querySelector("[data-lane-name]").textContent = nameOf(lane);
  lines(list).at(-1).before(line);
}

function nameOf(lane) {
  const slot = [...board.querySelectorAll(".slot")].find((one) => laneOf(one) === lane);
  const avatar = board.dataset.lanes === "assignee" ? slot?.querySelector(".card-f .av") : null;
  return avatar?.getAttribute("aria-label") ?? lane;
}

function addMissing() {
  const known = new Set(lines(listOf(columns()[0])).map((line) => line.dataset.lane));
  const needed = new Set([...board.querySelectorAll(".slot")].map(laneOf));
  for (const lane of needed) if (!known.has(lane)) for (const column of columns()) addLine(listOf(column), lane);
}

// Brings the cards of a column below the lines of their rows; within a row they keep their order.
function sort(list) {
  const slots = [...list.children].filter((node) => node.classList.contains("slot"));
  const all = lines(list);
  const order = all.flatMap((line) => [line, ...slots.filter((slot) => laneOf(slot) === line.dataset.lane)]);
  const standing = [...list.children].filter((node) => node.matches(".lane, .slot"));
  if (order.every((node, index) => node === standing[index])) return;
  const focused = document.activeElement;
  const end = list.querySelector(".nothing");
  for (const node of order) list.insertBefore(node, end);
  if (focused !== document.activeElement && focused.isConnected) focused.focus({ preventScroll: true });
}

function count(closed) {
  const totals = new Map();
  const cells = columns().flatMap((column) => lines(listOf(column)).map((line) => ({ column, line, shown: 0 })));
  for (const cell of cells) {
    const { lane } = cell.line.dataset;
    for (const slot of listOf(cell.column).children) {
      if (!slot.classList.contains("slot") || laneOf(slot) !== lane) continue;
      slot.toggleAttribute("data-folded", closed.has(lane));
      if (!slot.hidden) cell.shown += 1;
    }
    totals.set(lane, (totals.get(lane) ?? 0) + cell.shown);
  }
  for (const { line, shown } of cells) {
    const place = line.querySelector("[data-lane-count]");
    const said = place.dataset.of.replace("{shown}", shown).replace("{total}", totals.get(line.dataset.lane));
    if (place.textContent !== said) place.textContent = said;
    line.querySelector("button").setAttribute("aria-expanded", String(!closed.has(line.dataset.lane)));
  }
}

// Measured once for all rows, then written once.
function align() {
  const lists = columns().map(listOf).filter((list) => list.offsetParent);
  const all = lists.map(lines);
  for (const line of all.flat()) line.style.removeProperty("margin-top");
  if (!WIDE.matches || !all.length) return;
  const tops = all.map((some) => some.map((line) => line.offsetTop));
  const extra = all.map(() => 0);
  for (let row = 0; row < tops[0].length; row += 1) {
    const lowest = Math.max(...tops.map((some, at) => some[row] + extra[at]));
    all.forEach((some, at) => {
      const more = lowest - tops[at][row] - extra[at];
      if (more > 0) some[row].style.setProperty("margin-top", `${more}px`);
      extra[at] += more;
    });
  }
}

function arrange() {
  isPlanned = false;
  if (document.body.classList.contains("is-dragging")) return;
  addMissing();
  for (const column of columns()) sort(listOf(column));
  count(folded());
  align();
}

function plan() {
  if (isPlanned) return;
  isPlanned = true;
  requestAnimationFrame(arrange);
}

export function bindLanes(main) {
  board = main;
  if (!board.dataset.lanes) return;
  arrange();
  for (const name of ["board:swapped", "board:filtered", "board:columns", "board:moved"]) {
    document.addEventListener(name, plan);
  }
  new ResizeObserver(plan).observe(board);
  document.fonts?.ready.then(plan);
  board.addEventListener("click", (event) => {
    const line = event.target.closest("[data-lane-toggle]")?.closest(".lane");
    if (!line) return;
    const closed = folded();
    const { lane } = line.dataset;
    if (!closed.delete(lane)) closed.add(lane);
    localStorage.setItem(key(), JSON.stringify([...closed]));
    arrange();
  });
}
