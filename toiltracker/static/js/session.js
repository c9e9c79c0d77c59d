// Finds out whether the account that opened this page is still signed in, and takes over its new token: signing in again
// makes the old one worthless, and what is typed must not be lost to that.
async function page() {
  try {
    return await fetch(location.href, { headers: { Accept: "text/html" } });
  } catch {
    return null;
  }
}

// "ok", "offline", "signed-out", or "other" where somebody else is signed in by now.
export async function renewSession() {
  const answer = await page();
  if (!answer || answer.status >= 500) return "offline";
  if (answer.redirected && new URL(answer.url).pathname !== location.pathname) return "signed-out";
  const { body } = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!body.dataset.account) return "signed-out";
  if (body.dataset.account !== document.body.dataset.account) return "other";
  const headers = body.getAttribute("hx-headers");
  document.body.setAttribute("hx-headers", headers);
  const token = JSON.parse(headers)["X-CSRFToken"];
  for (const input of document.querySelectorAll("[name=csrfmiddlewaretoken]")) input.value = token;
  return "ok";
}
