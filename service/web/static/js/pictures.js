/* A photo is made small before it leaves the phone: <label data-photo data-t-heavy="…"><input type=file>.

   Drawn upright as the camera was held, at most 1600 pixels a side, without what a camera writes beside a picture. What
   this browser cannot read (HEIF, often) goes as it is, and the server does the same; only if it is more than the server
   takes, that is said at once. A form sent meanwhile waits for its photo. "glane:photo" on the box: it is ready. */
const MOST_SIDE = 1600;
const SMALL_ENOUGH = 250000;
const MOST_BYTES = 25000000;
const turns = new WeakMap();

async function small(file) {
  if (file.size <= SMALL_ENOUGH) return file;
  let picture;
  try { picture = await createImageBitmap(file, { imageOrientation: "from-image" }); } catch { return file; }
  const scale = Math.min(1, MOST_SIDE / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const data = await new Promise((resolve) => { canvas.toBlob(resolve, "image/jpeg", 0.85); });
  if (!data || data.size >= file.size) return file;
  return new File([data], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
}

function say(label, words) {
  const field = label.closest(".field");
  field.classList.toggle("is-wrong", Boolean(words));
  const place = label.querySelector("[data-photo-said]");
  place.textContent = words;
  place.hidden = !words;
}

async function shrink(input) {
  const label = input.closest("[data-photo]");
  const files = [];
  say(label, "");
  label.setAttribute("aria-busy", "true");
  for (const file of [...input.files]) {
    const sent = await small(file);
    if (sent.size > MOST_BYTES) say(label, label.dataset.tHeavy.replace("{megabytes}", Math.round(sent.size / 1e6)));
    else files.push(sent);
  }
  label.removeAttribute("aria-busy");
  const given = new DataTransfer();
  for (const file of files) given.items.add(file);
  input.files = given.files;
  input.dispatchEvent(new CustomEvent("glane:photo", { bubbles: true }));
}

document.addEventListener("change", (event) => {
  const input = event.target;
  if (!input.matches?.("[data-photo] input[type=file]") || !input.files.length) return;
  turns.set(input.form, (turns.get(input.form) ?? Promise.resolve()).then(() => shrink(input)).catch((error) => {
    console.info("photo", error);
    input.dispatchEvent(new CustomEvent("glane:photo", { bubbles: true }));
  }));
});

/* Before any other script looks at it. */
addEventListener("submit", (event) => {
  const form = event.target;
  const waiting = turns.get(form);
  if (!waiting) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const { submitter } = event;
  /* Not before this sending is over: a form that is being sent takes no second one. */
  waiting.then(() => setTimeout(() => { turns.delete(form); form.requestSubmit(submitter); }));
}, true);
