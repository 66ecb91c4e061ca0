/* Being told on this phone: asked for only after a tap, with the reason beside it.

   data-push="key"          the server's public key; within it one block for each data-push-state:
     none                   this browser cannot
     ask, on                not yet, told
     refused, failed        the person said no, the vendor did not answer
   data-push-start, -stop   the buttons */

const box = document.querySelector("[data-push]");
const able = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
const csrf = JSON.parse(document.body.getAttribute("hx-headers"))["x-csrf-token"];

function show(name, tapped = false) {
  for (const block of box.querySelectorAll("[data-push-state]")) block.hidden = block.dataset.pushState !== name;
  /* The button that was tapped is gone: the focus stays where the answer is. */
  if (tapped) { box.tabIndex = -1; box.focus(); }
}

async function tell(path, body) {
  const answer = await fetch(`/api/v1/notices/devices${path}`, {
    method: "POST", headers: { "content-type": "application/json", "x-csrf-token": csrf }, body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`answered ${answer.status}`);
  return answer.status === 204 ? null : answer.json();
}

function bytes(key) {
  const text = atob(key.replace(/-/g, "+").replace(/_/g, "/").padEnd(Math.ceil(key.length / 4) * 4, "="));
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

function same(given, wanted) {
  const have = given ? new Uint8Array(given) : null;
  return have !== null && have.length === wanted.length && have.every((byte, at) => byte === wanted[at]);
}

async function worker() {
  await navigator.serviceWorker.register("/sw.js");
  return navigator.serviceWorker.ready;
}

async function start() {
  const answer = await Notification.requestPermission();
  if (answer !== "granted") { show(answer === "denied" ? "refused" : "ask", true); return; }
  try {
    const { pushManager } = await worker();
    const wanted = bytes(box.dataset.push);
    let subscription = await pushManager.getSubscription();
    /* The installation has a new key: a browser listens to one only. */
    if (subscription && !same(subscription.options?.applicationServerKey, wanted)) { await subscription.unsubscribe(); subscription = null; }
    subscription ??= await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: wanted });
    await tell("", subscription.toJSON());
    show("on", true);
  } catch (problem) {
    console.info("push", problem.name);
    show("failed", true);
  }
}

async function stop() {
  const registration = await navigator.serviceWorker.getRegistration();
  const subscription = await registration?.pushManager.getSubscription();
  try {
    if (subscription) { await tell("/end", { endpoint: subscription.endpoint }); await subscription.unsubscribe(); }
    show("ask", true);
  } catch (problem) {
    console.info("push", problem.name);
    show("failed", true);
  }
}

async function look() {
  if (!able) { show("none"); return; }
  if (Notification.permission === "denied") { show("refused"); return; }
  const registration = await navigator.serviceWorker.getRegistration();
  const subscription = Notification.permission === "granted" ? await registration?.pushManager.getSubscription() : null;
  const known = subscription ? await tell("/here", { endpoint: subscription.endpoint }) : null;
  show(known?.listening ? "on" : "ask");
}

box.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.dataset.pushStart !== undefined) start();
  if (button?.dataset.pushStop !== undefined) stop();
});
look().catch(() => show(able ? "ask" : "none"));
