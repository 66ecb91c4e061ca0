/* What the service worker does with messages that are pushed: show them, open their page, and say when this browser's
   address changed. Taken in with importScripts; it keeps nothing and touches no cache. */

self.addEventListener("push", (event) => {
  let told = {};
  try { told = event.data?.json() ?? {}; } catch { /* Not ours to read: the phone must show something all the same. */ }
  event.waitUntil(self.registration.showNotification(told.title || "Glane", {
    body: told.text || "",
    tag: told.tag || "glane",
    /* A newer word under the same tag rings again. */
    renotify: true,
    requireInteraction: told.urgent === true,
    icon: "/static/icons/icon-192.png",
    badge: "/static/icons/badge-96.png",
    data: { url: told.url || "/notices" },
  }));
});

/* A page of ours, whatever the message says: another site is never opened from a notification of Glane. */
function page(url) {
  const target = new URL(url, self.location.origin);
  return target.origin === self.location.origin ? target.href : `${self.location.origin}/notices`;
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const target = page(event.notification.data?.url ?? "/notices");
  event.waitUntil((async () => {
    const open = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
    const there = open.find((client) => client.url === target);
    if (there) { await there.focus(); return; }
    /* A window of ours is not taken away from under a half-filled form: the page opens in its own. */
    await self.clients.openWindow(target);
  })());
});

self.addEventListener("pushsubscriptionchange", (event) => {
  event.waitUntil((async () => {
    const before = event.oldSubscription;
    if (!before) return;
    const fresh = event.newSubscription ?? await self.registration.pushManager.subscribe({
      userVisibleOnly: true, applicationServerKey: before.options.applicationServerKey,
    });
    await fetch("/api/v1/notices/devices/renewal", {
      method: "POST", headers: { "content-type": "application/json" },
      body: JSON.stringify({ before: before.endpoint, now: fresh.toJSON() }),
    });
  })());
});
