"""A new lot is told to the nearest who may take it, once."""

from datetime import timedelta

from sqlalchemy import event
from sqlmodel import select

from service.accounts.models import Membership, Person, Role
from service.allocation.actions.announcing import NEWS, announce_new_lots
from service.notices.models import Channel, OutgoingNotice
from tests.allocation.conftest import YOGHURT, Stall
from tests.people import REGION, Make


def told(stall: Stall) -> list[int]:
    with stall.database.read() as session:
        query = select(OutgoingNotice.person_id).where(
            OutgoingNotice.kind == "lot_posted_nearby", OutgoingNotice.channel == Channel.SCREEN
        )
        return sorted(session.exec(query).all())


def announce(stall: Stall, after: timedelta = timedelta()) -> None:
    with stall.database.transaction() as session:
        announce_new_lots(session, REGION, now=stall.now + after)


def test_those_who_may_take_it_are_told_once(stall: Stall, make: Make) -> None:
    """Neither who has no fridge, nor who is 300 km away, nor anybody twice."""
    make.charity("Sans froid", fridge_litres=0)
    make.charity("Au loin", town="Le Mans")
    near = make.charity("Voisine", town="Rezé")
    stall.post(YOGHURT)
    announce(stall)
    announce(stall)
    assert told(stall) == sorted([stall.charity.person.key, near.person.key])


def test_old_news_is_not_told(stall: Stall) -> None:
    """After a quarter of an hour the list of offers is enough."""
    stall.post()
    announce(stall, NEWS + timedelta(minutes=1))
    assert told(stall) == []


def test_a_lot_already_told_costs_one_reading(stall: Stall) -> None:
    """The job comes back every few seconds: the second time it only looks which lots are new."""
    stall.post()
    announce(stall)
    asked: list[str] = []
    event.listen(stall.database.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    announce(stall)
    # PostgreSQL takes the writers' turn with a SELECT of its own.
    assert len([text for text in asked if text.startswith("SELECT") and "advisory" not in text]) <= 3


def test_only_who_acts_for_the_site_is_told(stall: Stall, make: Make) -> None:
    """Of a charity of several sites: those of the near one and those of the whole, not those of the far one; nobody
    who acts for two of them twice."""
    owner = stall.charity.organisation
    second, far = make.site(owner, "Rezé", name="Rezé"), make.site(owner, "Le Mans", name="Le Mans")
    people = [make.row(Person(region=REGION, name=name, created_at=stall.now)) for name in ("Ici", "Loin", "Deux")]
    sites = {"Ici": [second], "Loin": [far], "Deux": [stall.charity.site, second]}
    for person in people:
        for site in sites[person.name]:
            make.row(Membership(person_id=person.key, organisation_id=owner.key, role=Role.CHARITY, site_id=site.key))
    stall.post()
    announce(stall)
    assert told(stall) == sorted([stall.charity.person.key, people[0].key, people[2].key])


def test_many_neighbours_cost_no_more_questions_than_one(stall: Stall, make: Make) -> None:
    """Sites, their people and their messages are read and written together."""

    def questions(lot_after: timedelta) -> int:
        asked: list[str] = []

        def listen(*given: object) -> None:
            asked.append(str(given[2]))

        event.listen(stall.database.engine, "before_cursor_execute", listen)
        announce(stall, lot_after)
        event.remove(stall.database.engine, "before_cursor_execute", listen)
        # SQLite is given each new row by itself.
        return sum(text.startswith("SELECT") for text in asked)

    stall.post()
    one = questions(timedelta(seconds=1))
    for number in range(9):
        make.charity(f"Voisine {number}")
    stall.post()
    assert questions(timedelta(seconds=2)) <= one
    assert len(told(stall)) == 11
