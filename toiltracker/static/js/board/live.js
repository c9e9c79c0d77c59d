// What others change appears on the open board, with who did it; without connection it says so.
import { follow } from "../live/sharing.js";
import { isFiltered, query } from "./address.js";
import { arrive } from "./arriving.js";
import { bindHeld } from "./held.js";
import { hasLanes, reloadSoon } from "./reload.js";
import { showConnection } from "./connection-bar.js";
import { tellWho } from "./who.js";

const GAUGE_EVERY = 60_000;

let board = null;
let seen = 0;
let taken = null;
let gaugeAt = 0;

function take(news) {
  if (String(news.board) !== board.dataset.boardId || news.seq <= seen) return;
  seen = news.seq;
  if (news.ended) showConnection("refused");
  else if (news.reload) reload();
  else apply(news);
}

function apply(news) {
  const shownDays = Number(board.dataset.doneDays);
  const isOld = (card) => card.done_days !== null && card.done_days > shownDays;
  if (isFilteredByServer() || hasLanes()) {
    reload(); // only the server knows what matches, and where it stands
    return;
  }
  const gone = [...news.gone, ...news.cards.filter(isOld).map(({ id }) => id)];
  const changes = [...news.cards.filter((card) => !isOld(card)), ...gone.map((id) => ({ id, isGone: true }))];
  arrive(changes, news);
  tellWho(news, board.dataset.person);
  for (const place of document.querySelectorAll("[data-unclassified-count]")) place.textContent = news.unclassified;
  for (const [id, who] of Object.entries(news.who)) {
    const version = news.cards.find((card) => String(card.id) === id)?.version ?? null;
    document.dispatchEvent(new CustomEvent("item:changed", { detail: { id, version, ...who } }));
  }
  if (Object.values(news.who).some(({ by }) => String(by) !== board.dataset.person)) refreshGauge();
}

const isFilteredByServer = () => !("complete" in board.dataset) && isFiltered(query());

// The gauge costs more than all the rest: it follows the changes of others at its leisure.
function refreshGauge() {
  if (performance.now() < gaugeAt || document.hidden) return;
  gaugeAt = performance.now() + GAUGE_EVERY * (1 + Math.random() / 2);
  document.body.dispatchEvent(new CustomEvent("board:changed"));
}

// Something arrived that an answer of the server does not know yet.
export const isBehind = (answer) => Number(answer.headers.get("X-Board-Seq")) < seen;

export function reload() {
  reloadSoon((number) => (seen = Math.max(seen, number)));
}

// Another answer of the page was taken in: it may be older than what had arrived, or newer.
function compare() {
  const { seq } = board.dataset;
  if (seq === taken) return;
  taken = seq;
  if (Number(seq) < seen) reload();
  seen = Math.max(seen, Number(seq));
}

export function bindLive(main) {
  board = main;
  taken = board.dataset.seq;
  seen = Number(taken);
  document.addEventListener("board:swapped", compare);
  bindHeld();
  const { eventsUrl: url, person: reader, boardId } = board.dataset;
  follow({ url, reader, seen: () => [[Number(boardId), seen]], onNews: take, onState: showConnection });
}
