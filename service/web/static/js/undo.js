/* Toasts wait to be read. data-dismiss closes one; a way back (data-undo) leaves when it is too late (data-undo-until). */
import { shownNow } from "./time.js";

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
