/* A signature drawn with a finger: [data-signature] holds a canvas, a hidden field "signature" and a button to clear.
   Without this file the block stays hidden, and the code or paper serves. */

for (const block of document.querySelectorAll("[data-signature]")) {
  const canvas = block.querySelector("canvas");
  const field = block.querySelector("input[type=hidden]");
  const pen = canvas.getContext("2d");
  let last = null;
  block.hidden = false;
  const blank = () => {
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    field.value = "";
  };
  blank();
  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    return [((event.clientX - box.left) * canvas.width) / box.width, ((event.clientY - box.top) * canvas.height) / box.height];
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    last = at(event);
    event.preventDefault();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!last) return;
    const here = at(event);
    pen.strokeStyle = "#22271f";
    pen.lineWidth = 4;
    pen.lineCap = pen.lineJoin = "round";
    pen.beginPath();
    pen.moveTo(...last);
    pen.lineTo(...here);
    pen.stroke();
    last = here;
  });
  const end = () => {
    if (!last) return;
    last = null;
    field.value = canvas.toDataURL("image/png");
  };
  canvas.addEventListener("pointerup", end);
  canvas.addEventListener("pointercancel", end);
  block.querySelector("[data-clear]").addEventListener("click", blank);
}
