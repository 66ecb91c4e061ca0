"""Draws the icons that phones want as PNG from the two drawings (`python -m tests.icons`)."""

from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser import ARGUMENTS, installed

ICONS = Path(__file__).resolve().parents[1] / "service/web/static/icons"
DRAWN = {
    "icon-192": ("favicon", 192),
    "icon-512": ("favicon", 512),
    "maskable-512": ("maskable", 512),
    "apple-180": ("maskable", 180),
    "badge-96": ("badge", 96),
}


def main() -> None:
    """Write each of them beside its drawing."""
    with sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path=installed(), args=ARGUMENTS)
        for name, (drawing, size) in DRAWN.items():
            page = browser.new_page(viewport={"width": size, "height": size})
            svg = (ICONS / f"{drawing}.svg").read_text(encoding="utf-8")
            page.set_content(f"<style>body{{margin:0}}svg{{display:block;width:{size}px;height:{size}px}}</style>{svg}")
            page.screenshot(path=ICONS / f"{name}.png", omit_background=True)
        browser.close()


if __name__ == "__main__":
    main()
