/* This phone and its network: the service worker, a new release, whose page this is, and the word on what waits.

   <body data-person data-release data-kept>   whose page, of which release; data-kept: a copy, of that moment
   #strip-waiting, #strip-release, #strip-kept  the three things there may be to say, in layout.html
   <div data-keep-pages='["/a", "/b"]' data-keep-mark="…">  pages to keep on the phone; another mark: anew */
import "./queue.js";
import { keepAllDrafts } from "./drafts.js";

const queue = self.glaneQueue;
const body = document.body;
const PAUSES = [2, 5, 15, 30, 60, 120, 300];
const LOOK_AGAIN = 3600000;
const workers = navigator.serviceWorker;
let failures = 0;
let timer = 0;
let sending = false;

export const isCopy = () => body.dataset.kept !== undefined;
export const reader = async () => (isCopy() ? (await queue.fact("person")) ?? "" : body.dataset.person ?? "");

/* What waits, said at the foot of every page. */
async function say() {
  const strip = document.getElementById("strip-waiting");
  if (!strip) return;
  const person = await reader();
  const mine = (await queue.all()).filter((item) => item.person === person && item.state !== "dropped");
  const refused = mine.filter((item) => item.state === "refused").length;
  const outcome = await queue.fact("outcome");
  const count = refused || mine.length;
  strip.hidden = !count || location.pathname === "/waiting";
  const words = refused ? "tRefused" : sending ? "tSending" : outcome === "sign-in" ? "tSignIn" : "tWaiting";
  const text = strip.dataset[words].replace("{count}", count);
  if (strip.lastElementChild.textContent !== text) strip.lastElementChild.textContent = text;
  strip.classList.toggle("is-wrong", refused > 0);
}

async function send() {
  clearTimeout(timer);
  const waiting = (await queue.all()).filter((item) => item.state === "waiting").length;
  if (!waiting) { failures = 0; return say(); }
  if (!navigator.onLine) return say();
  sending = true;
  await say();
  const outcome = await queue.send();
  sending = false;
  failures = outcome === "later" || outcome === "busy" ? failures + 1 : 0;
  if (failures) timer = setTimeout(send, PAUSES[Math.min(failures, PAUSES.length) - 1] * 1000);
  return say();
}

export async function sendSoon() {
  const registration = await workers?.getRegistration();
  await registration?.sync?.register("glane-send").catch(() => {});
  await send();
}

/* A release newer than this page: said, never forced. What is typed is kept before it is fetched. */
export function newRelease(waiting) {
  const strip = document.getElementById("strip-release");
  if (!strip) return;
  strip.hidden = false;
  strip.querySelector("button").onclick = () => {
    keepAllDrafts();
    if (!waiting) { location.reload(); return; }
    workers.addEventListener("controllerchange", () => location.reload(), { once: true });
    waiting.postMessage({ take: true });
  };
}

async function register() {
  if (!workers) return;
  const registration = await workers.register("/sw.js");
  const look = (worker) => worker?.addEventListener("statechange", () => {
    if (worker.state === "installed" && workers.controller) newRelease(worker);
  });
  if (registration.waiting && workers.controller) newRelease(registration.waiting);
  look(registration.installing);
  registration.addEventListener("updatefound", () => look(registration.installing));
  setInterval(() => registration.update().catch(() => {}), LOOK_AGAIN);
  addEventListener("online", () => registration.update().catch(() => {}));
  const ready = await workers.ready;
  if (!isCopy()) ready.active.postMessage({ language: document.documentElement.lang });
  keepPages(ready.active);
  document.addEventListener("htmx:afterSettle", () => keepPages(ready.active));
}

let keptMark = "";
function keepPages(worker) {
  const asking = document.querySelector("[data-keep-pages]");
  if (!asking || isCopy()) return;
  const mark = asking.dataset.keepPages + (asking.dataset.keepMark ?? "");
  if (mark === keptMark) return;
  keptMark = mark;
  worker.postMessage({ keep: JSON.parse(asking.dataset.keepPages), mark: asking.dataset.keepMark });
}

/* A part drawn by another release does not go into this page: its marks would meet other styles and scripts. */
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  const theirs = xhr.getResponseHeader("x-glane-release");
  const date = xhr.getResponseHeader("date");
  if (date) queue.met(new Headers({ date }));
  if (!theirs || theirs === body.dataset.release) return;
  event.detail.shouldSwap = false;
  newRelease(null);
  /* A person waits for the answer: the page comes anew, whole, with what was typed. */
  if (!event.detail.target.matches("[data-live-refresh]")) { keepAllDrafts(); location.reload(); }
});

/* A page left open: its token may be old, and somebody else may have signed in meanwhile. */
async function lookAround() {
  let here;
  try { here = await queue.session(); } catch { return; }
  if (here.release !== body.dataset.release) newRelease(null);
  if (isCopy()) {
    if (here.person !== ((await queue.fact("person")) ?? "")) return;
  } else if (here.person !== (body.dataset.person ?? "")) {
    keepAllDrafts();
    location.reload();
    return;
  }
  for (const box of document.querySelectorAll("input[name=csrf]")) box.value = here.csrf;
  body.setAttribute("hx-headers", JSON.stringify({ "x-csrf-token": here.csrf }));
}

let left = Date.now();
function back() {
  send();
  if (Date.now() - left > 60000 || isCopy()) lookAround();
  left = Date.now();
}
addEventListener("pageshow", (event) => { if (event.persisted) lookAround(); });
addEventListener("online", () => { failures = 0; back(); });
addEventListener("focus", back);
document.addEventListener("visibilitychange", () => { if (document.hidden) left = Date.now(); else back(); });
document.addEventListener("glane:queue", say);
queue.channel?.addEventListener("message", () => { document.dispatchEvent(new Event("glane:changed")); say(); });

function saidOfCopy() {
  const strip = document.getElementById("strip-kept");
  if (!strip || !isCopy()) return;
  strip.hidden = false;
  if (document.getElementById("no-network") || location.pathname === "/waiting") return;
  const hour = new Date(body.dataset.kept).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  strip.lastElementChild.textContent = strip.dataset.tFrom.replace("{hour}", document.documentElement.lang === "fr" ? hour.replace(":", "\u00a0h\u00a0") : hour);
}

/* Signed out by hand: nothing of this person stays readable here. What waits stays, unread, until they are back. */
document.addEventListener("submit", (event) => {
  if (event.target.getAttribute("action") === "/sign-out") workers?.controller?.postMessage({ forget: true });
}, true);

saidOfCopy();
if ("indexedDB" in self) {
  (async () => {
    if (!isCopy()) await queue.note("person", body.dataset.person ?? "");
    if (isCopy() && navigator.onLine) await lookAround();
    if ((await queue.fact("ahead")) === undefined && body.dataset.person) await queue.session();
    await send();
  })().catch((error) => console.info("queue", error));
}
/* Its files come once the page has its own. */
const start = () => register().catch((error) => console.info("service worker", error));
if (document.readyState === "complete") start(); else addEventListener("load", start, { once: true });
