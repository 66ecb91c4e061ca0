/* What every page runs. A page without a map in sight never fetches Leaflet; one folded away is drawn when opened. */
import "./pictures.js";
import "./queue.js";
import "./phone.js";
import "./sending.js";
import "./forms.js";
import "./drafts.js";
import "./live.js";
import "./place.js";
import "./time.js";
import "./undo.js";
import "./pending.js";

if (document.querySelector("[data-code], [data-counting]")) import("./posting.js");
const maps = () => {
  const waiting = [...document.querySelectorAll("[data-map]:not(.leaflet-container)")];
  if (waiting.some((element) => !element.closest("details:not([open])"))) import("./map.js").then((module) => module.drawAll());
};
maps();
document.addEventListener("toggle", maps, true);
document.addEventListener("htmx:afterSettle", maps);
