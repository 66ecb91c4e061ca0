"""What people do again and again, said once: post a lot, claim it, pass the planner's turn."""

import io
import re
from datetime import timedelta

from PIL import Image
from playwright.sync_api import Page
from sqlmodel import Session

from service.accounts.queries import who_is
from service.accounts.who import Who
from service.allocation.actions import claiming
from service.allocation.models import Claim, Way
from service.clients.files.folder import FolderFiles
from service.lots import actions as lots
from service.lots.forms import LotIn
from service.lots.models import Lot, PhotoKind
from service.lots.stored import keep_photo
from tests.journeys.world import World
from tests.people import Party


def picture(kind: str = "JPEG", size: tuple[int, int] = (800, 600)) -> bytes:
    """A small photo, with the position a phone writes into it."""
    image = Image.new("RGB", size, (190, 140, 70))
    exif = Image.Exif()
    exif[0x010F] = "Un téléphone"
    written = io.BytesIO()
    image.save(written, kind, exif=exif)
    return written.getvalue()


def who_of(session: Session, party: Party) -> Who:
    """Who acts, as the guard of a route would say."""
    who = who_is(session, party.person.key)
    assert who is not None
    return who


def photo_file(name: str = "pains.jpg", data: bytes | None = None) -> dict[str, object]:
    """A file as a browser's file field takes it."""
    return {"name": name, "mimeType": "image/jpeg", "buffer": data if data is not None else picture()}


def choose(page: Page, label: str) -> None:
    """Tap a tile (its box is drawn over, as everywhere in the product)."""
    page.locator("label.tile", has_text=re.compile(rf"^\s*{re.escape(label)}")).first.click()


def fill_bread(page: Page, kg: str = "12", category: str = "Pain") -> None:
    """The form of a lot: what it is, its weight, and what the category asks for besides."""
    with page.expect_response(re.compile("/lots/new/details")):
        choose(page, category)
    page.get_by_label("Poids", exact=True).fill(kg)


def post_lot(
    world: World, party: Party, kg: int = 12, category: str = "bread", *, pictured: bool = False, **line: object
) -> Lot:
    """A lot posted without a browser, where a journey begins later than that."""
    now = world.now()
    if category == "bread":
        line = {"date_kind": "made_on", "date": now.date().isoformat(), **line}
    given = LotIn.model_validate(
        {
            "site_id": party.site.key,
            "lines": [{"category": category, "grams": kg * 1000, **line}],
            "windows": [
                {
                    "starts_at": (now + timedelta(minutes=5)).isoformat(),
                    "ends_at": (now + timedelta(hours=3)).isoformat(),
                }
            ],
        }
    )
    files = FolderFiles(world.settings.data_dir / "files")
    photos = [(keep_photo(files, picture()), PhotoKind.FOOD)] if pictured else []
    with world.database.transaction() as session:
        return lots.post(session, given, who=who_of(session, party), now=now, photos=photos)


def claim_lot(world: World, party: Party, lot: Lot, way: Way = Way.BRING) -> Claim:
    """A claim on the whole lot, made without a browser."""
    asked = {"lot_id": lot.key, "site_id": party.site.key, "wanted": None, "way": way, "now": world.now()}
    with world.database.transaction() as session:
        return claiming.claim(session, who=who_of(session, party), **asked)


def planned_round(world: World, kg: int = 12) -> Lot:
    """Bread that the charity wants brought, on the driver's round, accepted and on its way."""
    lot = post_lot(world, world.cast.baker, kg)
    claim_lot(world, world.cast.charity, lot)
    world.plan()
    return lot


def digits(page: Page) -> str:
    """The six digits a page shows in large."""
    return re.sub(r"\D", "", page.locator(".code").first.inner_text())


def key_at(page: Page, noun: str) -> int:
    """The key in a page's address: /lots/12 -> 12."""
    found = re.search(rf"/{noun}/(\d+)", page.url)
    assert found, page.url
    return int(found.group(1))
