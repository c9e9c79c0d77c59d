// The board: puts its behaviours together. First what keys and eyes meet at once; all else is loaded behind it, while
// keys are answered already.
import { bindClassify } from "./board/classify.js";
import { bindCollapse } from "./board/collapse.js";
import { bindDensity } from "./board/density.js";
import { bindFocus } from "./board/focus.js";
import { bindLanes } from "./board/lanes.js";
import { bindMoves } from "./board/moves.js";
import { bindTabs } from "./board/tabs.js";

const board = document.getElementById("main");

bindFocus(board);
bindLanes(board);
bindDensity();
bindTabs(board);
bindCollapse();
if ("canWork" in board.dataset) {
  bindMoves(board);
  bindClassify(board);
}
// As a script of the page, so that it has not loaded before this has.
document.head.append(document.importNode(document.getElementById("board-rest").content, true));
