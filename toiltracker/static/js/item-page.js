// The item on a page of its own.
import { bindItem } from "./item.js";

bindItem();

// What was taken back shows at once; what is being typed stays.
document.addEventListener("outcome", (event) => {
  if (!event.detail.places.length) return;
  event.preventDefault();
  document.dispatchEvent(new CustomEvent("item:refresh"));
});
