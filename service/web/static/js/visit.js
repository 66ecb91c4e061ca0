/* The guided tour by keyboard, or by a projector's remote: left and right, page up and page down. */

const WAYS = { ArrowRight: "[data-after]", PageDown: "[data-after]", ArrowLeft: "[data-before]", PageUp: "[data-before]" };

document.addEventListener("keydown", (event) => {
  const busy = event.target.closest("input, select, textarea, [data-map]");
  const way = WAYS[event.key];
  if (!way || busy || event.altKey || event.ctrlKey || event.metaKey) return;
  const link = document.querySelector(way);
  if (link) {
    event.preventDefault();
    link.click();
  }
});
