/* What makes a form kind.

   every <form>                 is sent once: its button says so and refuses a second tap
   data-show-when="field=value" shown only when that field of the same form has that value ("field" alone: any value;
                                "a=1|2": either); hidden fields are disabled, so not sent. Without this file all is shown
   data-focus                   takes the focus when the page opens (the summary of errors)
   data-photo                   shows the chosen photo
   data-quantity, data-step     − and + around a number
   data-open="id", data-close   opens and closes a <dialog>
   data-autosubmit              on a select or box: sends its form when changed
   data-copy="text"             copies it
   data-locate                  in a [data-place]: puts the phone's position into its latitude and longitude */

/* A choice the server does not know of, tapped before the scripts were there or put back by the browser: it is told as if
   tapped now, so that what depends on it is drawn. */
function catchUp() {
  for (const box of document.querySelectorAll("[hx-trigger^=change] :is(input[type=radio]:checked, select)")) {
    const drawn = box.matches("select") ? !box.value || box.selectedOptions[0].defaultSelected : box.defaultChecked;
    if (!drawn) box.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

function conditions(form) {
  for (const part of form.querySelectorAll("[data-show-when]")) {
    const [name, values] = part.dataset.showWhen.split("=");
    const now = new FormData(form).getAll(name).filter((value) => value !== "");
    const shown = values === undefined ? now.length > 0 : values.split("|").some((value) => now.includes(value));
    const block = part.matches("input, select, textarea") ? part.closest(".field") ?? part : part;
    block.hidden = !shown;
    const boxes = part === block ? block.querySelectorAll("input, select, textarea") : [part];
    for (const box of boxes) box.disabled = !shown;
  }
}

function photo(input) {
  const file = input.files?.[0];
  const image = input.closest("[data-photo]").querySelector("[data-photo-preview]");
  const words = input.closest("[data-photo]").querySelector("[data-photo-name]");
  image.hidden = true;
  if (!file) return;
  if (words) words.textContent = file.name;
  if (image.src.startsWith("blob:")) URL.revokeObjectURL(image.src);
  image.hidden = true;
  image.onload = () => { image.hidden = false; };
  image.src = URL.createObjectURL(file);
}

function step(button) {
  const box = button.closest("[data-quantity]").querySelector("input");
  const value = (Number(box.value.replace(",", ".").replace(/\s/g, "")) || 0) + Number(button.dataset.step);
  const least = Number(box.dataset.min ?? 0);
  const most = Number(box.dataset.max ?? Infinity);
  const next = String(Math.round(Math.max(least, Math.min(most, value)) * 100) / 100);
  box.value = document.documentElement.lang === "fr" ? next.replace(".", ",") : next;
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

function locate(button) {
  const place = button.closest("[data-place]");
  button.setAttribute("aria-busy", "true");
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      button.removeAttribute("aria-busy");
      for (const name of ["latitude", "longitude"]) {
        const box = place.querySelector(`[name=${name}]`);
        box.value = coords[name].toFixed(5);
        box.dispatchEvent(new Event("input", { bubbles: true }));
      }
    },
    () => { button.removeAttribute("aria-busy"); place.querySelector("[name=latitude]").focus(); },
    { enableHighAccuracy: true, timeout: 15000 },
  );
}

function release(form) {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll('[aria-busy="true"]')) button.removeAttribute("aria-busy");
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented && !form.matches("[hx-post], [hx-get], [hx-put], [hx-delete]")) return;
  if (form.dataset.sent) { event.preventDefault(); event.stopImmediatePropagation(); return; }
  if (form.method !== "post" && !form.matches("[hx-post]")) return;
  form.dataset.sent = "yes";
  (event.submitter ?? form.querySelector("[type=submit]"))?.setAttribute("aria-busy", "true");
  /* No answer after a while: let the person try again. The server acts once for the same key. */
  setTimeout(() => release(form), 20000);
}, true);

/* The back button brings a page back as it was left: usable. */
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));
document.addEventListener("htmx:afterRequest", (event) => { const form = event.target.closest?.("form"); if (form) release(form); });

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (!form) return;
  conditions(form);
});
document.addEventListener("change", (event) => {
  const box = event.target;
  if (box.matches("[data-photo] input[type=file]")) photo(box);
  if (box.form) conditions(box.form);
  if (box.matches("[data-autosubmit]")) box.form.requestSubmit();
});
document.addEventListener("glane:photo", (event) => photo(event.target));
document.addEventListener("click", (event) => {
  const button = event.target.closest("button, a");
  if (!button) return;
  if (button.dataset.step) step(button);
  if (button.dataset.open) document.getElementById(button.dataset.open)?.showModal();
  if (button.dataset.close !== undefined) button.closest("dialog")?.close();
  if (button.dataset.locate !== undefined) locate(button);
  if (button.dataset.copy) navigator.clipboard?.writeText(button.dataset.copy);
});
/* A tap beside a dialog closes it. */
document.addEventListener("click", (event) => { if (event.target.matches?.("dialog")) event.target.close(); });

function prepare() {
  for (const form of document.querySelectorAll("form")) conditions(form);
  for (const button of document.querySelectorAll("[data-step][hidden]")) button.hidden = false;
  if (navigator.geolocation) for (const button of document.querySelectorAll("[data-locate][hidden]")) button.hidden = false;
}

document.addEventListener("htmx:afterSettle", prepare);
prepare();
/* A draft was put back: what depends on it is drawn, and asked for. */
document.addEventListener("glane:restored", (event) => {
  conditions(event.target);
  import("./live.js").then((live) => live.announce(document.body.dataset.tKept));
  if (self.htmx) catchUp();
});
/* After htmx, which listens from then on. */
addEventListener("DOMContentLoaded", catchUp);
document.querySelector("[data-focus]")?.focus();
