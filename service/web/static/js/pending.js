/* What waits on this phone, said where it will count, so that a page kept from before does not look as if nothing had
   been done.

   data-pending="/rounds/3/stops/1/"       says what waits for addresses that begin so; hidden while there is nothing
   data-pending-not="/stops/"              but not for those that go on so
   data-pending-then="/rounds/3/stops/1/"  where to go then: hidden until the last that waits ends that stop
   data-pending-kinds="arrived"            or is one of these reports
   form[data-pending-hide]                 is not offered again while its own sending waits */
import "./queue.js";
import { reader } from "./phone.js";
import { momentOf } from "./time.js";

const queue = self.glaneQueue;
/* Reports after which nothing is left to do at a stop. */
const ENDS = "loaded partly delivered refused failed";
const said = (item, name) => item.fields.find(([known]) => known === name)?.[1] ?? "";

function waitsFor(form, item) {
  if (new URL(form.action, location).pathname !== item.url) return false;
  const box = (name) => form.querySelector(`input[type=hidden][name="${name}"]`)?.value ?? "";
  return box("queued_keep") === said(item, "queued_keep") && (!box("kind") || box("kind") === said(item, "kind"));
}

function mark(item) {
  const line = document.getElementById("pending-mark").content.firstElementChild.cloneNode(true);
  const words = line.querySelector("[data-t-wrong]");
  if (item.state === "refused") words.textContent = words.dataset.tWrong;
  const link = line.querySelector("a");
  link.textContent = `${item.title}, ${link.dataset.tMade.replace("{hour}", momentOf(item))}`;
  return line;
}

async function draw() {
  const places = document.querySelectorAll("[data-pending], [data-pending-then], form[data-pending-hide]");
  if (!places.length) return;
  const person = await reader();
  const mine = (await queue.all()).filter((item) => item.person === person && item.state !== "dropped");
  for (const place of places) {
    const { pending, pendingNot, pendingThen } = place.dataset;
    if (place.matches("form")) {
      const waits = mine.some((item) => item.state === "waiting" && waitsFor(place, item));
      /* Hidden by this file alone: it shows again only what it hid. */
      if (waits || place.dataset.pendingHid) place.hidden = waits;
      if (waits) place.dataset.pendingHid = "yes"; else delete place.dataset.pendingHid;
      continue;
    }
    const here = mine.filter((item) => item.url.startsWith(pending ?? pendingThen) && !(pendingNot && item.url.includes(pendingNot)));
    if (pending) place.replaceChildren(...here.map(mark));
    const last = here.filter((item) => item.state === "waiting").at(-1);
    const kinds = (place.dataset.pendingKinds ?? ENDS).split(" ");
    place.hidden = pending ? !here.length : !last || !kinds.includes(said(last, "kind"));
  }
}

const soon = () => draw().catch((error) => console.info("pending", error));
for (const name of ["glane:queue", "glane:changed", "htmx:afterSettle"]) document.addEventListener(name, soon);
soon();
