// What of the board is loaded once it can be seen and walked.
import { bindActions } from "./actions.js";
import { bindBulk } from "./bulk.js";
import { bindDrag } from "./drag.js";
import { bindFilters } from "./filters.js";
import { bindHelp } from "./help.js";
import { bindLive } from "./live.js";
import { bindLoading } from "./loading.js";
import { bindOutcome } from "./outcome.js";
import { bindPanel } from "./panel.js";
import { bindPanelNews } from "./panel-news.js";
import { bindQuickAdd } from "./quick-add.js";
import { bindTouchDrag } from "./touch-drag.js";

const board = document.getElementById("main");

bindFilters(board);
bindLoading(board);
bindHelp();
bindPanel(board);
bindPanelNews(board.dataset.person);
if ("canWork" in board.dataset) {
  bindOutcome();
  bindDrag(board);
  bindTouchDrag(board);
  bindQuickAdd(board);
  bindActions();
  bindBulk(board);
}
bindLive(board);
