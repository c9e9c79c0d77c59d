// Knows which card is in the hand: what happens to it elsewhere waits until it is let go.
let held = null;
let release = null;
let isGone = false;

export function lift(id) {
  letGo();
  held = { id, over: new Promise((resolve) => (release = resolve)) };
}

export function letGo() {
  release?.();
  held = release = null;
  isGone = false;
}

// Somebody else took it off the board while it was in the hand.
export function markGone(id) {
  if (isLifted(id)) isGone = true;
}

export const isGoneMeanwhile = (id) => isLifted(id) && isGone;

export const isLifted = (id) => held?.id === id;

export async function whenLetGo(id) {
  while (isLifted(id)) await held.over;
}
