// Opens what is behind a mark of a chart ([data-href]): by a click, a second tap, or Enter on the mark that is shown.
for (const chart of document.querySelectorAll("[data-tips]")) {
  let isArmed = false;
  const open = (mark) => mark?.dataset.href && location.assign(mark.dataset.href);
  // While it is caught, before chart-tips.js shows what is under the finger: a first tap only shows.
  const arm = (event) => {
    const isShown = event.target.closest("[data-tip]")?.classList.contains("on");
    isArmed = event.pointerType === "mouse" || Boolean(isShown);
  };
  chart.addEventListener("pointerdown", arm, true);
  chart.addEventListener("click", (event) => isArmed && open(event.target.closest("[data-href]")));
  chart.addEventListener("keydown", (event) => event.key === "Enter" && open(chart.querySelector(".on")));
}
