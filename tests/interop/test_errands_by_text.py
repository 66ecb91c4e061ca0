"""A volunteer says yes or no to a small lot by text message, by its number."""

from datetime import datetime, timedelta
from itertools import count

import pytest

from service.accounts.models import Person
from service.database.engine import Database
from service.interop.models import InboundText
from service.interop.receiving import Brought, receive
from service.kit.clock import real_now
from service.lots.models import Lot
from service.notices.wording import words_of
from tests.allocation.conftest import Stall
from tests.allocation.helped import ASKED, put, the_errand, told
from tests.people import REGION, Make, Party

pytestmark = pytest.mark.sealed
NUMBERS = count(1)


@pytest.fixture
def stall(database: Database, make: Make, now: datetime) -> Stall:
    return Stall(database, now, make.donor(), make.charity())


def asked(stall: Stall, make: Make) -> tuple[Lot, list[tuple[Party, str]]]:
    """A lot before two volunteers whose telephones are proved."""
    lot, parties = put(stall, make, "Vélos A", "Vélos B")
    phones = [f"+3361234566{at}" for at in range(len(parties))]
    with stall.database.transaction() as session:
        for party, phone in zip(parties, phones, strict=True):
            person = session.get_one(Person, party.person.key)
            person.phone, person.phone_verified_at = phone, real_now()
    return lot, list(zip(parties, phones, strict=True))


def texts(stall: Stall, phone: str, text: str, after: timedelta = ASKED) -> InboundText:
    brought = Brought(f"e{next(NUMBERS)}", phone, text)
    return receive(stall.database, brought, region=REGION, now=stall.now + after, real_now=real_now())


def test_the_message_says_how_to_answer(stall: Stall, make: Make) -> None:
    """With the number of the lot, as every message that may be answered."""
    lot, _ = asked(stall, make)
    notice = told(stall, "errand_offered")[0]
    words = words_of(notice.kind, notice.params, locale="fr", zone="Europe/Paris", now=stall.now)
    assert f"OUI {lot.key}" in words.reply
    assert words.link == "/errands"


def test_yes_no_and_another_was_quicker(stall: Stall, make: Make) -> None:
    """A yes brings it, the other reads why not, a no gives it back; nobody is called about it."""
    lot, ((first, one), (second, two)) = asked(stall, make)
    yes = texts(stall, one, f"Oui {lot.key}")
    assert (yes.outcome, yes.lot_id, yes.call_reason) == ("carries", lot.key, None)
    assert "Ma tournée" in yes.answer
    assert the_errand(stall).taken_by == first.person.key
    late = texts(stall, two, f"OUI {lot.key}")
    assert (late.outcome, late.call_reason) == ("refused", None)
    assert "Quelqu'un d'autre" in late.answer
    back = texts(stall, one, f"NON {lot.key}", ASKED + timedelta(minutes=1))
    assert (back.outcome, str(the_errand(stall).state)) == ("declined", "offered")
    no = texts(stall, two, f"NON {lot.key}", ASKED + timedelta(minutes=1))
    assert (no.outcome, str(the_errand(stall).state)) == ("declined", "over")
    assert second.person.key != first.person.key


def test_who_was_not_asked_is_called_as_before(stall: Stall, make: Make) -> None:
    """A driver who answers about a lot that was not put to them is a doubt for a person."""
    lot, _ = asked(stall, make)
    stranger = make.driver("Inconnu")
    with stall.database.transaction() as session:
        person = session.get_one(Person, stranger.person.key)
        person.phone, person.phone_verified_at = "+33612345699", real_now()
    assert texts(stall, "+33612345699", f"OUI {lot.key}").call_reason == "not_theirs"
