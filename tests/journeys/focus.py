"""A keyboard in place of a thumb: going to a control, and whether one sees where one is."""

from playwright.sync_api import Page

# The outline of the control itself, or of what is drawn in its place (a tile's face, a card around its title).
SEEN = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return "";
  const drawn = (style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const faces = [getComputedStyle(at), getComputedStyle(at, "::after")];
  if (at.nextElementSibling) faces.push(getComputedStyle(at.nextElementSibling));
  if (at.matches(".stop-mark")) faces.push({ outlineStyle: "solid", outlineWidth: "4px" });
  const box = at.getBoundingClientRect();
  const bar = document.querySelector(".nav");
  const fixed = bar && getComputedStyle(bar).position === "fixed" && !bar.contains(at);
  const under = fixed && box.height > 0 && box.top >= bar.getBoundingClientRect().top;
  if (under) return `under the bar: ${at.outerHTML.slice(0, 160)}`;
  return faces.some(drawn) ? "" : `no focus to be seen: ${at.outerHTML.slice(0, 160)}`;
}"""
AT = "() => document.activeElement.outerHTML.slice(0, 200)"


def tab_to(page: Page, what: str, most: int = 80) -> None:
    """Press Tab until the focus is on what a selector names; on the way there it always shows where it is."""
    for _ in range(most):
        page.keyboard.press("Tab")
        assert page.evaluate(SEEN) == ""
        if page.evaluate("what => document.activeElement.matches(what)", what):
            return
    raise AssertionError(f"no way to {what} with the keyboard; at {page.evaluate(AT)}")


def press(page: Page, name: str, key: str = "Enter") -> None:
    """Go to a button or link by its words, and press it."""
    for _ in range(80):
        page.keyboard.press("Tab")
        assert page.evaluate(SEEN) == ""
        if page.evaluate("() => document.activeElement.textContent.replace(/\\s+/g, ' ').trim()") == name:
            page.keyboard.press(key)
            return
    raise AssertionError(f"no way to « {name} » with the keyboard; at {page.evaluate(AT)}")
