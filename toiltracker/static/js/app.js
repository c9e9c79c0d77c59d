// What every page does: theme, menus, toasts, the timer, forms that are sent once. Each behaviour is a module, bound by data attributes.
import { standWhereTheFormWas } from "./answered.js";
import { bindCopy } from "./copy.js";
import { bindMenus } from "./menus.js";
import { bindOnce } from "./once.js";
import { bindTimer } from "./timer.js";
import { bindPalette } from "./palette.js";
import { bindTheme } from "./theme.js";
import { rememberTimeZone } from "./timezone.js";
import { bindToasts } from "./toasts.js";
import { bindUndo } from "./undo.js";

standWhereTheFormWas();
bindTheme();
bindMenus();
bindCopy();
bindPalette();
bindToasts();
bindTimer();
bindUndo();
bindOnce();
rememberTimeZone();
