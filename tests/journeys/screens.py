"""Browsers in people's hands, and everything a browser says that no visitor should ever cause."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response

from service.accounts.models import WebSession
from service.accounts.tokens import new_token, token_hash
from service.kit.clock import real_now
from tests.browser import PATIENCE_MS
from tests.journeys.world import World
from tests.people import Party

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
DESK = {"viewport": {"width": 1280, "height": 800}}
SMALL = {"viewport": {"width": 320, "height": 640}, "is_mobile": True, "has_touch": True}
# The sizes that journeys are made at: the smallest phone, a usual one, a desk.
SIZES: dict[int, dict[str, Any]] = {320: SMALL, 390: PHONE, 1280: DESK}


@dataclass
class Watch:
    """What went wrong in a browser: errors on its console, refusals of the policy, answers ≥ 400, foreign requests."""

    address: str
    said: list[str] = field(default_factory=list)
    allowed: set[int] = field(default_factory=set)
    # The network is cut by the journey itself: what fails then is no fault.
    offline: bool = False
    # Scripts are switched off: a browser then says of those a page announces that its policy forbids them.
    scriptless: bool = False

    def follow(self, context: BrowserContext) -> None:
        context.on("console", self._console)
        context.on("weberror", lambda error: self.said.append(f"script: {error.error}"))
        context.on("response", self._response)
        context.on("request", self._request)
        context.on("requestfailed", self._failed)

    @contextmanager
    def allow(self, *statuses: int) -> Iterator[None]:
        """While the block runs, answers with these statuses are what is being tested."""
        before, self.allowed = self.allowed, self.allowed | set(statuses)
        try:
            yield
        finally:
            self.allowed = before

    def _console(self, message: ConsoleMessage) -> None:
        # A refused form is also written to the console as a resource that failed; its status is judged below.
        refused = any(f"status of {status}" in message.text for status in self.allowed)
        # Journeys that need no worker do without: the tool says so on the console.
        blocked = message.text.startswith("Service Worker registration blocked")
        cut = self.offline and "ERR_INTERNET_DISCONNECTED" in message.text
        if message.type in ("error", "warning") and not refused and not blocked and not cut:
            self.said.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _response(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.allowed:
            self.said.append(f"{response.status} {response.request.method} {response.url}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.address, "data:", "blob:", "about:")):
            self.said.append(f"asked elsewhere: {request.url}")

    def _failed(self, request: Request) -> None:
        unread = self.scriptless and request.failure == "csp" and request.url.endswith(".js")
        # A part that was still being fetched when the person went on to another page was not needed any more.
        if request.failure and "ERR_ABORTED" not in request.failure and not self.offline and not unread:
            self.said.append(f"failed: {request.failure} {request.url}")


@dataclass
class Screens:
    """Opens browsers on one world. `phone(party)` and `desk(party)` are signed in; without a party, nobody is."""

    browser: Browser
    world: World
    contexts: list[BrowserContext] = field(default_factory=list)
    watch: Watch = field(init=False)

    def __post_init__(self) -> None:
        self.watch = Watch(self.world.address)

    def phone(self, party: Party | None = None, at: str | None = None, **given: Any) -> Page:
        return self.open(party, at, **{**PHONE, **given})

    def desk(self, party: Party | None = None, at: str | None = None, **given: Any) -> Page:
        return self.open(party, at, **{**DESK, **given})

    def sized(self, width: int, party: Party | None = None, at: str | None = None, **given: Any) -> Page:
        """A screen of one of the sizes."""
        return self.open(party, at, **{**SIZES[width], **given})

    def open(self, party: Party | None, at: str | None = None, *, locale: str = "fr", **given: Any) -> Page:
        """A page in a browser of its own, at an address where one is given."""
        context = self.browser.new_context(
            base_url=self.world.address,
            locale="fr-FR" if locale == "fr" else "en-GB",
            timezone_id="Europe/Paris",
            reduced_motion="reduce",
            **{"service_workers": "block", **given},
        )
        context.set_default_timeout(PATIENCE_MS)
        self.contexts.append(context)
        self.watch.scriptless = self.watch.scriptless or given.get("java_script_enabled") is False
        self.watch.follow(context)
        cookies = [{"name": "glane_locale", "value": locale, "url": self.world.address}] if locale != "fr" else []
        if party is not None:
            cookies.append({"name": "glane_session", "value": self.session_of(party), "url": self.world.address})
        context.add_cookies(cookies)  # type: ignore[arg-type]  # plain dictionaries of the right shape
        page = context.new_page()
        if at is not None:
            page.goto(at)
        return page

    def session_of(self, party: Party) -> str:
        """A signed-in browser's secret, without going through the sign-in page (which has journeys of its own)."""
        token = new_token()
        self.world.make.row(
            WebSession(
                token_hash=token_hash(token),
                person_id=party.person.key,
                created_at=real_now(),
                expires_at=real_now() + timedelta(hours=2),
            )
        )
        return token

    def pictures(self, folder: Path) -> list[str]:
        """What every open page shows now, as files in a folder."""
        paths = []
        for page in (page for context in self.contexts for page in context.pages):
            path = folder / f"screen-{len(paths) + 1}.png"
            page.screenshot(path=path, full_page=True)
            paths.append(f"{path} {page.url}")
        return paths

    def close(self) -> None:
        for context in self.contexts:
            context.close()
