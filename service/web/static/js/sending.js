/* Forms that may wait for a network: <form data-queue="what it is" data-need="kg code|signature">.

   Hidden fields: `once` (sent twice, it acts once), `queued` (what it is, in words), `queued_next` (where to go then).
   With a network such a form is sent like any other. Without one it is kept here; if the network is lost on the way, the
   service worker keeps it. data-need: what must be filled, as no server is there to say so. */
import "./queue.js";
import { dropDraft } from "./drafts.js";
import { announce } from "./live.js";
import { reader, sendSoon } from "./phone.js";
import { clockKnown, shownNow } from "./time.js";

const queue = self.glaneQueue;
const body = document.body;

/* A form drawn earlier is another sending; one drawn again by the server with its errors is the same. */
function number(form) {
  const box = form.querySelector("input[name=once]");
  if (box && !document.querySelector(".errors")) box.value = `${box.value.slice(0, 40)}.${Math.random().toString(36).slice(2, 10)}`;
}

const filled = (data, name) => data.getAll(name).some((value) => (value instanceof Blob ? value.size : value.trim()));

/* The first box of what is missing, if any. */
function missing(form, data) {
  for (const need of (form.dataset.need ?? "").split(" ").filter(Boolean)) {
    const names = need.split("|");
    if (!names.some((name) => filled(data, name))) {
      return [...form.elements].find((box) => names.includes(box.name) && box.type !== "hidden" && !box.disabled);
    }
  }
  return [...form.elements].find((box) => box.required && !box.disabled && !box.checkValidity());
}

function ask(box) {
  box.setCustomValidity(body.dataset.tNeeded);
  box.reportValidity();
  box.addEventListener("input", () => box.setCustomValidity(""), { once: true });
}

/* What it is, and what it weighs: "Lot à donner · Pain · 12 kg". */
function title(form) {
  const told = [form.dataset.queue];
  const tile = form.querySelector("[data-category] input:checked");
  if (tile) told.push(tile.closest(".tile").querySelector(".tile-label").textContent.trim());
  const weights = [...form.querySelectorAll("input[name$='kg'], input[name^='kg.']")].filter((box) => !box.disabled && box.value && !box.name.endsWith("unit_kg"));
  if (weights.length) told.push(weights.map((box) => `${box.value}\u00a0kg`).join(" + "));
  return told.join(" · ");
}

async function wait(form, button) {
  const data = new FormData(form, button ?? undefined);
  const lacking = missing(form, data);
  if (lacking) { ask(lacking); return; }
  form.dataset.sent = "yes";
  try {
    await queue.add({
      person: await reader(), url: new URL(form.action, location).pathname, title: title(form),
      fields: [...data.entries()], back: location.pathname + location.hash,
    });
  } catch {
    delete form.dataset.sent;
    full();
    return;
  }
  await dropDraft(form);
  number(form);
  delete form.dataset.sent;
  announce(body.dataset.tQueued);
  sendSoon();
  const next = data.get("queued_next") || "/waiting";
  form.dispatchEvent(new CustomEvent("glane:queued", { bubbles: true }));
  if (new URL(next, location).pathname !== location.pathname) location.href = next;
}

export function full() {
  const strip = document.getElementById("strip-full");
  if (strip) strip.hidden = false;
  announce(strip?.textContent ?? "");
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.queue === undefined) return;
  const box = form.querySelector("input[name=queued]");
  if (box) box.value = title(form);
  if (navigator.onLine) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (form.dataset.sent) return;
  if (event.submitter?.formNoValidate) announce(body.dataset.tNetwork);
  else wait(form, event.submitter).catch(full);
}, true);

/* Hours that have passed since this copy was drawn are not offered. */
async function passed() {
  if (body.dataset.kept === undefined) return;
  await clockKnown;
  for (const box of document.querySelectorAll("input[name=slot]")) {
    if (Date.parse(box.value.split("/")[1]) > shownNow()) continue;
    box.checked = false;
    box.disabled = true;
    box.closest(".tile").hidden = true;
  }
}

for (const form of document.querySelectorAll("form[data-queue]")) number(form);
document.addEventListener("htmx:afterSettle", (event) => { for (const form of event.target.querySelectorAll?.("form[data-queue]") ?? []) number(form); });
passed();
