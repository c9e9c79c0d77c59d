// Tooltips of charts: what [data-tip] is under the pointer or finger, or chosen by the arrow keys.
for (const chart of document.querySelectorAll("[data-tips]")) {
  const tip = chart.appendChild(document.createElement("output"));
  const show = (hit) => {
    chart.querySelector(".on")?.classList.remove("on");
    tip.textContent = hit?.dataset.tip;
    if (!hit) return;
    hit.classList.add("on");
    const [box, at] = [chart, hit].map((e) => e.getBoundingClientRect());
    const x = (100 * (at.x + at.width / 2 - box.x)) / box.width;
    tip.style.inset = `${at.y - box.y}px auto auto ${x}%`;
    tip.style.translate = `-${x}% -100%`;
  };
  chart.onpointerdown = chart.onpointermove = (e) => show(e.target.closest("[data-tip]"));
  chart.onpointerleave = (e) => e.pointerType == "mouse" && show();
  chart.onblur = () => show();
  chart.onkeydown = (e) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[e.key];
    const hits = [...chart.querySelectorAll("[data-tip]")].filter((h) => h.getClientRects()[0]);
    const on = hits.indexOf(chart.querySelector(".on"));
    if (step) show(hits[on + step] ?? hits.at(step < 0 ? -1 : 0));
    if (e.key === "Escape") show();
  };
}
