"""Opening pages in a real browser as a phone does, the first time and once they are kept, and counting taps."""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from workers.bench.pages.browser import ARGUMENTS, installed
from workers.bench.pages.product import COOKIE, Visit
from workers.bench.pages.taps import a_new_lot, same_as_last_time
from workers.bench.pages.timing import LISTEN, QUIET_MS, TELL, Figures, figures

WIDTH, HEIGHT = 390, 844
# Lighthouse's mid-range phone beside a desk machine. A machine that is slow itself makes a slower phone.
CPU_SLOWDOWN = 4
# How long a page is watched after it has loaded: longer than the calm that ends the search, for what comes late.
WATCHED_MS = QUIET_MS + 2500
PATIENCE_MS = 120_000
# The worker is there once it has all the files of its release.
KEPT = "() => navigator.serviceWorker.ready.then(() => true)"


@dataclass
class Measured:
    """What a page came to: the openings of an empty browser, those of one that keeps the app, requests elsewhere."""

    visit: Visit
    cold: list[Figures] = field(default_factory=list)
    warm: list[Figures] = field(default_factory=list)
    elsewhere: set[str] = field(default_factory=set)

    def middle(self, warm: bool, name: str) -> float:
        """The median of a figure."""
        return float(median(getattr(one, name) for one in (self.warm if warm else self.cold)))


@contextmanager
def browser() -> Iterator[Browser]:
    """The browser, without a window."""
    with sync_playwright() as tool:
        found = tool.chromium.launch(executable_path=installed(), args=ARGUMENTS)
        yield found
        found.close()


def phone(found: Browser, address: str, session: str) -> BrowserContext:
    """A phone that has never seen the product; signed in, unless `session` is empty."""
    context = found.new_context(
        base_url=address,
        viewport={"width": WIDTH, "height": HEIGHT},
        device_scale_factor=2,
        is_mobile=True,
        has_touch=True,
        locale="fr-FR",
        timezone_id="Europe/Paris",
        service_workers="allow",
    )
    context.set_default_timeout(PATIENCE_MS)
    context.add_init_script(LISTEN)
    if session:
        context.add_cookies([{"name": COOKIE, "value": session, "url": address}])
    return context


def measure(
    found: Browser, address: str, session: str, visit: Visit, times: int, slowdown: int = CPU_SLOWDOWN
) -> Measured:
    """Open a page `times` times in an empty browser, each followed by once more in a new tab of the same browser."""
    result = Measured(visit)
    for _ in range(times):
        context = phone(found, address, session)
        context.on("request", lambda request: _elsewhere(result, address, request.url))
        result.cold.append(_open(context, visit.at, slowdown, keeps=True))
        result.warm.append(_open(context, visit.at, slowdown))
        context.close()
    return result


def _elsewhere(result: Measured, address: str, url: str) -> None:
    if not url.startswith((address, "data:", "blob:", "about:")):
        result.elsewhere.add(url)


def _open(context: BrowserContext, at: str, slowdown: int, *, keeps: bool = False) -> Figures:
    page = context.new_page()
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slowdown})
    answer = page.goto(at, wait_until="load")
    if answer is None or not answer.ok or page.url.partition("?")[0].removeprefix(_base(page)) != at:
        raise RuntimeError(f"{at} : {answer.status if answer else 'rien'} {page.url}")
    page.wait_for_timeout(WATCHED_MS)
    said = page.evaluate(TELL)
    if keeps:
        page.evaluate(KEPT)
        page.wait_for_timeout(1000)
    page.close()
    return figures(said)


def _base(page: Page) -> str:
    return "/".join(page.url.split("/", 3)[:3])


def taps(found: Browser, address: str, session: str) -> tuple[Sequence[str], Sequence[str]]:
    """The taps for the lot of last time once more, and for a new one."""
    context = phone(found, address, session)
    page = context.new_page()
    again, new = same_as_last_time(page), a_new_lot(page, _picture())
    context.close()
    return again, new


def _picture() -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (1200, 900), (186, 140, 80)).save(written, "JPEG")
    return written.getvalue()
