"""A new release comes while pages are open: the old one goes on with its own files, the new one comes whole."""

import shutil
import socket
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from sqlmodel import select

from service import app
from service.database.engine import Database
from service.kit.clock import real_now
from service.web import assets
from service.web.models import ShownClock
from service.web.templating import environment
from tests.journeys.screens import Screens
from tests.journeys.world import START, Cast, World, serving, settings_for
from tests.people import Make

RELEASE = "document.body.dataset.release"
STYLED = """(release) => [...document.querySelectorAll('link[rel=stylesheet], script[src]')]
  .every((one) => (one.href ?? one.src).includes(`/static/${release}/`))"""


def test_an_upgrade_in_mid_session_mixes_nothing_and_loses_nothing(
    browser: Browser, populated: tuple[str, Cast], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Told of it, the person goes on typing, reloads when they like, and finds what was typed under the new release."""
    template, cast = populated
    shutil.copy(template, tmp_path / "glane.db")
    door = socket.create_server(("127.0.0.1", 0))
    port = door.getsockname()[1]
    settings = settings_for(tmp_path, f"sqlite:///{tmp_path / 'glane.db'}", f"http://127.0.0.1:{port}")
    database = Database(settings.database)
    with database.transaction() as session:
        row = session.exec(select(ShownClock)).one()
        row.real_anchor, row.shown_anchor = real_now(), START
    world = World(settings.base_url, settings, database, cast, Make(database, START))
    screens = Screens(browser, world)
    try:
        with serving(settings, door):
            page = screens.phone(cast.baker, "/lots/new", service_workers="allow")
            page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
            page.reload()
            before = page.evaluate(RELEASE)
            page.get_by_label("Poids", exact=True).fill("14")
            # Between two releases nobody answers for a moment.
            screens.watch.offline = True
        newer = tmp_path / "static"
        shutil.copytree(assets.STATIC, newer)
        with (newer / "css/base.css").open("a", encoding="utf-8") as sheet:
            sheet.write("\n.page-main { --of-the-new-release: yes; }\n")
        monkeypatch.setattr(assets, "STATIC", newer)
        monkeypatch.setattr(app, "STATIC", newer)
        forget()
        with serving(settings, socket.create_server(("127.0.0.1", port))):
            assert page.evaluate(RELEASE) == before
            page.evaluate(
                "() => navigator.serviceWorker.getRegistration().then((one) => one.update()).then(() => true)"
            )
            expect(page.get_by_text("Nouvelle version de Glane")).to_be_visible()
            page.get_by_label("Poids", exact=True).fill("15")
            old = page.evaluate(
                "(path) => fetch(path).then((answer) => answer.text())", f"/static/{before}/css/base.css"
            )
            assert "page-main" in old
            assert "of-the-new-release" not in old
            with page.expect_navigation():
                page.get_by_role("button", name="Recharger").click()
            after = page.evaluate(RELEASE)
            assert after != before
            assert page.evaluate(STYLED, after)
            assert page.evaluate(
                "getComputedStyle(document.querySelector('main')).getPropertyValue('--of-the-new-release')"
            )
            expect(page.get_by_label("Poids", exact=True)).to_have_value("15")
            screens.close()
    finally:
        database.close()
        monkeypatch.undo()
        forget()
    assert [said for said in screens.watch.said if said.startswith("script")] == []


def forget() -> None:
    """The process works out anew which release it is."""
    assets.release.cache_clear()
    assets.squeezed.cache_clear()
    environment.cache_clear()
