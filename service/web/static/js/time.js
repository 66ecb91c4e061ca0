/* Keeps the bars of time left true.

   <body data-now="ISO" data-speed="1">   the shown time when the page was made, and how fast it runs
   data-deadline="ISO" data-whole="seconds" data-late="words"   as drawn by ui.time_left
   data-clock                              an element that shows the hour of the shown clock */
import "./queue.js";

const body = document.body;
const made = Date.parse(body.dataset.now);
const speed = Number(body.dataset.speed ?? 1);
const opened = performance.timeOrigin;
const french = document.documentElement.lang === "fr";
const NB = "\u00a0";

/* A page kept from before was drawn at `data-kept` by the server's clock, of which this phone's is `ahead`. */
const kept = Date.parse(body.dataset.kept ?? "");
let ahead = 0;
/** Settled once that is known. */
export const clockKnown = Number.isNaN(kept) ? Promise.resolve() : self.glaneQueue.fact("ahead").then((said) => { ahead = (said ?? 0) * 1000; }).catch(() => {});

/** The shown time, in milliseconds; a phone whose clock is wrong by a day makes no difference. */
export const shownNow = () => made + (Number.isNaN(kept) ? Date.now() - opened : Date.now() - ahead - kept) * speed;

/** "2 h 10", "45 min", "3 j", as the server writes it. */
export function duration(milliseconds) {
  const minutes = Math.max(0, Math.round(milliseconds / 60000));
  if (minutes < 60) return `${minutes}${NB}min`;
  if (minutes < 48 * 60) {
    const rest = minutes % 60;
    return `${Math.floor(minutes / 60)}${NB}h${rest ? NB + String(rest).padStart(2, "0") : ""}`;
  }
  return `${Math.floor(minutes / 1440)}${NB}${french ? "j" : "d"}`;
}

/** When something that waits on this phone was made, by the server's clock: "18 h 42", with its day unless today. */
export function momentOf(item) {
  const wrong = (item.ahead ?? 0) * 1000;
  const at = new Date(item.made - wrong);
  const day = at.toDateString() === new Date(Date.now() - wrong).toDateString() ? {} : { day: "numeric", month: "long" };
  const hour = at.toLocaleString(document.documentElement.lang, { ...day, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  return french ? hour.replace(":", `${NB}h${NB}`) : hour;
}

function tick() {
  const now = shownNow();
  for (const place of document.querySelectorAll("[data-deadline]")) {
    const left = Date.parse(place.dataset.deadline) - now;
    const words = place.querySelector("time");
    const bar = place.querySelector("progress");
    const text = left > 0 ? body.dataset.tLeft.replace("{time}", duration(left)) : place.dataset.late || body.dataset.tOver;
    if (words && words.textContent !== text) words.textContent = text;
    if (bar) bar.value = Math.max(0, Math.min(100, (left / 10 / Number(place.dataset.whole || 21600))));
    place.classList.toggle("is-over", left <= 0);
    place.classList.toggle("is-urgent", left > 0 && left < 3600000);
    place.classList.toggle("is-soon", left >= 3600000 && left < 10800000);
  }
  for (const place of document.querySelectorAll("[data-clock]")) {
    const hour = new Date(now).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: place.dataset.clock || undefined });
    place.textContent = french ? hour.replace(":", `${NB}h${NB}`) : hour;
  }
}

setInterval(tick, speed > 1 ? 2000 : 30000);
document.addEventListener("htmx:afterSettle", tick);
document.addEventListener("visibilitychange", () => { if (!document.hidden) tick(); });
clockKnown.then(tick);
