// One connection for all tabs of a browser: the tab that holds the lock has it, and hands on what it hears.
//
// Browsers allow six connections to a server at once: a stream for each tab would use them up.
import { Connection } from "./connection.js";

// `seen` gives the boards of this tab with the number that was seen of each. Returns a function that asks anew.
export function follow({ url, reader, seen, onNews, onState }) {
  if (!navigator.locks || !globalThis.BroadcastChannel) return followAlone({ url, seen, onNews, onState });
  const name = `toiltracker:${url}:${reader}`;
  const channel = new BroadcastChannel(name);
  let connection = null;
  let state = null;
  let wanted = new Map();

  const say = (next) => {
    state = next;
    onState(next);
    channel.postMessage({ state: next });
  };
  // Takes up what a tab wants; what is followed already, and not too far, needs no new stream.
  const want = (boards) => {
    const missing = boards.filter(([board, seq]) => !connection.has(board, seq));
    if (!missing.length) return;
    for (const [board, seq] of missing) wanted.set(board, Math.min(seq, wanted.get(board) ?? seq));
    connection.follow(wanted);
  };
  const hear = (news) => {
    if (wanted.has(news.board)) wanted.set(news.board, Math.max(news.seq, wanted.get(news.board)));
    onNews(news);
    channel.postMessage({ news });
  };
  const ask = () => {
    if (connection) want(seen());
    else channel.postMessage({ want: seen() });
  };

  channel.addEventListener("message", ({ data }) => {
    if (data.want && connection) {
      want(data.want);
      if (state) channel.postMessage({ state });
    } else if (data.lead && !connection) ask();
    else if (data.news && !connection) onNews(data.news);
    else if (data.state && !connection) onState(data.state);
  });
  ask();
  navigator.locks.request(name, () => {
    connection = new Connection(url, { onNews: hear, onState: say });
    wanted = new Map();
    want(seen());
    channel.postMessage({ lead: true });
    return new Promise(() => {}); // the lock is let go when the tab is closed
  });
  return ask;
}

// Without locks (a page that is not from a secure address): a tab is connected while it is seen.
function followAlone({ url, seen, onNews, onState }) {
  const connection = new Connection(url, { onNews, onState });
  const ask = () => connection.follow(seen());
  document.addEventListener("visibilitychange", () => (document.hidden ? connection.stop() : ask()));
  ask();
  return ask;
}
