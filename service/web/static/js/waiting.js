/* The page of what waits: its list is drawn here, since this phone alone knows it. Words and marks: waiting.html. */
import "./queue.js";
import { draftOf } from "./drafts.js";
import { reader, sendSoon } from "./phone.js";
import { momentOf } from "./time.js";

const queue = self.glaneQueue;
const place = document.getElementById("waiting");
const copy = (id) => document.getElementById(id).content.firstElementChild.cloneNode(true);
function row(item, outcome) {
  const line = copy(item.state === "dropped" ? "row-dropped" : item.state === "refused" ? "row-refused" : "row-waiting");
  line.dataset.item = item.id;
  line.querySelector(".row-title").textContent = item.title;
  const sub = line.querySelector("[data-when]");
  if (sub) sub.textContent = place.dataset.tMade.replace("{hour}", momentOf(item));
  const why = line.querySelector("[data-why]");
  if (why && item.said) why.textContent = [item.said.detail, ...item.said.fields].filter(Boolean).join(" ");
  const sign = line.querySelector("[data-sign-in]");
  if (sign) sign.hidden = outcome !== "sign-in";
  return line;
}

async function draw() {
  const person = await reader();
  const items = await queue.all();
  const mine = items.filter((item) => item.person === person);
  const outcome = await queue.fact("outcome");
  place.replaceChildren(...mine.map((item) => row(item, outcome)));
  document.getElementById("nothing").hidden = mine.length > 0;
  const others = items.filter((item) => item.person !== person && item.state !== "dropped").length;
  const note = document.getElementById("others");
  note.hidden = !others;
  note.querySelector("p").textContent = note.dataset.t.replace("{count}", others);
  const sent = ((await queue.fact("sent")) ?? []).filter((one) => one.person === person);
  const done = document.getElementById("sent");
  done.hidden = !sent.length;
  done.querySelector("ul").replaceChildren(...sent.slice(0, 5).map((one) => {
    const line = copy("row-sent");
    const link = line.querySelector("a");
    link.textContent = one.title;
    if (one.href.startsWith("/")) link.href = one.href;
    return line;
  }));
}

/* There was no room to keep what was sent: where it was typed it still stands. */
function lost() {
  const back = new URLSearchParams(location.search).get("full");
  if (back === null) return;
  const note = document.getElementById("full");
  note.hidden = false;
  if (/^\/(?!\/)/.test(back)) note.querySelector("a").href = back;
}

/* What was refused goes back into the form it came from, whole, photos too; sent again it replaces this. */
async function correct(item) {
  await draftOf(item);
  await queue.drop(item.id);
  location.href = item.back || "/";
}

document.addEventListener("click", async (event) => {
  const act = event.target.closest("[data-act]")?.dataset.act;
  const id = event.target.closest("[data-item]")?.dataset.item;
  if (!act) return;
  const item = (await queue.all()).find((one) => one.id === id);
  if (act === "send") await sendSoon();
  if (!item) return draw();
  if (act === "correct") await correct(item);
  if (act === "again") { await queue.put({ ...item, state: "waiting", said: undefined }); await sendSoon(); }
  if (act === "drop") await queue.put({ ...item, state: "dropped", was: item.state });
  if (act === "undo") await queue.put({ ...item, state: item.was ?? "waiting" });
  if (act === "drop" || act === "undo") document.querySelector(`[data-item="${id}"] button`)?.focus();
  return undefined;
});

/* What was thrown away can be taken back while this page is open. */
addEventListener("pagehide", async () => {
  for (const item of await queue.all()) if (item.state === "dropped") await queue.drop(item.id);
});
document.addEventListener("glane:queue", draw);
document.addEventListener("glane:changed", draw);
lost();
draw();
