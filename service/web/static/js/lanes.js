/* Taking a stop of the board with the mouse or a finger: each round says what it would cost before it is let go.

   A finger that moves at once scrolls, and one that is lifted at once taps: a stop is taken by holding it for a moment.

   [data-lanes]                      the rows; data-t-… are their words
   [data-lane="12"]                  a row, which is round 12; [data-cost] in it says the cost
   [data-stop="3"][data-round="12"]  a stop to take: its href is the page where it is moved, and says it exactly

   Without a pointer, or without this script, the stop is a link: the page behind it shows the same costs in a list. */

const FAR = 8;
/* Milliseconds a finger rests on a stop to take it. */
const HELD = 250;
/* So near to the upper or lower edge of the window (pixels), what is held scrolls it. */
const EDGE = 64;
let taken = null;

const euros = (cents, locale) =>
  new Intl.NumberFormat(locale, { style: "currency", currency: "EUR", signDisplay: "exceptZero" })
    .format(cents / 100).replace("-", "\u2212");

const board = () => document.querySelector("[data-lanes]");

function say(text) {
  if (taken.label) taken.label.textContent = text;
}

function label(box) {
  const said = document.createElement("div");
  said.className = "drag-label";
  said.setAttribute("role", "status");
  said.textContent = box.dataset.tAsking;
  document.body.append(said);
  return said;
}

async function ask(mark) {
  const answer = await fetch(`/api/v1/rounds/${mark.dataset.round}/stops/${mark.dataset.stop}/moves`, {
    headers: { accept: "application/json" },
  });
  return answer.ok ? (await answer.json()).items : null;
}

function show(offers) {
  const box = board();
  if (!box || !taken) return;
  if (!offers) {
    say(box.dataset.tNone);
    return;
  }
  for (const offer of offers) taken.offers.set(String(offer.round_id), offer);
  for (const lane of box.querySelectorAll("[data-lane]")) {
    const offer = taken.offers.get(lane.dataset.lane);
    const cost = lane.querySelector("[data-cost]");
    if (!offer || !cost) continue;
    cost.hidden = false;
    cost.textContent = offer.refused
      ? box.dataset.tRefused
      : box.dataset.tCost.replace("{cost}", euros(offer.cents, box.dataset.locale));
    cost.title = offer.refused ?? "";
    lane.classList.toggle("is-closed", Boolean(offer.refused));
    lane.classList.toggle("is-open", !offer.refused);
  }
  over(taken.x, taken.y);
}

function over(x, y) {
  const lane = document.elementFromPoint(x, y)?.closest("[data-lane]");
  for (const one of board()?.querySelectorAll(".is-over-me") ?? []) one.classList.remove("is-over-me");
  taken.lane = null;
  if (!lane || lane.dataset.lane === taken.mark.dataset.round) return;
  const offer = taken.offers.get(lane.dataset.lane);
  if (!offer) return;
  lane.classList.add("is-over-me");
  const name = lane.querySelector(".lane-name a")?.textContent ?? "";
  say(`${name} : ${lane.querySelector("[data-cost]").textContent}`);
  if (!offer.refused) taken.lane = lane.dataset.lane;
}

/* What is said stands beside the mouse and above the finger, which would hide it; always within the window. */
function follow(x, y) {
  taken.x = x;
  taken.y = y;
  if (!taken.label) return;
  const { offsetWidth: wide, offsetHeight: high } = taken.label;
  const left = taken.touch ? x - wide / 2 : x + 14;
  const top = taken.touch ? y - high - 36 : y + 14;
  const within = (at, room) => Math.max(8, Math.min(at, room - 8));
  taken.label.style.transform = `translate(${within(left, innerWidth - wide)}px, ${within(top, innerHeight - high)}px)`;
}

/* Rounds above or below the window are reached by holding the stop at its edge: a finger has no wheel. */
function creep() {
  if (!taken?.moved) return;
  const into = taken.y < EDGE ? taken.y - EDGE : Math.max(0, taken.y - innerHeight + EDGE);
  if (into && taken.away) {
    scrollBy({ top: into / 4, behavior: "instant" });
    over(taken.x, taken.y);
  }
  requestAnimationFrame(creep);
}

function lift(x, y) {
  taken.moved = true;
  taken.label = label(board());
  taken.mark.classList.add("is-taken");
  document.body.classList.add("is-dragging");
  follow(x, y);
  const asked = taken;
  ask(taken.mark).then((offers) => { if (taken === asked) show(offers); }, () => { if (taken === asked) show(null); });
  requestAnimationFrame(creep);
}

function let_go() {
  if (!taken) return;
  clearTimeout(taken.timer);
  taken.label?.remove();
  taken.mark.classList.remove("is-taken");
  for (const lane of board()?.querySelectorAll("[data-lane]") ?? []) {
    lane.classList.remove("is-open", "is-closed", "is-over-me");
    const cost = lane.querySelector("[data-cost]");
    if (cost) cost.hidden = true;
  }
  document.body.classList.remove("is-dragging");
  taken = null;
}

const far = (event) => Math.hypot(event.clientX - taken.startX, event.clientY - taken.startY) >= FAR;

document.addEventListener("pointerdown", (event) => {
  /* A second finger is about to zoom, not to carry. */
  if (!event.isPrimary) return let_go();
  const mark = event.target.closest?.("[data-stop]");
  if (!mark || event.button !== 0) return;
  let_go();
  const { clientX: startX, clientY: startY, pointerId: pointer } = event;
  const touch = event.pointerType === "touch";
  taken = { mark, startX, startY, pointer, touch, x: startX, y: startY, moved: false, away: false, offers: new Map(), lane: null, label: null, timer: 0 };
  const held = taken;
  if (touch) taken.timer = setTimeout(() => { if (taken === held) lift(startX, startY); }, HELD);
});

document.addEventListener("pointermove", (event) => {
  if (!taken || event.pointerId !== taken.pointer) return;
  if (!taken.moved) {
    if (!far(event)) return;
    if (taken.touch) return let_go();
    lift(event.clientX, event.clientY);
  }
  event.preventDefault();
  taken.away ||= far(event);
  follow(event.clientX, event.clientY);
  over(event.clientX, event.clientY);
});

document.addEventListener("pointerup", (event) => {
  if (!taken || event.pointerId !== taken.pointer) return;
  const { away, lane, mark } = taken;
  let_go();
  if (!away) return;
  event.preventDefault();
  /* The click that follows a drag is not a tap on the link. */
  const swallow = (click) => { click.preventDefault(); click.stopPropagation(); };
  document.addEventListener("click", swallow, { capture: true, once: true });
  setTimeout(() => document.removeEventListener("click", swallow, { capture: true }), 50);
  if (lane) location.assign(`${mark.getAttribute("href")}?to=${lane}#cost`);
});

/* The page does not scroll under a stop that is held, nor does the link's own menu open over it. */
document.addEventListener("touchmove", (event) => { if (taken?.moved && event.cancelable) event.preventDefault(); }, { passive: false });
document.addEventListener("contextmenu", (event) => { if (taken?.touch) event.preventDefault(); });
document.addEventListener("pointercancel", (event) => { if (event.pointerId === taken?.pointer) let_go(); });
document.addEventListener("keydown", (event) => { if (event.key === "Escape") let_go(); });
document.addEventListener("dragstart", (event) => { if (event.target.closest?.("[data-stop]")) event.preventDefault(); });

/* Where the day is wider than the screen, it opens at what is now, or at its first stop. */
const whole = board();
const now = whole?.querySelector(".lane-now") ?? whole?.querySelector(".stop-mark");
if (now) whole.scrollLeft += now.getBoundingClientRect().left - whole.getBoundingClientRect().left - whole.clientWidth / 3;
