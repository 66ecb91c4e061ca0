"""Photos of lots and of loads go ninety days after, with their files; what others still name stays."""

import io
from datetime import timedelta

import pytest
from PIL import Image

from config.settings import Settings
from service.clients.files.port import FileMissing
from service.lots import actions
from service.lots.models import Lot, LotPhoto, PhotoKind
from service.lots.stored import keep_photo
from service.rounds.models import StopTask
from tests.lots.conftest import Shop, rows
from tests.people import Make
from tests.rounds.conftest import Fleet
from workers.jobs import forget_photos
from workers.queue import Work
from workers.timetable import TIMETABLE


def picture(colour: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (320, 240), colour).save(out, "JPEG")
    return out.getvalue()


@pytest.fixture
def work(settings: Settings, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Work:
    made = Work.of(settings)
    monkeypatch.setattr(made.clock, "now", lambda: shop.now)
    return made


def with_photo(shop: Shop, work: Work, colour: str, ended_days_ago: int | None) -> tuple[int, str, str]:
    """A lot with one photo, ended so many days ago or still open: its key, and its file's two."""
    lot = shop.post()
    stored = keep_photo(work.clients.files, picture(colour))
    with shop.database.transaction() as session:
        row = session.get_one(Lot, lot.key)
        actions.add_photo(session, row, stored, kind=PhotoKind.FOOD, who=shop.donor.who, now=shop.now)
        if ended_days_ago is not None:
            row.ended_at = shop.now - timedelta(days=ended_days_ago)
            session.add(row)
    return lot.key, stored.file_key, stored.thumb_key


def test_only_what_ended_long_ago_goes(shop: Shop, work: Work) -> None:
    """Ninety-one days after the end the rows and both files are gone; at eighty-nine, and on an open lot, they stay."""
    _, old_file, old_thumb = with_photo(shop, work, "red", 91)
    _, young, _ = with_photo(shop, work, "blue", 89)
    _, open_, _ = with_photo(shop, work, "green", None)
    assert forget_photos.run(work) == 1
    assert forget_photos.run(work) == 0
    for key in (old_file, old_thumb):
        with pytest.raises(FileMissing):
            work.clients.files.get(key)
    assert work.clients.files.get(young)
    assert work.clients.files.get(open_)
    with shop.database.read() as session:
        assert rows(session, LotPhoto) == 2


def test_a_file_two_lots_share_goes_with_the_last(shop: Shop, work: Work) -> None:
    """The same picture on a newer lot keeps its file until that one's turn."""
    _, shared, _ = with_photo(shop, work, "red", 91)
    newer, same, _ = with_photo(shop, work, "red", 10)
    assert same == shared
    assert forget_photos.run(work) == 1
    assert work.clients.files.get(shared)
    with shop.database.transaction() as session:
        lot = session.get_one(Lot, newer)
        lot.ended_at = shop.now - timedelta(days=91)
        session.add(lot)
    assert forget_photos.run(work) == 1
    with pytest.raises(FileMissing):
        work.clients.files.get(shared)


def test_a_photo_of_a_load_goes_too(shop: Shop, work: Work, make: Make, settings: Settings) -> None:
    """What a crew photographed is kept as long as the lots' own photos, no longer."""
    fleet = Fleet(make, settings, shop.now)
    fleet.shift(fleet.vehicle())
    fleet.carried(make.donor("Fournil"), make.charity(town="Rezé"))
    fleet.plan()
    [round_] = fleet.rounds()
    key = work.clients.files.put(picture("white"), "image/jpeg")
    [task] = fleet.tasks(fleet.stops(round_)[0])
    for days, left in ((89, key), (91, None)):
        with shop.database.transaction() as session:
            row = session.get_one(StopTask, task.key)
            row.photo_key, row.done_at = key, shop.now - timedelta(days=days)
            session.add(row)
        forget_photos.run(work)
        with shop.database.read() as session:
            assert session.get_one(StopTask, task.key).photo_key == left
    with pytest.raises(FileMissing):
        work.clients.files.get(key)


def test_it_stands_in_the_timetable() -> None:
    """Nobody has to remember to run it."""
    assert forget_photos.run in [job.run for job in TIMETABLE]
