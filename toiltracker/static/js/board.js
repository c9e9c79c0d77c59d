// The board: puts its behaviours together.
import { bindActions } from "./board/actions.js";
import { bindBulk } from "./board/bulk.js";
import { bindClassify } from "./board/classify.js";
import { bindCollapse } from "./board/collapse.js";
import { bindDensity } from "./board/density.js";
import { bindDrag } from "./board/drag.js";
import { bindFilters } from "./board/filters.js";
import { bindFocus } from "./board/focus.js";
import { bindHelp } from "./board/help.js";
import { bindLive } from "./board/live.js";
import { bindLoading } from "./board/loading.js";
import { bindLanes } from "./board/lanes.js";
import { bindMoves } from "./board/moves.js";
import { bindOutcome } from "./board/outcome.js";
import { bindPanel } from "./board/panel.js";
import { bindPanelNews } from "./board/panel-news.js";
import { bindQuickAdd } from "./board/quick-add.js";
import { bindTabs } from "./board/tabs.js";
import { bindTouchDrag } from "./board/touch-drag.js";

const board = document.getElementById("main");
const canWork = "canWork" in board.dataset;

bindFocus(board);
bindFilters(board);
bindLanes(board);
bindLoading(board);
bindHelp();
bindDensity();
bindTabs(board);
bindCollapse();
bindPanel(board);
bindPanelNews(board.dataset.person);
if (canWork) {
  bindOutcome();
  bindMoves(board);
  bindDrag(board);
  bindTouchDrag(board);
  bindClassify(board);
  bindQuickAdd(board);
  bindActions();
  bindBulk(board);
}
bindLive(board);
