/* The service worker. Before it stand the release, its files and its two pages without a network (service/web/worker.py).

   Files of a release are addressed by it, so one release is never mixed with another: an old page finds its own files in
   its own shell, which stays while three newer ones are not installed. Pages come from the network; those that the
   server lets a phone keep (`X-Glane-Keep`) are shown again without one, to the person they were drawn for alone. */

/* Other scripts of the worker have names of their own. */
(() => {
const { release, files, pages } = self.GLANE;
const queue = self.glaneQueue;
const SHELL = `shell-${release}`;
const SHELLS_KEPT = 3;
/* What a map draws behind its points where it has no tiles: public, the same for all. */
const OUTLINES = ["/api/v1/departements/outlines", "/api/v1/communes/points"];
/* What is sent there changes the words of every page. */
const REWORDED = ["/language", "/locale", "/plain-version"];
const OLDEST = 36 * 3600 * 1000;
const SLOW = 6000;
const SENDING = 20000;
const UPLOADING = 120000;

async function install() {
  const shell = await caches.open(SHELL);
  await shell.addAll(files);
  await plainPages(self.navigator.language);
}

/* The pages that say there is no network: nobody's, in the language of this phone. */
async function plainPages(language) {
  const shell = await caches.open(SHELL);
  for (const path of pages) {
    const answer = await fetch(path, { credentials: "omit", headers: { "accept-language": language } });
    if (!answer.ok || answer.headers.get("x-glane-release") !== release) throw new Error(`not this release: ${path}`);
    await shell.put(path, answer);
  }
}

async function activate() {
  const names = await caches.keys();
  const shells = names.filter((name) => name.startsWith("shell-"));
  const old = shells.filter((name) => name !== SHELL);
  for (const name of old.slice(0, Math.max(0, old.length - (SHELLS_KEPT - 1)))) await caches.delete(name);
  await self.registration.navigationPreload?.enable();
}

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("sync", (event) => {
  /* What could not be sent is asked for again by the browser, later and later. */
  event.waitUntil(queue.send().then((outcome) => { if (outcome === "later") throw new Error("still no network"); }));
});
self.addEventListener("message", (event) => {
  const { data } = event;
  if (data.take) self.skipWaiting();
  if (data.language) event.waitUntil(inLanguage(data.language));
  if (data.keep) event.waitUntil(keepAll(data.keep, data.mark ?? ""));
  if (data.forget) event.waitUntil(forgetPages(""));
});

async function inLanguage(language) {
  const kept = await (await caches.open(SHELL)).match(pages[0]);
  if (!kept || !(await kept.text()).includes(`<html lang="${language}"`)) await plainPages(language);
}

/* Whose pages are kept here. Somebody else's are forgotten as soon as the server says who reads now. */
async function readBy(person) {
  if ((await queue.fact("person")) !== person) await queue.note("person", person);
  await forgetPages(person);
}

async function forgetPages(person) {
  const mine = person ? `pages-${person}` : "";
  for (const name of await caches.keys()) if (name.startsWith("pages-") && name !== mine) await caches.delete(name);
}

/* A part of the posting form depends on its category alone, whatever else was typed. */
function nameOf(url) {
  const { pathname, searchParams } = new URL(url, self.location);
  if (pathname !== "/lots/new/details") return pathname;
  const line = searchParams.get("line") ?? "0";
  const category = searchParams.get(`lines.${line}.category`) ?? "";
  return `${pathname}?${line}&${category === "other" ? searchParams.get(`lines.${line}.other`) ?? "" : category}`;
}

async function keep(url, answer) {
  const person = answer.headers.get("x-glane-person");
  if (!answer.ok || !person || answer.headers.get("x-glane-keep") !== "yes") return;
  const headers = new Headers(answer.headers);
  headers.delete("content-encoding");
  headers.delete("content-length");
  headers.set("x-kept-at", String(Date.now()));
  const copy = new Response(await answer.blob(), { status: answer.status, headers });
  try { await (await caches.open(`pages-${person}`)).put(nameOf(url), copy); } catch { await queue.note("full", Date.now()); }
}

async function keepAll(urls, mark) {
  const person = await queue.fact("person");
  if (!person) return;
  const cache = await caches.open(`pages-${person}`);
  for (const url of urls) {
    if (OUTLINES.includes(url)) { await (await caches.open(SHELL)).add(url).catch(() => {}); continue; }
    const kept = await cache.match(nameOf(url));
    const fresh = kept && kept.headers.get("x-glane-release") === release && Date.now() - Number(kept.headers.get("x-kept-at")) < OLDEST / 3;
    if (fresh && (!mark || kept.headers.get("x-kept-mark") === mark)) continue;
    try {
      const answer = await fetch(url, { headers: { "x-keeping": "yes" } });
      if (answer.headers.get("x-glane-person") !== person) return;
      const marked = new Headers(answer.headers);
      marked.set("x-kept-mark", mark);
      await keep(url, new Response(await answer.blob(), { status: answer.status, headers: marked }));
    } catch { return; }
  }
}

/* The copy of a page, if it is this reader's, not too old, and its files are still here. */
async function keptOf(url) {
  const person = await queue.fact("person");
  if (!person || !(await caches.has(`pages-${person}`))) return null;
  const kept = await (await caches.open(`pages-${person}`)).match(nameOf(url));
  if (!kept || Date.now() - Number(kept.headers.get("x-kept-at")) > OLDEST) return null;
  return (await caches.has(`shell-${kept.headers.get("x-glane-release")}`)) ? kept : null;
}

/* A copy says of itself that it is one, and from when. */
async function shown(kept) {
  const text = await kept.text();
  const from = new Date(kept.headers.get("date") ?? Date.now());
  const headers = new Headers(kept.headers);
  for (const name of ["content-encoding", "content-length"]) headers.delete(name);
  return new Response(text.replace("<body ", `<body data-kept="${from.toISOString()}" `), { headers });
}

async function withoutNetwork(url) {
  const { pathname } = url;
  const kept = await keptOf(url);
  if (kept) return shown(kept);
  if (pages.includes(pathname)) return shown(await (await caches.open(SHELL)).match(pathname));
  if (pathname === "/") {
    for (const home of ["/rounds/mine", "/give"]) if (await keptOf(home)) return Response.redirect(home, 302);
  }
  const plain = await (await caches.open(SHELL)).match("/offline");
  return plain ? shown(plain) : Response.error();
}

const after = (milliseconds) => new Promise((resolve) => { setTimeout(() => resolve(null), milliseconds); });

async function page(event) {
  const url = new URL(event.request.url);
  const answered = (async () => (await event.preloadResponse) ?? fetch(event.request))();
  event.waitUntil(answered.then(async (answer) => {
    const person = answer.headers.get("x-glane-person");
    if (person === null) return;
    queue.met(answer.headers);
    await readBy(person);
  }).catch(() => {}));
  try {
    /* A network that does not answer is none, where there is a copy to show. */
    const kept = await keptOf(url);
    const answer = kept ? await Promise.race([answered, after(SLOW)]) : await answered;
    if (!answer) return shown(kept);
    event.waitUntil(keep(url, answer.clone()));
    return answer;
  } catch {
    return withoutNetwork(url);
  }
}

/* A form that could not be sent: kept if it may wait, else said so. */
async function sentForm(event) {
  const began = Date.now();
  const fields = [...(await event.request.clone().formData()).entries()];
  const stop = new AbortController();
  /* A form with a file in it may be long on its way; without one, a line that says nothing is none. */
  const large = fields.some(([, value]) => value instanceof Blob && value.size);
  const given = setTimeout(() => stop.abort(), large ? UPLOADING : SENDING);
  try {
    const answer = await fetch(event.request, { signal: stop.signal });
    /* Pages kept in another language, or in the other version, would come back where there is no network. */
    if (REWORDED.includes(new URL(event.request.url).pathname)) await forgetPages("");
    return answer;
  } catch {
    const said = Object.fromEntries(fields.filter(([, value]) => typeof value === "string"));
    if (new URL(event.request.url).pathname === "/sign-out") await forgetPages("");
    if (said.queued === undefined) return withoutNetwork(new URL("/offline", self.location));
    const back = event.request.referrer ? new URL(event.request.referrer).pathname : "/";
    try {
      await queue.add({ url: new URL(event.request.url).pathname, title: said.queued, fields, back, made: began });
    } catch { return Response.redirect(`/waiting?full=${encodeURIComponent(back)}`, 303); }
    await self.registration.sync?.register("glane-send").catch(() => {});
    return Response.redirect(said.queued_next || "/waiting", 303);
  } finally { clearTimeout(given); }
}

async function part(event) {
  try {
    const answer = await fetch(event.request);
    event.waitUntil(keep(event.request.url, answer.clone()));
    return answer;
  } catch {
    const kept = await keptOf(event.request.url);
    return kept ?? Response.error();
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (url.pathname.startsWith("/static/")) {
    event.respondWith(caches.match(request, { ignoreVary: true }).then((kept) => kept ?? fetch(request)));
  } else if (request.mode === "navigate" && request.method === "POST") {
    event.respondWith(sentForm(event));
  } else if (request.mode === "navigate" && !url.pathname.startsWith("/api/")) {
    event.respondWith(page(event));
  } else if (OUTLINES.includes(url.pathname)) {
    event.respondWith(fetch(request).catch(async () => (await (await caches.open(SHELL)).match(url.pathname)) ?? Response.error()));
  } else if (url.pathname === "/lots/new/details") {
    event.respondWith(part(event));
  }
});
})();
