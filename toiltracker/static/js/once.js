// Sends a form once: the second click of a double click would make a second token, team or mail.
const sent = new WeakSet();

export function bindOnce() {
  // On the window, so after the modules that send a form in their own way and keep the browser from it.
  window.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.target === "_blank") return;
    if (sent.has(form)) {
      event.preventDefault();
      return;
    }
    sent.add(form);
    event.submitter?.classList.add("is-loading");
  });
  // A page that comes back from the browser's memory, or whose sending was stopped, may be sent again.
  window.addEventListener("pageshow", release);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") release();
  });
}

function release() {
  for (const form of document.forms) {
    sent.delete(form);
    for (const button of form.querySelectorAll(".btn.is-loading")) button.classList.remove("is-loading");
  }
}
