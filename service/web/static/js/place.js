/* A part drawn anew leaves its reader where they were: the focus on the same control, what was unfolded unfolded, what was
   scrolled sideways where it stood. Without it whoever works by keyboard is thrown to the top at each piece of news.

   data-keep-scroll     on a box with an id that scrolls sideways */

const REACHED = "a[href], button, summary, input, select, textarea, [tabindex]";
const scrolled = new Map();
const opened = new Set();
let held = null;

/* What tells a control from the others of its part: where it leads, or what it says. */
const nameOf = (control) => [
  control.tagName, control.getAttribute("href") ?? control.form?.getAttribute("action") ?? "", control.getAttribute("name") ?? "",
  control.getAttribute("value") ?? "", control.textContent.replace(/\s+/g, " ").trim(),
].join("|");
const itemOf = (control) => control.closest("[data-item]")?.dataset.item ?? "";
const controlsOf = (part) => [...part.querySelectorAll(REACHED)].filter((control) => !control.closest("[hidden]") && control.type !== "hidden");
const summaryOf = (fold) => `${itemOf(fold)}|${fold.querySelector("summary")?.textContent.replace(/\d+/g, "").trim()}`;

document.addEventListener("htmx:beforeSwap", (event) => {
  const { target } = event.detail;
  for (const box of document.querySelectorAll("[data-keep-scroll]")) scrolled.set(box.id, box.scrollLeft);
  opened.clear();
  for (const fold of target?.querySelectorAll?.("details[open]") ?? []) opened.add(summaryOf(fold));
  const focus = document.activeElement;
  /* Two parts may be drawn at once: what the first took away is still to be given back when the second comes. */
  if (focus && focus !== document.body) held = null;
  if (target && focus && focus !== target && target.contains(focus)) {
    held = { part: target.id, near: target, name: nameOf(focus), item: itemOf(focus), at: controlsOf(target).indexOf(focus) };
  }
});

document.addEventListener("htmx:afterSettle", (event) => {
  for (const box of document.querySelectorAll("[data-keep-scroll]")) box.scrollLeft = scrolled.get(box.id) ?? box.scrollLeft;
  const target = event.detail.target ?? event.target;
  const part = (target.id && document.getElementById(target.id)) || target;
  for (const fold of part.querySelectorAll?.("details:not([open])") ?? []) if (opened.has(summaryOf(fold))) fold.open = true;
  if (!held || document.activeElement !== document.body) return;
  const drawn = (held.part && document.getElementById(held.part)) || held.near;
  if (!drawn.isConnected) return;
  const controls = controlsOf(drawn);
  const same = controls.filter((control) => nameOf(control) === held.name);
  const next = same.find((control) => itemOf(control) === held.item) ?? same[0] ?? controls[Math.min(held.at, controls.length - 1)];
  (next ?? document.getElementById("main"))?.focus({ preventScroll: true });
  held = null;
});
