// Tells the server in which zone to show times, for readers whose profile names none.
import { remember } from "./cookies.js";

export function rememberTimeZone() {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone) remember("timezone", zone);
}
