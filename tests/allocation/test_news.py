"""Nobody is told of what they always leave, nor of more than so many lots a day; they may read why and choose."""

from collections.abc import Callable
from datetime import timedelta

from fastapi.testclient import TestClient
from sqlmodel import col, select

from config.allocation import policies
from service.allocation.actions.announcing import announce_new_lots
from service.allocation.models import Way
from service.allocation.news.actions import hear, learn
from service.allocation.news.queries import news_of
from service.journal import queries as journal
from service.notices.models import Channel, OutgoingNotice
from tests.allocation.conftest import BREAD, YOGHURT, Stall
from tests.people import REGION, Make

RULES = policies().news_on(policies().news[-1].since)
assert RULES is not None
IGNORED, DAYS, A_DAY = RULES.ignored, RULES.days, RULES.a_day


def told(stall: Stall) -> list[int]:
    """The lots the charity was told of, in order."""
    with stall.database.read() as session:
        query = (
            select(OutgoingNotice.subject_id)
            .where(
                OutgoingNotice.kind == "lot_posted_nearby",
                OutgoingNotice.channel == Channel.SCREEN,
                OutgoingNotice.person_id == stall.charity.person.key,
            )
            .order_by(col(OutgoingNotice.id))
        )
        return [key for key in session.exec(query).all() if key is not None]


def announce(stall: Stall) -> None:
    with stall.database.transaction() as session:
        announce_new_lots(session, REGION, now=stall.now)


def learn_now(stall: Stall) -> int:
    with stall.database.transaction() as session:
        return learn(session, REGION, now=stall.now)


def post_on_days(stall: Stall, line: dict[str, object], lots: int) -> None:
    """Lots of one kind, eight a day, each told and left."""
    begins = stall.now
    for at in range(lots):
        stall.now = begins + timedelta(days=at // 8, minutes=at % 8)
        stall.post(line | {"date": stall.now.date().isoformat()})
        announce(stall)


def spared(stall: Stall) -> dict[str, int]:
    with stall.database.read() as session:
        row = news_of(session, [stall.charity.site.key]).get(stall.charity.site.key)
        return row.spared if row else {}


def test_what_is_always_left_is_told_no_more(stall: Stall) -> None:
    """After so many lots of bread without one claim the next is not told; yoghurt still is; the journal says so."""
    post_on_days(stall, BREAD, IGNORED - 1)
    assert learn_now(stall) == 0
    stall.post()
    announce(stall)
    assert learn_now(stall) == 1
    assert learn_now(stall) == 0
    assert spared(stall) == {"bread": IGNORED}
    before = told(stall)
    assert len(before) == IGNORED
    stall.post()
    both = stall.post(BREAD, YOGHURT)
    announce(stall)
    assert told(stall) == [*before, both.key]
    with stall.database.read() as session:
        said = journal.of_subject(session, "site", stall.charity.site.key)
    assert [(entry.kind, entry.data["left"]) for entry in said if entry.kind.startswith("news.")] == [
        ("news.learnt", {"bread": IGNORED})
    ]


def test_one_claim_is_enough_to_go_on(stall: Stall) -> None:
    """Who asks for bread now and then hears of all of it."""
    post_on_days(stall, BREAD, IGNORED)
    stall.claim(stall.post(), way=Way.COLLECT)
    assert learn_now(stall) == 0
    assert spared(stall) == {}


def test_a_claim_and_the_passing_of_time_bring_it_back(stall: Stall) -> None:
    """What was left is told again once some was asked for, or once the days looked back are over."""
    post_on_days(stall, BREAD, IGNORED)
    learn_now(stall)
    begins = stall.now
    stall.claim(stall.post(), way=Way.COLLECT)
    assert learn_now(stall) == 1
    assert spared(stall) == {}
    stall.now = begins + timedelta(days=DAYS + 1)
    assert learn_now(stall) == 0


def test_silence_for_long_brings_it_back(stall: Stall) -> None:
    """Whoever was told of nothing for that long is told again."""
    post_on_days(stall, BREAD, IGNORED)
    learn_now(stall)
    stall.now += timedelta(days=DAYS + 1)
    assert learn_now(stall) == 1
    assert spared(stall) == {}


def test_so_many_a_day_but_urgent_ones_always(stall: Stall) -> None:
    """Beyond the day's measure a lot with hours left is not told, one with an hour left is; tomorrow begins anew."""
    for _ in range(A_DAY + 2):
        stall.post()
    announce(stall)
    assert len(told(stall)) == A_DAY
    urgent = stall.post(hours=1)
    announce(stall)
    assert told(stall)[A_DAY:] == [urgent.key]
    stall.now += timedelta(days=1)
    fresh = stall.post()
    announce(stall)
    assert told(stall)[A_DAY + 1 :] == [fresh.key]


def test_who_has_heard_enough_leaves_it_to_the_next(stall: Stall, make: Make) -> None:
    """The places of those who are spared go to who lives farther."""
    post_on_days(stall, BREAD, IGNORED)
    learn_now(stall)
    far = make.charity("Voisine", town="Rezé")
    lot = stall.post()
    announce(stall)
    with stall.database.read() as session:
        query = select(OutgoingNotice.person_id).where(OutgoingNotice.subject_id == lot.key)
        assert set(session.exec(query).all()) == {far.person.key}


def test_it_is_read_and_switched_off_on_the_page(
    stall: Stall, make: Make, sign_in: Callable[[int], TestClient]
) -> None:
    """The page names the family and the count; one tap and everything is told again, another and it is as before."""
    post_on_days(stall, BREAD, IGNORED)
    learn_now(stall)
    client = sign_in(stall.charity.person.key)
    page = client.get("/answers").text.replace("\u00a0", " ")
    assert f"{IGNORED} lots signalés en {DAYS} jours, aucun demandé" in page
    assert "Pain" in page
    site = str(stall.charity.site.key)
    assert client.post("/answers/news", data={"site": site, "everything": "yes"}).status_code == 303
    assert "même de ce que vous ne prenez jamais" in client.get("/answers").text
    lot = stall.post()
    announce(stall)
    assert told(stall)[-1] == lot.key
    client.post("/answers/news", data={"site": site, "everything": "no"})
    stall.post()
    announce(stall)
    assert told(stall)[-1] == lot.key


def test_nobody_chooses_for_another(stall: Stall, make: Make, sign_in: Callable[[int], TestClient]) -> None:
    """The site of another charity is refused, and choosing twice is one entry."""
    other = make.charity("Autre")
    client = sign_in(other.person.key)
    site = str(stall.charity.site.key)
    assert client.post("/answers/news", data={"site": site, "everything": "yes"}).status_code == 422
    for _ in range(2):
        with stall.database.transaction() as session:
            hear(session, other.site, everything=True, who=other.who, now=stall.now)
    with stall.database.read() as session:
        said = journal.of_subject(session, "site", other.site.key)
    assert [entry.kind for entry in said].count("news.chosen") == 1
