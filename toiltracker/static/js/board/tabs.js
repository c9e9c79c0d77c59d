// On a phone: the tab of the column in view is the current one, and a tab brings its column into view.
export function bindTabs(board) {
  const tab = (column) => document.getElementById(column.id.replace("col-", "tab-"));
  const mark = (column) => {
    for (const other of document.querySelectorAll(".coltabs a")) other.removeAttribute("aria-current");
    const found = tab(column);
    if (!found) return;
    found.setAttribute("aria-current", "true");
    const row = found.parentElement;
    row.scrollLeft = found.offsetLeft - (row.clientWidth - found.clientWidth) / 2;
  };
  const seen = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) if (entry.isIntersecting) mark(entry.target);
    },
    { root: board, threshold: 0.6 },
  );
  const watch = () => board.querySelectorAll(".col").forEach((column) => seen.observe(column));
  if (matchMedia("(max-width: 700px)").matches) {
    watch();
    document.addEventListener("board:columns", watch);
  }
  document.querySelector(".coltabs").addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link) return;
    event.preventDefault();
    const column = document.getElementById(link.id.replace("tab-", "col-"));
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    column.scrollIntoView({ behavior: still ? "instant" : "smooth", inline: "start", block: "nearest" });
    mark(column);
  });
}
