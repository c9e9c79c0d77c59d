// Shows what just happened for eight seconds, with Undo where there is one; rests under the pointer and the focus.
const SHOWN_FOR = 8000;

function arm(toast) {
  let timer = setTimeout(() => toast.remove(), SHOWN_FOR);
  const hold = () => clearTimeout(timer);
  const release = () => {
    clearTimeout(timer);
    timer = setTimeout(() => toast.remove(), SHOWN_FOR / 2);
  };
  toast.addEventListener("pointerenter", hold);
  toast.addEventListener("focusin", hold);
  toast.addEventListener("pointerleave", release);
  toast.addEventListener("focusout", release);
  toast.querySelector("[data-toast-close]").addEventListener("click", () => toast.remove());
}

// `detail` is said to those who listen, and not shown.
export function showToast(text, { undo = null, redo = null, retry = null, isError = false, detail = "" } = {}) {
  const region = document.getElementById("toasts");
  const toast = document.getElementById("toast-template").content.firstElementChild.cloneNode(true);
  toast.querySelector("[data-toast-text]").textContent = text;
  toast.querySelector("[data-toast-detail]").textContent = detail;
  toast.classList.toggle("err", isError);
  const use = toast.querySelector("use");
  if (isError) use.setAttribute("href", use.getAttribute("href").replace(/#.*/, "#warn"));
  for (const [name, act] of Object.entries({ undo, redo, retry })) {
    const button = toast.querySelector(`[data-toast-${name}]`);
    button.hidden = !act;
    button.addEventListener("click", () => {
      toast.remove();
      act();
    });
  }
  region.replaceChildren(toast);
  arm(toast);
}

export function bindToasts() {
  document.querySelectorAll("#toasts [data-toast]").forEach(arm);
}
