/* Draws every [data-map] that is shown from the JSON inside it (its shape: templates/figures.html, macro map). Leaflet is
   fetched here alone. Outlines and communes lie under the tiles: they are what is seen where there are none, by setting
   or for want of a network. */

const SAID = {
  fr: { nearer: "Zoomer", further: "Dézoomer", close: "Fermer", many: "points" },
  en: { nearer: "Zoom in", further: "Zoom out", close: "Close", many: "points" },
}[document.documentElement.lang] ?? {};
/* What a finger needs; the mark inside may be smaller. */
const TARGET = 44;
/* Where a reader had moved each map, so that one drawn again by live news stays there. */
const views = new Map();
const FILES = new URL("../vendor/leaflet/", import.meta.url).href;
let ready;

function load() {
  ready ??= new Promise((resolve, reject) => {
    const style = Object.assign(document.createElement("link"), { rel: "stylesheet", href: `${FILES}leaflet.css` });
    const script = Object.assign(document.createElement("script"), { src: `${FILES}leaflet.js` });
    let waiting = 2;
    const one = () => { waiting -= 1; if (!waiting) resolve(window.L); };
    style.onload = one;
    script.onload = one;
    style.onerror = script.onerror = () => reject(new Error("Leaflet could not be fetched"));
    /* First in the head: our own rules come after and win. */
    document.head.prepend(style);
    document.head.append(script);
  });
  return ready;
}

const text = (words) => { const box = document.createElement("div"); box.textContent = words ?? ""; return box; };

function popup(point) {
  const box = text("");
  if (point.href) {
    const link = Object.assign(document.createElement("a"), { href: point.href, textContent: point.text });
    box.append(link);
  } else box.textContent = point.text ?? "";
  return box;
}

function pin(L, point, named) {
  const size = point.number !== undefined ? 32 : 18;
  const mark = text(point.number ?? "");
  mark.className = `map-pin map-pin-${point.kind ?? "stop"}`;
  const icon = L.divIcon({ html: mark, className: "map-mark", iconSize: [TARGET, TARGET], popupAnchor: [0, -size / 2] });
  const marker = L.marker([point.lat, point.lon], { icon, title: point.text ?? "", alt: named, riseOnHover: true, keyboard: true });
  marker.on("add", () => {
    const element = marker.getElement();
    element.setAttribute("aria-label", named);
    mark.style.width = mark.style.height = `${size}px`;
  });
  if (point.text) marker.bindPopup(popup(point));
  return marker;
}

/* Points closer than a thumb share one mark with their number; a tap goes nearer. */
function clustered(L, map, points) {
  const layer = L.layerGroup().addTo(map);
  const draw = () => {
    layer.clearLayers();
    const cells = new Map();
    for (const point of points) {
      const place = map.project([point.lat, point.lon]);
      const cell = map.getZoom() >= 13 ? points.indexOf(point) : `${Math.floor(place.x / 44)}:${Math.floor(place.y / 44)}`;
      cells.set(cell, [...(cells.get(cell) ?? []), point]);
    }
    for (const group of cells.values()) {
      if (group.length === 1) { pin(L, group[0], group[0].text ?? "").addTo(layer); continue; }
      const lat = group.reduce((sum, point) => sum + point.lat, 0) / group.length;
      const lon = group.reduce((sum, point) => sum + point.lon, 0) / group.length;
      const names = group.slice(0, 3).map((point) => point.text).filter(Boolean).join(", ");
      const marker = pin(L, { lat, lon, number: group.length, kind: "cluster" }, `${group.length} ${SAID.many} : ${names}${group.length > 3 ? "…" : ""}`);
      marker.on("click keypress", (event) => {
        if (event.type === "keypress" && event.originalEvent.key !== "Enter") return;
        map.fitBounds(L.latLngBounds(group.map((point) => [point.lat, point.lon])).pad(0.3), { maxZoom: 15 });
      });
      marker.addTo(layer);
    }
  };
  draw();
  map.on("zoomend", draw);
}

async function outlined(L, map, addresses) {
  const pane = "ground";
  map.createPane(pane).style.zIndex = 150;
  const dot = ({ properties }, at) => {
    const mark = L.circleMarker(at, { pane, radius: properties.radius ?? 2, interactive: false, stroke: false, fillOpacity: 0.5, className: "map-commune" });
    if (properties.label) mark.bindTooltip(text(properties.label), { pane, permanent: true, direction: "right", className: "map-name" });
    return mark;
  };
  const shapes = await Promise.all(addresses.map(async (address) => (await fetch(address)).json()));
  for (const shape of shapes) L.geoJSON(shape, { pane, interactive: false, style: ({ geometry }) => (geometry.type === "Point" ? {} : { className: "map-outline" }), pointToLayer: dot }).addTo(map);
}

function tiled(L, map, tiles, credit) {
  const layer = L.tileLayer(tiles.url, { attribution: tiles.attribution, maxZoom: tiles.max_zoom }).addTo(map);
  layer.once("tileerror", () => map.attributionControl.addAttribution(credit));
}

/* Whoever opens a mark by keyboard is taken to what it says, and back when it closes. */
function speaking(map) {
  let from = null;
  map.on("popupopen", ({ popup }) => {
    const box = popup.getElement();
    const close = box.querySelector(".leaflet-popup-close-button");
    close?.setAttribute("aria-label", SAID.close ?? "");
    from = document.activeElement?.matches(".map-mark:focus-visible") ? document.activeElement : null;
    if (from) (box.querySelector("a[href]:not(.leaflet-popup-close-button)") ?? close)?.focus();
  });
  map.getContainer().addEventListener("keydown", (event) => { if (event.key === "Escape") map.closePopup(); });
  map.on("popupclose", () => { if (from?.isConnected) from.focus({ preventScroll: true }); });
}

function draw(L, element) {
  const data = JSON.parse(element.querySelector('script[type="application/json"]').textContent);
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  /* Outlines are sharp at any zoom, pictures at whole ones only: without them the region fills its frame. */
  const map = L.map(element, { zoomAnimation: !still, fadeAnimation: !still, markerZoomAnimation: !still, scrollWheelZoom: false, zoomControl: false, zoomSnap: data.tiles ? 1 : 0.25 });
  L.control.zoom({ zoomInTitle: SAID.nearer, zoomOutTitle: SAID.further }).addTo(map);
  map.attributionControl.setPrefix(false);
  const all = [];
  for (const point of data.points ?? []) all.push([point.lat, point.lon]);
  for (const route of data.routes ?? []) {
    for (const leg of route.legs ?? []) all.push(...leg.path);
    for (const stop of route.stops ?? []) all.push([stop.lat, stop.lon]);
  }
  const before = views.get(element.id);
  if (before) map.setView(before.center, before.zoom, { animate: false });
  else if (data.center) map.setView(data.center, data.zoom ?? 9);
  else if (data.bounds) map.fitBounds(data.bounds);
  else if (all.length) map.fitBounds(L.latLngBounds(all).pad(0.15), { maxZoom: 14 });
  else if (data.around) map.fitBounds(data.around);
  else map.setView([46.6, 2.4], 5);
  map.on("moveend", () => views.set(element.id, { center: map.getCenter(), zoom: map.getZoom() }));
  speaking(map);
  if (data.tiles) tiled(L, map, data.tiles, data.credit);
  /* Without them the points still stand; a phone that never had them has no outline to show. */
  if (data.outlines) outlined(L, map, data.outlines).catch(() => {});
  for (const route of data.routes ?? []) {
    for (const leg of route.legs ?? []) {
      L.polyline(leg.path, { className: `map-route${leg.done ? " map-route-done" : leg.cold ? " map-route-cold" : ""}`, interactive: false }).addTo(map);
    }
  }
  const alone = (point) => point.number !== undefined || point.kind === "home";
  clustered(L, map, (data.points ?? []).filter((point) => !alone(point)));
  for (const point of (data.points ?? []).filter(alone)) pin(L, point, point.text ?? "").addTo(map);
  for (const route of data.routes ?? []) {
    for (const stop of route.stops ?? []) {
      const named = `${document.body.dataset.tStop.replace("{number}", stop.number)} : ${stop.text ?? ""}`;
      pin(L, stop, named).addTo(map);
    }
  }
}

export async function drawAll() {
  const L = await load();
  for (const element of document.querySelectorAll("[data-map]:not(.leaflet-container)")) if (!element.closest("details:not([open])")) draw(L, element);
}
