// Keeps by which numbers what was done can be taken back, for each board and each tab, also after a reload.
const MOST = 50;

const place = () => `undo:${document.body.dataset.undoScope ?? ""}`;

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(place())) ?? [];
  } catch {
    return [];
  }
}

function write(actions) {
  try {
    sessionStorage.setItem(place(), JSON.stringify(actions.slice(-MOST)));
  } catch {
    // A browser that keeps nothing only loses what it would have kept.
  }
}

export function remember(action) {
  if (action) write([...read().filter((one) => one !== String(action)), String(action)]);
}

export function forget(action) {
  write(read().filter((one) => one !== String(action)));
}

export const latest = () => read().at(-1) ?? null;
