// Says calmly that the board does not hear of changes, and why; goes away by itself.
const CALM = 2000;
const NAMES = ["lost", "signed-out", "refused"];

let timer = 0;
let shown = null;

export function showConnection(state) {
  const name = NAMES.includes(state) ? state : null;
  if (name === shown) return;
  shown = name;
  clearTimeout(timer);
  // What is back within two seconds is not worth a word.
  if (name === "lost") timer = setTimeout(() => draw(name), CALM);
  else draw(name);
}

function draw(name) {
  const bar = document.getElementById("connection");
  const text = name ? document.getElementById(`connection-${name}`).content.cloneNode(true) : "";
  bar.replaceChildren(text);
  bar.hidden = !name;
}
