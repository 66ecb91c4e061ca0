/* What the posting form counts and scans.

   data-counting="lines.0.kg"   a block of numbers whose sum is that weight: data-each="9000" grams each, or, where it is
                                empty, times the block's data-unit (kilograms)
   data-scan="id"               opens the camera; what it reads goes into that box, and the line is filled from it
   data-code                    a box of a barcode: Enter looks it up and publishes nothing
   data-said                    what was found, told to a screen reader as well */
import { announce } from "./live.js";

const FORMATS = ["ean_13", "ean_8", "upc_a", "code_128", "data_matrix", "qr_code"];
const PAUSE = 200;
const body = document.body;
const number = (text) => Number(text.replace(",", ".").replace(/\s/g, "")) || 0;
const written = (kilos) => {
  const text = String(Math.round(kilos * 1000) / 1000);
  return document.documentElement.lang === "fr" ? text.replace(".", ",") : text;
};

function count(block) {
  const weight = block.closest("form").elements[block.dataset.counting];
  const unit = block.querySelector("[data-unit]");
  let kilos = 0;
  for (const box of block.querySelectorAll("[data-each]")) {
    kilos += number(box.value) * (box.dataset.each ? Number(box.dataset.each) / 1000 : number(unit?.value ?? ""));
  }
  if (!kilos && weight.value !== weight.dataset.counted) return;
  weight.value = kilos ? written(kilos) : "";
  weight.dataset.counted = weight.value;
  weight.dispatchEvent(new Event("input", { bubbles: true }));
}

/* The same crates of another food weigh something else; a weight that was typed stays. */
function again() {
  for (const block of document.querySelectorAll("[data-counting]")) {
    const weight = block.closest("form").elements[block.dataset.counting];
    if (!weight.value || weight.value === weight.dataset.counted) count(block);
  }
}

document.addEventListener("input", (event) => {
  if (event.target.matches("[data-each], [data-unit]")) count(event.target.closest("[data-counting]"));
});

const asking = (box) => box.closest("details").querySelector("[name=look_up]");
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.target.dataset?.code === undefined) return;
  event.preventDefault();
  asking(event.target).click();
});

document.addEventListener("htmx:afterSettle", (event) => {
  again();
  offer();
  if (!event.detail.requestConfig?.path.startsWith("/lots/new/product")) return;
  /* The draft learns what was filled in. */
  event.target.querySelector("[data-code]")?.dispatchEvent(new Event("input", { bubbles: true }));
  const said = event.target.querySelector("[data-said]");
  if (said) announce(said.textContent.trim());
});
document.addEventListener("htmx:sendError", (event) => {
  if (!event.detail.requestConfig.path.startsWith("/lots/new/product")) return;
  const box = event.target.closest("details").querySelector("[data-code]");
  box.setCustomValidity(body.dataset.tNetwork);
  box.reportValidity();
  box.addEventListener("input", () => box.setCustomValidity(""), { once: true });
});

const dialog = document.getElementById("scanner");
const readable = async () => {
  if (!("BarcodeDetector" in self) || !navigator.mediaDevices?.getUserMedia || !dialog) return [];
  const known = await self.BarcodeDetector.getSupportedFormats().catch(() => []);
  return FORMATS.filter((format) => known.includes(format));
};
async function offer() {
  const buttons = document.querySelectorAll("[data-scan][hidden]");
  if (buttons.length && (await readable()).length) for (const button of buttons) button.hidden = false;
}

async function look(video, detector) {
  while (dialog.open) {
    const [found] = video.readyState >= 2 ? await detector.detect(video).catch(() => []) : [];
    if (found?.rawValue) return found.rawValue;
    await new Promise((done) => { setTimeout(done, PAUSE); });
  }
  return "";
}

async function scan(button) {
  const box = document.getElementById(button.dataset.scan);
  const words = dialog.querySelector("[data-scanner-said]");
  const video = dialog.querySelector("video");
  words.textContent = words.dataset.tLook;
  video.hidden = false;
  dialog.showModal();
  let camera;
  try {
    camera = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    video.srcObject = camera;
    await video.play();
    const code = await look(video, new self.BarcodeDetector({ formats: await readable() }));
    if (!code) return;
    navigator.vibrate?.(60);
    dialog.close();
    box.closest("details").open = true;
    box.value = code;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    asking(box).click();
  } catch (error) {
    console.info("camera", error);
    video.hidden = true;
    words.textContent = words.dataset.tNone;
    box.closest("details").open = true;
  } finally {
    for (const track of camera?.getTracks() ?? []) track.stop();
    video.srcObject = null;
  }
}
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-scan]");
  if (button) scan(button);
});

offer();
