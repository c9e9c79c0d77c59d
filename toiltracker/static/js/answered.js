// A page that answers a form stands at the form's address, where reloading would send the form again and typing the
// address leads nowhere: from here on it stands at the address of the page that the form was on.
export function standWhereTheFormWas() {
  const isAnswer = document.body.hasAttribute("data-answered");
  if (isAnswer && document.referrer.startsWith(`${location.origin}/`)) history.replaceState(history.state, "", document.referrer);
}
