/* What is typed in a form is kept on this phone until it is sent, the browser closed or not.

   every <form method=post>    except data-keep="no", and where one signs in; a password is never kept
   data-keep="name"            tells apart two forms of a page that are sent to the same address
   data-redraw                 the server draws the form again from a draft (fields that are not there yet)
   data-drawn                  drawn from what was just typed: that is the draft now

   A draft belongs to a person, a form and a tab. Another tab never writes into it; once its tab is closed, whoever opens
   the form next finds it again. Files are kept in the queue's database, beside what waits. */
import "./queue.js";

const queue = self.glaneQueue;
const body = document.body;
const OLDEST = 14 * 86400000;
const SECRET = new Set(["password", "file", "submit", "button", "image"]);
const ROOT = "glane-draft|";
const person = body.dataset.person ?? "";

const read = (key) => { try { return JSON.parse(localStorage.getItem(key) ?? "null"); } catch { return null; } };
const keys = () => { try { return Object.keys(localStorage).filter((key) => key.startsWith(ROOT)); } catch { return []; } };
const drop = (key) => {
  try { localStorage.removeItem(key); } catch { /* Nothing could be kept there either. */ }
  queue.note(key, undefined).catch(() => {});
};

function write(key, draft) {
  try { localStorage.setItem(key, JSON.stringify(draft)); } catch { tellFull(); }
}

export function tellFull() {
  const strip = document.getElementById("strip-full");
  if (strip) strip.hidden = false;
}

/* Each tab has a number. A tab that was duplicated takes another one. */
const session = { read: () => { try { return sessionStorage.getItem("glane-tab"); } catch { return null; } }, write: (id) => { try { sessionStorage.setItem("glane-tab", id); } catch { /* As above. */ } } };
let tab = session.read() ?? Math.random().toString(36).slice(2, 10);
session.write(tab);

function hold(id, patience) {
  return new Promise((resolve) => {
    const options = patience ? { signal: AbortSignal.timeout(patience) } : {};
    navigator.locks.request(`glane-tab-${id}`, options, () => { resolve(true); return new Promise(() => {}); }).catch(() => resolve(false));
  });
}

const settled = (async () => {
  if (!navigator.locks || (await hold(tab, 1500))) return;
  tab = Math.random().toString(36).slice(2, 10);
  session.write(tab);
  await hold(tab);
})();

async function openTabs() {
  if (!navigator.locks) return new Set();
  return new Set((await navigator.locks.query()).held.map((lock) => lock.name.replace("glane-tab-", "")));
}

const isKept = (form) => form.method === "post" && form.dataset.keep !== "no" && !form.querySelector('[autocomplete="current-password"]');
const nameOf = (form) => `${new URL(form.action, location).pathname}#${form.dataset.keep ?? ""}`;
const keyOf = (name, of = tab, whose = person) => `${ROOT}${whose}|${name}|${of}`;
const boxes = (form) => [...form.elements].filter((box) => box.name && !SECRET.has(box.type) && (box.type !== "hidden" || box.name === "photo_kept" || box.name.endsWith(".product")) && box.autocomplete !== "one-time-code");
const ticks = (box) => box.type === "radio" || box.type === "checkbox";

function keep(form) {
  const fields = boxes(form).map((box) => [box.name, box.value, ticks(box) ? box.checked : null]);
  write(keyOf(nameOf(form)), { at: Date.now(), fields });
  form.dataset.typed = "yes";
}

async function keepFiles(form) {
  const files = [...form.elements].filter((box) => box.type === "file").flatMap((box) => [...box.files].map((file) => [box.name, file]));
  try { await queue.note(keyOf(nameOf(form)), files.length ? files : undefined); } catch { tellFull(); }
}

export function keepAllDrafts() {
  for (const form of document.querySelectorAll("form[data-typed]")) keep(form);
}

export async function dropDraft(form) {
  delete form.dataset.typed;
  drop(keyOf(nameOf(form)));
}

/* What waited and was refused becomes the draft of its form again. */
export async function draftOf(item) {
  await settled;
  const fields = item.fields.filter(([, value]) => typeof value === "string").map(([name, value]) => [name, value, true]);
  const key = keyOf(`${item.url}#${item.fields.find(([name]) => name === "queued_keep")?.[1] ?? ""}`, tab, item.person);
  write(key, { at: Date.now(), fields, exact: true });
  const files = item.fields.filter(([, value]) => value instanceof Blob);
  if (files.length) await queue.note(key, files);
}

/* Put a draft into the boxes that are there; those a person has changed since stay. Gives the names without a box. */
function fill(form, draft) {
  const there = boxes(form);
  const known = new Set(there.map((box) => box.name));
  for (const box of there) {
    if (box.dataset.filled || box.type === "hidden") continue;
    const said = draft.fields.filter(([name]) => name === box.name);
    if (!said.length && !draft.exact) continue;
    box.dataset.filled = "yes";
    if (ticks(box)) box.checked = said.some(([, value, checked]) => value === box.value && checked !== false);
    else if (said.length) box.value = said[0][1];
    if (said.length) box.dispatchEvent(new CustomEvent("glane:filled", { bubbles: true }));
  }
  return draft.fields.filter(([name, value, checked]) => value && checked !== false && !known.has(name) && !["csrf", "once", "queued", "queued_next", "queued_keep", "site_id"].includes(name));
}

async function redraw(form, draft) {
  const said = new FormData();
  for (const [name, value, checked] of draft.fields) if (checked !== false && name !== "csrf") said.append(name, value);
  for (const name of ["csrf", "once", "site_id"]) if (form.elements[name]?.value) said.set(name, form.elements[name].value);
  said.set("redraw", "1");
  const answer = await fetch(form.action, { method: "POST", body: said });
  if (!answer.ok || answer.headers.get("x-glane-release") !== body.dataset.release) return form;
  const drawn = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("form[data-redraw]");
  if (!drawn) return form;
  form.replaceWith(drawn);
  self.htmx?.process(drawn);
  drawn.dataset.restored = "yes";
  return drawn;
}

async function refile(form, key) {
  const files = await queue.fact(key).catch(() => undefined);
  for (const [name, file] of files ?? []) {
    const box = form.elements[name];
    if (box?.type !== "file") continue;
    const given = new DataTransfer();
    for (const [other, one] of files) if (other === name) given.items.add(one instanceof File ? one : new File([one], file.name ?? "photo.jpg", { type: one.type }));
    box.files = given.files;
    /* A photo was made small before it was kept. */
    box.dispatchEvent(new Event(box.closest("[data-photo]") ? "glane:photo" : "change", { bubbles: true }));
  }
}

function tell(form, key) {
  const note = document.getElementById("draft-note")?.content.firstElementChild.cloneNode(true);
  if (!note) return;
  note.querySelector("button").addEventListener("click", () => { drop(key); form.reset(); delete form.dataset.typed; location.reload(); });
  form.prepend(note);
}

async function restore(form) {
  const name = nameOf(form);
  const own = keyOf(name);
  let draft = read(own);
  if (!draft) {
    const open = await openTabs();
    const left = keys().filter((key) => key.startsWith(`${ROOT}${person}|${name}|`) && !open.has(key.split("|").pop()));
    const key = left.sort((a, b) => (read(b)?.at ?? 0) - (read(a)?.at ?? 0))[0];
    if (!key) return;
    draft = read(key);
    write(own, draft);
    const files = await queue.fact(key).catch(() => undefined);
    if (files) await queue.note(own, files);
    for (const one of left) drop(one);
  }
  if (draft.once && form.elements.once) form.elements.once.value = draft.once;
  let drawn = form;
  const missing = fill(form, draft);
  if (missing.length && form.dataset.redraw !== undefined && navigator.onLine) drawn = await redraw(form, draft).catch(() => form);
  else if (missing.length) form.addEventListener("htmx:afterSettle", () => fill(form, draft));
  await refile(drawn, own);
  drawn.dataset.typed = "yes";
  drawn.dispatchEvent(new CustomEvent("glane:restored", { bubbles: true }));
  tell(drawn, own);
}

/* What became of the form sent last: kept while its answer is a refusal or never came, dropped once it was taken. */
function settle() {
  let sent;
  try {
    /* Signed out meanwhile: signing in leads back to the form. */
    const from = sessionStorage.getItem("glane-from");
    const door = document.querySelector('.error-page a[href^="/sign-in"]');
    if (from && door && body.dataset.status === "401") door.href = `/sign-in?next=${encodeURIComponent(from)}`;
  } catch { /* The door leads home then. */ }
  try { sent = sessionStorage.getItem("glane-sent"); sessionStorage.removeItem("glane-sent"); } catch { return; }
  /* The phone had no room for what was to wait: it is nowhere but here. */
  if (new URLSearchParams(location.search).has("full")) return;
  if (sent && Number(body.dataset.status ?? 200) < 400 && location.pathname !== "/offline" && document.getElementById("no-network") === null) drop(sent);
}

async function prepare() {
  await settled;
  for (const form of document.querySelectorAll("form:not([data-restored])")) {
    form.dataset.restored = "yes";
    if (!isKept(form) || !boxes(form).some((box) => box.type !== "hidden")) continue;
    if (form.dataset.drawn !== undefined || document.querySelector(".errors")) keep(form);
    else await restore(form).catch((error) => console.info("draft", error));
  }
}

for (const kind of ["input", "change"]) {
  document.addEventListener(kind, async (event) => {
    const { form } = event.target;
    if (!form || !isKept(form) || !event.isTrusted && !form.dataset.typed) return;
    keep(form);
    /* A photo is kept once it is small (pictures.js). */
    if (event.target.type === "file" && event.isTrusted && !event.target.closest("[data-photo]")) await keepFiles(form);
  });
}
document.addEventListener("glane:photo", async (event) => {
  const { form } = event.target;
  if (!form || !isKept(form)) return;
  keep(form);
  await keepFiles(form);
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || !form.dataset.typed || !isKept(form)) return;
  const key = keyOf(nameOf(form));
  const draft = read(key);
  if (draft) write(key, { ...draft, once: form.elements.once?.value });
  try { sessionStorage.setItem("glane-sent", key); sessionStorage.setItem("glane-from", location.pathname); } catch { /* Then it is found again, and may be thrown away. */ }
});

for (const key of keys()) if (Date.now() - (read(key)?.at ?? 0) > OLDEST) drop(key);
settle();
document.addEventListener("htmx:afterSettle", prepare);
prepare();
