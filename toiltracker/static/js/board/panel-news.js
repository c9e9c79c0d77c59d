// The opened item learns that somebody changed it: drawn anew while nothing is typed in it, else a line that offers to.
import { text } from "./cards.js";

const panelOf = (id) => document.querySelector(`#panel-root .panel[data-item="${id}"]`);

function versionOf(panel) {
  const versions = [...panel.querySelectorAll("input[name=version]")].map((input) => Number(input.value));
  return versions.length ? Math.max(...versions) : null;
}

function isBusy(panel) {
  const isTyping = panel.contains(document.activeElement) && document.activeElement.matches("input, textarea, select");
  return isTyping || panel.querySelector(".is-dirty") !== null;
}

// What is being typed stays, with the version that it is from: saving it finds what others changed.
function refresh(panel) {
  panel.querySelector("[data-news]")?.remove();
  document.dispatchEvent(new CustomEvent("item:refresh"));
}

function offer(panel, name) {
  panel.querySelector("[data-news]")?.remove();
  const line = document.getElementById("panel-news").content.firstElementChild.cloneNode(true);
  line.querySelector("[data-news-text]").textContent = text("changedNow", { name });
  line.querySelector("button").addEventListener("click", () => refresh(panel));
  panel.querySelector(".panel-h").after(line);
}

export function bindPanelNews(reader) {
  document.addEventListener("item:changed", ({ detail: { id, version, by, who } }) => {
    const panel = panelOf(id);
    if (!panel) return;
    const shown = versionOf(panel);
    const isOwn = String(by) === reader;
    if (isOwn && (version === null || shown === null || version <= shown)) return;
    if (!isBusy(panel)) refresh(panel);
    else if (!isOwn) offer(panel, who || text("somebody"));
  });
}
