"""Takes the pictures of docs/screens: the demonstration as a newcomer meets it, each main screen on a phone and a desk.

make screens        or: python -m tests.screens [folder] [--story demo.json of a demonstration that runs already]
"""

import argparse
import io
import json
import os
import random
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFilter
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from service.documents.papers.pickup_slip import pickup_slip_pages
from tests.browser import ARGUMENTS, installed
from tests.documents.conftest import MARKS, made_slip

ROOT = Path(__file__).resolve().parents[1]
SIZES: dict[str, dict[str, Any]] = {
    "phone": {
        "viewport": {"width": 390, "height": 844},
        "device_scale_factor": 2,
        "is_mobile": True,
        "has_touch": True,
    },
    "desk": {"viewport": {"width": 1280, "height": 800}, "device_scale_factor": 1},
}
MOST_BYTES = 250_000
READY_SECONDS = 180


@contextmanager
def demonstration(folder: Path) -> Iterator[Path]:
    """`glane demo` in a folder of its own, on a free port; gives its demo.json."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {**os.environ, "GLANE_DATA_DIR": str(folder), "GLANE_PORT": str(port)}
    with (folder / "demo.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "workers.cli", "demo"], cwd=ROOT, env=environment, stdout=log, stderr=log
        )
        try:
            until = time.monotonic() + READY_SECONDS
            while f"127.0.0.1:{port}".encode() not in (folder / "demo.log").read_bytes():
                if process.poll() is not None or time.monotonic() > until:
                    raise RuntimeError((folder / "demo.log").read_text(encoding="utf-8"))
                time.sleep(0.5)
            yield folder / "demo.json"
        finally:
            process.terminate()
            process.wait(30)


def loaves() -> bytes:
    """A basket of bread, drawn: no photo of anybody's shop is needed."""
    paint = random.Random(7)
    picture = Image.new("RGB", (1200, 900), (96, 70, 48))
    draw = ImageDraw.Draw(picture)
    for row in range(30):
        draw.rectangle((0, row * 32, 1200, row * 32 + 14), fill=(112 + row % 3 * 6, 84, 58))
    for _ in range(26):
        left, top = paint.randint(-80, 1050), paint.randint(60, 720)
        wide, tall = paint.randint(220, 330), paint.randint(110, 150)
        crust = paint.randint(0, 30)
        draw.ellipse(
            (left, top, left + wide, top + tall), fill=(186 + crust, 128 + crust, 62), outline=(120, 74, 30), width=6
        )
        draw.ellipse((left + 20, top + 12, left + wide - 30, top + tall // 2), fill=(214, 162, 92))
        for cut in range(3):
            at = left + wide // 4 + cut * wide // 5
            draw.line((at, top + 22, at + 34, top + tall - 30), fill=(240, 214, 160), width=11)
    written = io.BytesIO()
    picture.filter(ImageFilter.GaussianBlur(1.6)).save(written, "JPEG", quality=88)
    return written.getvalue()


class Album:
    """The pictures taken so far, and the people's browsers they are taken in."""

    def __init__(self, browser: Browser, story: dict[str, Any], folder: Path) -> None:
        self.browser, self.story, self.folder = browser, story, folder
        self.contexts: dict[tuple[str, str], BrowserContext] = {}

    def page(self, role: str, size: str) -> Page:
        """A new page of this person's browser, signed in once; role "" is nobody."""
        if (role, size) not in self.contexts:
            context = self.browser.new_context(
                base_url=self.story["base_url"],
                locale="fr-FR",
                timezone_id="Europe/Paris",
                reduced_motion="reduce",
                **SIZES[size],
            )
            self.contexts[role, size] = context
            if role:
                account = self.story["accounts"][role]
                page = context.new_page()
                page.goto("/sign-in")
                page.locator("#f-email").fill(account["email"])
                page.locator("#f-password").fill(account["password"])
                page.get_by_role("button", name="Se connecter").click()
                page.wait_for_url(lambda url: "/sign-in" not in url)
                page.close()
        return self.contexts[role, size].new_page()

    def take(self, name: str, role: str, address: str, sizes: tuple[str, ...] = ("phone", "desk")) -> None:
        """One screen at each size, at its top."""
        for size in sizes:
            page = self.page(role, size)
            page.goto(address)
            page.wait_for_load_state("networkidle")
            page.wait_for_timeout(700)
            self.keep(page, f"{name}-{size}")
            page.close()

    def keep(self, page: Page, name: str) -> None:
        """Write a picture with 256 colours, which screens of few colours do not show."""
        picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
        small = picture.quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        path = self.folder / f"{name}.png"
        small.save(path, optimize=True)
        assert path.stat().st_size < MOST_BYTES, f"{path.name}: {path.stat().st_size} bytes"


def let_time_pass(page: Page, seconds: float) -> None:
    """Sixty times as fast for so many seconds, then stand still."""
    page.goto("/account")
    page.get_by_role("button", name="60×").click()
    page.wait_for_timeout(seconds * 1000)
    page.get_by_role("button", name=re.compile("pause", re.I)).click()


def show_the_day(album: Album, passing: float) -> None:
    """Post, claim and drive as a visitor would, and take each main screen on the way."""
    album.take("welcome", "", "/")
    album.take("sign-in", "", "/sign-in")
    let_time_pass(album.page("region", "desk"), passing)
    give = album.page("donor", "phone")
    give.goto("/lots/new")
    give.locator("input[type=file]").set_input_files(
        {"name": "pains.jpg", "mimeType": "image/jpeg", "buffer": loaves()}
    )
    with give.expect_response(re.compile("/lots/new/details")):
        give.locator("label.tile").first.click()
    give.locator("input[name='lines.0.kg']").fill("12,5")
    give.wait_for_timeout(500)
    give.evaluate("scrollTo(0, 0)")
    album.keep(give, "post-phone")
    album.take("post", "donor", "/lots/new", ("desk",))
    give.get_by_role("button", name="Publier le lot").click()
    give.wait_for_url(re.compile(r"/lots/\d+"))
    lot = give.url.partition("?")[0]
    album.take("give", "donor", "/give")
    album.take("offers", "charity", "/offers")
    offers = album.page("charity", "phone")
    offers.goto(f"{lot}/claim")
    offers.get_by_role("button", name="Demander").click()
    offers.wait_for_url(re.compile(r"/claims/\d+"))
    claim = offers.url.partition("?")[0]
    offers.wait_for_timeout(15_000)
    album.take("claim", "charity", claim)
    album.take("lot", "donor", lot)
    album.take("why", "dispatcher", f"{lot}/decision")
    rounds = album.page("driver", "phone")
    rounds.goto("/rounds/mine")
    for step in ("J'accepte cette tournée", "Je pars"):
        if rounds.get_by_role("button", name=step).count():
            rounds.get_by_role("button", name=step).click()
    album.take("driver", "driver", "/rounds/mine")
    rounds.goto("/rounds/mine")
    if (whole := rounds.get_by_role("link", name="Liste et carte")).count():
        album.take("round", "driver", whole.get_attribute("href") or "/rounds/mine")
    if rounds.get_by_role("button", name="Je suis arrivé").count():
        rounds.get_by_role("button", name="Je suis arrivé").click()
        rounds.wait_for_timeout(500)
        album.keep(rounds, "stop-phone")
        album.take("stop", "driver", rounds.url, ("desk",))
    album.take("dispatch", "dispatcher", "/dispatch")
    album.take("region", "region", "/region")
    album.take("tour", "region", "/visite", ("desk",))


def keep_slip(folder: Path) -> None:
    """The hand-over slip, first page, as it is printed: an invented one, signed."""
    page = Image.open(io.BytesIO(pickup_slip_pages(made_slip(marks=MARKS))[0])).convert("RGB")
    page.quantize(64, dither=Image.Dither.NONE).save(folder / "slip.png", optimize=True)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("folder", nargs="?", type=Path, default=ROOT / "docs/screens")
    asked.add_argument("--story", type=Path, help="demo.json of a demonstration that runs already")
    asked.add_argument("--passing", type=float, default=90, help="real seconds at 60× before the pictures")
    given = asked.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    keep_slip(given.folder)
    with tempfile.TemporaryDirectory(prefix="glane-screens-") as folder, sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path=installed(), args=ARGUMENTS)
        if given.story:
            show_the_day(Album(browser, json.loads(given.story.read_text("utf-8")), given.folder), given.passing)
        else:
            with demonstration(Path(folder)) as story:
                show_the_day(Album(browser, json.loads(story.read_text("utf-8")), given.folder), given.passing)
        browser.close()


if __name__ == "__main__":
    main()
