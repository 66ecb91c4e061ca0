/* Taking a stop of the board with the pointer: each round says what it would cost before the stop is let go.

   [data-lanes]                      the rows; data-t-… are their words
   [data-lane="12"]                  a row, which is round 12; [data-cost] in it says the cost
   [data-stop="3"][data-round="12"]  a stop to take: its href is the page where it is moved, and says it exactly

   Without a pointer, or without this script, the stop is a link: the page behind it shows the same costs in a list. */

const FAR = 8;
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

function follow(x, y) {
  taken.x = x;
  taken.y = y;
  if (taken.label) taken.label.style.transform = `translate(${x + 14}px, ${y + 14}px)`;
}

function let_go() {
  if (!taken) return;
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

document.addEventListener("pointerdown", (event) => {
  const mark = event.target.closest?.("[data-stop]");
  if (!mark || event.button !== 0 || event.pointerType === "touch") return;
  taken = { mark, startX: event.clientX, startY: event.clientY, x: 0, y: 0, moved: false, offers: new Map(), lane: null, label: null };
});

document.addEventListener("pointermove", (event) => {
  if (!taken) return;
  if (!taken.moved) {
    if (Math.hypot(event.clientX - taken.startX, event.clientY - taken.startY) < FAR) return;
    taken.moved = true;
    taken.label = label(board());
    taken.mark.classList.add("is-taken");
    document.body.classList.add("is-dragging");
    const asked = taken;
    ask(taken.mark).then((offers) => { if (taken === asked) show(offers); }, () => { if (taken === asked) show(null); });
  }
  event.preventDefault();
  follow(event.clientX, event.clientY);
  over(event.clientX, event.clientY);
});

document.addEventListener("pointerup", (event) => {
  if (!taken) return;
  const { moved, lane, mark } = taken;
  if (!moved) {
    taken = null;
    return;
  }
  event.preventDefault();
  /* The click that follows a drag is not a tap on the link. */
  const swallow = (click) => { click.preventDefault(); click.stopPropagation(); };
  document.addEventListener("click", swallow, { capture: true, once: true });
  setTimeout(() => document.removeEventListener("click", swallow, { capture: true }), 50);
  let_go();
  if (lane) location.assign(`${mark.getAttribute("href")}?to=${lane}#cost`);
});

document.addEventListener("pointercancel", let_go);
document.addEventListener("keydown", (event) => { if (event.key === "Escape") let_go(); });
document.addEventListener("dragstart", (event) => { if (event.target.closest?.("[data-stop]")) event.preventDefault(); });
