/* Where the vehicle is, during its round alone and only once its driver has said yes on this page.

   <button data-position="/api/v1/rounds/12/position" data-t-on="…" data-t-off="…">

   What is sent is rounded here already, to about a kilometre; the server keeps it for three days. */

const EVERY = 150000;
let watched = null;
let sent = 0;

const rounded = (degrees) => Math.round(degrees * 100) / 100;

function send(button, { coords }) {
  if (Date.now() - sent < EVERY) return;
  sent = Date.now();
  const headers = { "content-type": "application/json", ...JSON.parse(document.body.getAttribute("hx-headers") ?? "{}") };
  const body = JSON.stringify({ latitude: rounded(coords.latitude), longitude: rounded(coords.longitude) });
  fetch(button.dataset.position, { method: "POST", headers, body }).then(
    (answer) => { if (answer.status === 409) stop(button); },
    () => { sent = 0; },
  );
}

function stop(button) {
  if (watched !== null) navigator.geolocation.clearWatch(watched);
  watched = null;
  show(button, false);
}

function show(button, on) {
  button.setAttribute("aria-pressed", String(on));
  button.querySelector("span").textContent = on ? button.dataset.tOn : button.dataset.tOff;
}

function begin(button) {
  watched = navigator.geolocation.watchPosition((found) => send(button, found), () => stop(button), { maximumAge: 60000 });
  show(button, true);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-position]");
  if (!button) return;
  if (watched === null) begin(button);
  else stop(button);
});

/* The page is drawn anew after each report: what was said yes to goes on. */
document.addEventListener("htmx:afterSettle", () => {
  const button = document.querySelector("[data-position]");
  if (button && watched !== null) show(button, true);
});
if (!("geolocation" in navigator)) {
  for (const button of document.querySelectorAll("[data-position]")) button.hidden = true;
}
