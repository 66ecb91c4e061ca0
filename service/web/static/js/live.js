/* Keeps a page true while it is open.

   <body data-live-cursor="N">       opens /api/v1/live?cursor=N; absent: nothing happens
   data-live-refresh="lot,claim"     with hx-get and hx-trigger="refresh": fetched again when an entry's kind begins so
   data-item="lot-12"                inside it: what was not there before gets the class is-new
   data-live-every="15000"           on it: at most so often (milliseconds), for what is dear to fetch
   data-live-quiet                   on it: do not announce to a screen reader
   data-live-say                     a few words on a state ("Attribué"), anywhere: said when they change
   data-live-state                   a few words on the connection

   Every entry is also a DOM event `glane:entry` on document, its message in `detail`. */

const body = document.body;
const KEY = "glane-live-cursor";
const LONGEST_WAIT = 30000;
let cursor = Number(body.dataset.liveCursor);
let attempts = 0;
let socket = null;
let timer = 0;
const waiting = new Set();
const refreshed = new Map();

const say = (state) => {
  for (const place of document.querySelectorAll("[data-live-state]")) {
    place.dataset.state = state;
    place.textContent = state === "on" ? body.dataset.tOn : body.dataset.tOff;
  }
};

export function announce(text) {
  const place = document.getElementById("live");
  if (!place) return;
  place.textContent = "";
  setTimeout(() => { place.textContent = text; }, 60);
}

/* A thumb on it, or somebody typing in it: not now. */
let pressed = false;
addEventListener("pointerdown", () => { pressed = true; }, { passive: true });
for (const end of ["pointerup", "pointercancel"]) {
  addEventListener(end, () => setTimeout(() => { pressed = false; }, 350), { passive: true });
}
const tooSoon = (element) => Date.now() - (refreshed.get(element.id) ?? 0) < Number(element.dataset.liveEvery ?? 0);
const busy = (element) =>
  pressed || tooSoon(element) || document.querySelector("dialog[open]") !== null ||
  (element.contains(document.activeElement) && document.activeElement.matches("input, select, textarea"));

function refresh() {
  timer = 0;
  for (const element of [...waiting]) {
    if (!element.isConnected) waiting.delete(element);
    else if (!busy(element)) {
      waiting.delete(element);
      refreshed.set(element.id, Date.now());
      if (window.htmx) window.htmx.trigger(element, "refresh");
    }
  }
  if (waiting.size) timer = setTimeout(refresh, 800);
}

function entry(message) {
  document.dispatchEvent(new CustomEvent("glane:entry", { detail: message }));
  for (const element of document.querySelectorAll("[data-live-refresh]")) {
    const kinds = element.dataset.liveRefresh.split(",").map((kind) => kind.trim());
    if (kinds.some((kind) => kind && message.kind.startsWith(kind))) waiting.add(element);
  }
  if (waiting.size && !timer) timer = setTimeout(refresh, 250);
}

function open() {
  const url = new URL("/api/v1/live", location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  url.searchParams.set("cursor", String(cursor));
  socket = new WebSocket(url);
  socket.addEventListener("open", () => { attempts = 0; say("on"); });
  socket.addEventListener("message", (event) => {
    const message = JSON.parse(event.data);
    const number = Number(message.number ?? message.heartbeat);
    if (message.kind && number > cursor) entry(message);
    if (number > cursor) {
      cursor = number;
      try { sessionStorage.setItem(KEY, String(cursor)); } catch { /* Storage full or forbidden: the page's own cursor serves. */ }
    }
  });
  socket.addEventListener("close", (event) => {
    socket = null;
    if (event.code === 1008) { say("off"); return; }
    attempts += 1;
    if (attempts > 1) say("off");
    const wait = Math.min(LONGEST_WAIT, 500 * 2 ** attempts) * (0.5 + Math.random());
    setTimeout(() => { if (!socket) open(); }, wait);
  });
}

/* New cards keep their place and get a quiet mark. What came, what went, or what a part says of its state is said once;
   nothing where nothing a reader would notice has changed. */
const NAMED = 3;
const nameOf = (item) => {
  const name = item.querySelector(".lot-title, .row-title, .stop-text .strong, h2, h3") ?? item;
  const weight = item.querySelector(".weight-tag");
  return [name, weight].map((part) => part?.textContent.replace(/\s+/g, " ").trim().slice(0, 80)).filter(Boolean).join(", ");
};
const itemsOf = (part) => new Map([...part.querySelectorAll("[data-item]")].map((item) => [item.dataset.item, nameOf(item)]));
const statesOf = () => [...document.querySelectorAll("[data-live-say]")].map((place) => place.textContent.replace(/\s+/g, " ").trim());
/* Time passes on every page; that is no news. */
const wordsOf = (part) => {
  const copy = part.cloneNode(true);
  for (const clock of copy.querySelectorAll("time, .time-left, .htmx-indicator")) clock.remove();
  return copy.textContent.replace(/\s+/g, " ").trim();
};
const listed = (names) => {
  const told = names.slice(0, NAMED).join(" ; ");
  const others = names.length - NAMED;
  return others > 0 ? `${told} ${body.dataset.tOthers.replace("{count}", others)}` : told;
};

const before = new Map();
document.addEventListener("htmx:beforeSwap", (event) => {
  const target = event.detail.target;
  /* A part within it (whether a round comes, on each card) is fetched for whoever looks, and is no news. */
  if (target?.matches?.("[data-live-refresh]")) {
    before.set(target.id || target, { items: itemsOf(target), states: statesOf(), words: wordsOf(target) });
  }
});
document.addEventListener("htmx:afterSettle", (event) => {
  const target = event.detail.target ?? event.target;
  const known = before.get(target.id || target);
  if (!known) return;
  before.delete(target.id || target);
  const part = (target.id && document.getElementById(target.id)) || target;
  const items = itemsOf(part);
  for (const item of part.querySelectorAll("[data-item]")) {
    if (!known.items.has(item.dataset.item)) item.classList.add("is-new");
  }
  if (part.closest("[data-live-quiet]")) return;
  const came = [...items].filter(([key]) => !known.items.has(key)).map(([, name]) => name);
  const gone = [...known.items].filter(([key]) => !items.has(key)).map(([, name]) => name);
  const states = statesOf().filter((state) => state && !known.states.includes(state));
  const said = [
    ...(came.length ? [body.dataset.tNew.replace("{names}", listed(came))] : []),
    ...(gone.length ? [body.dataset.tGone.replace("{names}", listed(gone))] : []),
    ...states,
  ];
  if (said.length) announce(said.join(". "));
  else if (wordsOf(part) !== known.words) announce(body.dataset.tNews);
});

if (Number.isFinite(cursor) && body.dataset.liveCursor !== undefined && "WebSocket" in window) {
  /* Restored from the browser's memory, a page may be older than what this tab has already seen: take the older one. */
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  addEventListener("online", () => { if (!socket) open(); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden && !socket) open(); });
  open();
}
