// Tells whether a key press is a shortcut: not while something is typed, not with Ctrl, Alt or Meta, not when switched off.
const TYPING =
  "input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable]";

export function shortcut(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return null;
  if (event.target.closest?.(TYPING)) return null;
  const isSingle = event.key.length === 1;
  if (isSingle && "noShortcuts" in document.body.dataset) return null;
  return event.key;
}
