/* What waits on this phone for a network, and how it is sent. Pages and the service worker both run it, so it is no
   module: it leaves `glaneQueue`.

   An item: {id, person, url, title, fields: [[name, text or file]], back, made, ahead, state, said}
   made    when it was tapped, by this phone's clock (milliseconds)
   ahead   by how many seconds that clock was ahead of the server's at their last contact before; null: never met
   state   "waiting", "refused" (said: {detail, fields} of the server), "dropped" (thrown away, may be taken back) */
(() => {
  const PATIENCE = 60000;
  /* A photo on a slow line. */
  const UPLOADING = 300000;
  const channel = "BroadcastChannel" in self ? new BroadcastChannel("glane-queue") : null;
  let opening;

  function open() {
    opening ??= new Promise((resolve, reject) => {
      const asked = indexedDB.open("glane", 1);
      asked.onupgradeneeded = () => {
        asked.result.createObjectStore("waiting", { keyPath: "id" });
        asked.result.createObjectStore("facts");
      };
      asked.onsuccess = () => {
        asked.result.onversionchange = () => { asked.result.close(); opening = undefined; };
        resolve(asked.result);
      };
      asked.onerror = () => { opening = undefined; reject(asked.error); };
    });
    return opening;
  }

  async function within(store, mode, act) {
    const turn = (await open()).transaction(store, mode);
    return new Promise((resolve, reject) => {
      const asked = act(turn.objectStore(store));
      turn.oncomplete = () => resolve(asked.result);
      turn.onabort = () => reject(turn.error ?? asked.error);
    });
  }

  const fact = (name) => within("facts", "readonly", (store) => store.get(name));
  const note = (name, value) => within("facts", "readwrite", (store) => store.put(value, name));
  const all = async () => (await within("waiting", "readonly", (store) => store.getAll())).sort((a, b) => a.made - b.made);
  const put = async (item) => { await within("waiting", "readwrite", (store) => store.put(item)); tell(); };
  const drop = async (id) => { await within("waiting", "readwrite", (store) => store.delete(id)); tell(); };

  function tell() {
    channel?.postMessage("changed");
    if (self.document) document.dispatchEvent(new Event("glane:queue"));
  }

  const number = () => crypto.randomUUID?.() ?? [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16)).join("");

  /* Rejects when the phone has no room left: whoever asks must say so. */
  async function add({ person, url, title, fields, back, made }) {
    const item = {
      id: number(), person: person ?? (await fact("person")) ?? "", url, title, back, made: made ?? Date.now(),
      fields: fields.filter(([name, value]) => name !== "csrf" && !(value instanceof Blob && !value.size)),
      ahead: (await fact("ahead")) ?? null, state: "waiting",
    };
    await put(item);
    return item;
  }

  /* Any answer of the server's says its hour. */
  function met(headers) {
    const theirs = Date.parse(headers.get("date") ?? "");
    if (!Number.isFinite(theirs)) return null;
    const ahead = Math.round((Date.now() - theirs) / 1000);
    note("ahead", ahead).catch(() => {});
    return ahead;
  }

  async function session() {
    const answer = await fetch("/session", { cache: "no-store", headers: { accept: "application/json" }, signal: AbortSignal.timeout(PATIENCE) });
    if (!answer.ok) throw new Error(`session: ${answer.status}`);
    const ahead = met(answer.headers);
    return { ...(await answer.json()), ahead: ahead ?? 0 };
  }

  /* The clock as it was when it was tapped; if that would be later than now, it has been set since. */
  function aheadOf(item, here) {
    const ahead = item.ahead ?? here.ahead;
    return item.made - ahead * 1000 > Date.now() - here.ahead * 1000 + 60000 ? here.ahead : ahead;
  }

  function post(item, here) {
    const body = new FormData();
    for (const [name, value] of item.fields) {
      if (value instanceof Blob) body.append(name, value, value.name ?? "photo");
      else body.append(name, value);
    }
    const headers = {
      accept: "application/json", "x-csrf-token": here.csrf, "x-person": item.person,
      "x-made-at": new Date(item.made).toISOString(), "x-clock-ahead": String(aheadOf(item, here)),
    };
    const large = item.fields.some(([, value]) => value instanceof Blob);
    return fetch(item.url, { method: "POST", body, headers, signal: AbortSignal.timeout(large ? UPLOADING : PATIENCE) });
  }

  /* One item: "sent", "refused", or why the others wait too: "later", "sign-in", "another". */
  async function sendOne(item, here) {
    const answer = await post(item, here);
    const said = await answer.json().catch(() => ({}));
    if (answer.ok) {
      const sent = [{ title: item.title, href: said.href ?? "", person: item.person, at: Date.now() }, ...((await fact("sent")) ?? [])];
      await note("sent", sent.slice(0, 20));
      await drop(item.id);
      return "sent";
    }
    if (answer.status === 401) return "sign-in";
    if (said.code === "another-person") return "another";
    if (said.code === "csrf" || answer.status === 429 || answer.status >= 500) return "later";
    await put({ ...item, state: "refused", said: { detail: said.detail ?? "", fields: Object.values(said.fields ?? {}) } });
    return "refused";
  }

  async function run() {
    const waiting = (await all()).filter((item) => item.state === "waiting");
    if (!waiting.length) return "empty";
    let here;
    try { here = await session(); } catch { return "later"; }
    if (!here.person) return "sign-in";
    const mine = waiting.filter((item) => item.person === here.person);
    for (const item of mine) {
      const now = await within("waiting", "readonly", (store) => store.get(item.id));
      if (now?.state !== "waiting") continue;
      let outcome;
      try { outcome = await sendOne(item, here); } catch { outcome = "later"; }
      if (outcome !== "sent" && outcome !== "refused") return outcome;
    }
    return mine.length ? "done" : "another";
  }

  /* One sender at a time, whatever tabs are open; what it came to is kept, for pages to say. */
  async function send() {
    const turn = async () => { const outcome = await run(); await note("outcome", outcome); tell(); return outcome; };
    if (!self.navigator.locks) return turn();
    return self.navigator.locks.request("glane-send", { ifAvailable: true }, (lock) => (lock ? turn() : "busy"));
  }

  self.glaneQueue = { add, all, put, drop, fact, note, met, session, send, channel };
})();
