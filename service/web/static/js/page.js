/* What every page runs. A page without a map never fetches Leaflet. */
import "./forms.js";
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
