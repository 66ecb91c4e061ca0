/* Draws every [data-map] from the JSON inside it (its shape: templates/figures.html, macro map). Leaflet is fetched here
   alone. No background without a tile service: outlines and points then. */

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
  const icon = L.divIcon({ html: mark, className: "map-mark", iconSize: [size, size] });
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
      const marker = pin(L, { lat, lon, number: group.length, kind: "cluster" }, `${group.length} : ${names}${group.length > 3 ? "…" : ""}`);
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

async function outline(L, map, outlines) {
  const shapes = typeof outlines === "string" ? await (await fetch(outlines)).json() : outlines;
  const dot = ({ properties }, at) => {
    const mark = L.circleMarker(at, { radius: properties.radius ?? 2, interactive: false, stroke: false, fillOpacity: 0.5, className: "map-commune" });
    if (properties.label) mark.bindTooltip(text(properties.label), { permanent: true, direction: "right", className: "map-name" });
    return mark;
  };
  L.geoJSON(shapes, { interactive: false, style: { className: "map-outline" }, pointToLayer: dot }).addTo(map).bringToBack();
}

function draw(L, element) {
  const data = JSON.parse(element.querySelector('script[type="application/json"]').textContent);
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  /* Outlines are sharp at any zoom, pictures at whole ones only: without them the region fills its frame. */
  const map = L.map(element, { zoomAnimation: !still, fadeAnimation: !still, markerZoomAnimation: !still, scrollWheelZoom: false, zoomControl: false, zoomSnap: data.tiles?.url ? 1 : 0.25 });
  const french = document.documentElement.lang === "fr";
  L.control.zoom({ zoomInTitle: french ? "Zoomer" : "Zoom in", zoomOutTitle: french ? "Dézoomer" : "Zoom out" }).addTo(map);
  map.attributionControl.setPrefix(false);
  const all = [];
  for (const point of data.points ?? []) all.push([point.lat, point.lon]);
  for (const route of data.routes ?? []) {
    for (const leg of route.legs ?? []) all.push(...leg.path);
    for (const stop of route.stops ?? []) all.push([stop.lat, stop.lon]);
  }
  if (data.center) map.setView(data.center, data.zoom ?? 9);
  else if (data.bounds) map.fitBounds(data.bounds);
  else if (all.length) map.fitBounds(L.latLngBounds(all).pad(0.15), { maxZoom: 14 });
  else map.setView([46.6, 2.4], 5);
  if (data.tiles?.url) L.tileLayer(data.tiles.url, { attribution: data.tiles.attribution ?? "", maxZoom: data.tiles.max_zoom ?? 18 }).addTo(map);
  if (data.outlines) outline(L, map, data.outlines).catch((error) => console.warn("outlines", error));
  for (const route of data.routes ?? []) {
    for (const leg of route.legs ?? []) {
      L.polyline(leg.path, { className: `map-route${leg.done ? " map-route-done" : leg.cold ? " map-route-cold" : ""}`, interactive: false }).addTo(map);
    }
  }
  clustered(L, map, (data.points ?? []).filter((point) => point.number === undefined));
  for (const point of (data.points ?? []).filter((one) => one.number !== undefined)) pin(L, point, point.text ?? "").addTo(map);
  for (const route of data.routes ?? []) {
    for (const stop of route.stops ?? []) {
      const named = `${document.body.dataset.tStop.replace("{number}", stop.number)} : ${stop.text ?? ""}`;
      pin(L, stop, named).addTo(map);
    }
  }
}

export async function drawAll() {
  const L = await load();
  for (const element of document.querySelectorAll("[data-map]:not(.leaflet-container)")) draw(L, element);
}
