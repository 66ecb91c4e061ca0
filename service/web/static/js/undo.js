/* Toasts wait to be read, and are said once when the page opens. data-dismiss closes one; a way back (data-undo) leaves when it is too late (data-undo-until). */
import { announce } from "./live.js";
import { shownNow } from "./time.js";

/* A screen reader begins with the page's title; what is said at once would be lost beneath it. */
const AFTER_TITLE = 1000;

function prepare() {
  for (const button of document.querySelectorAll("[data-dismiss][hidden]")) button.hidden = false;
}

document.addEventListener("click", (event) => {
  const toast = event.target.closest("[data-dismiss]")?.closest("[data-toast]");
  if (toast) {
    toast.remove();
    document.getElementById("main")?.focus({ preventScroll: true });
  }
});

setInterval(() => {
  for (const form of document.querySelectorAll("[data-undo-until]")) {
    if (Date.parse(form.dataset.undoUntil) <= shownNow()) form.remove();
  }
}, 5000);

document.addEventListener("htmx:afterSettle", prepare);
prepare();
const told = [...document.querySelectorAll("[data-toast] p")].map((words) => words.textContent.trim()).join(" ");
if (told) setTimeout(() => announce(told), AFTER_TITLE);
