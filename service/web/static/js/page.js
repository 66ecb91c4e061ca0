/* What every page runs. A page without a map never fetches Leaflet. */
import "./queue.js";
import "./phone.js";
import "./sending.js";
import "./forms.js";
import "./drafts.js";
import "./live.js";
import "./time.js";
import "./undo.js";

const maps = () => {
  if (document.querySelector("[data-map]:not(.leaflet-container)")) {
    import("./map.js").then((module) => module.drawAll());
  }
};
maps();
document.addEventListener("htmx:afterSettle", maps);
