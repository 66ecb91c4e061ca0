"""A usual gift is asked about at its hour; an answer posts a lot, silence posts nothing, and probable is no lot."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from config.catalogue import catalogue
from service.accounts.models import Activity, ClosedDay, Closure, Role
from service.database.engine import Database
from service.journal.models import Entry
from service.kit.refusals import NotAllowed
from service.lots import actions as lots
from service.lots.forms import LotIn
from service.lots.models import Lot, LotLine
from service.lots.usual import actions, queries, rules
from service.lots.usual.errors import ActedUpon, AnsweredAlready, NotADateOfGift, TooLateToAnswer
from service.lots.usual.forecast import Expected, expected
from service.lots.usual.forms import AnswerIn, Said, UsualGiftIn
from service.lots.usual.models import DayState, UsualGift, UsualGiftDay
from service.notices.models import Channel, NoticeHabits, OutgoingNotice, QuietHours
from service.shipments.models import Shipment
from tests.people import REGION, Make, Party

FRIDAY = date(2026, 11, 20)
HOUR = timedelta(hours=1)
EVERY_DAY = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU"


@pytest.fixture
def baker(make: Make) -> Party:
    return make.donor()


@pytest.fixture
def seven(now: datetime) -> datetime:
    """Seven in the evening, the hour of the question."""
    return now + 2 * HOUR


def asked(**given: Any) -> UsualGiftIn:
    known = {"rrule": EVERY_DAY, "starts_on": FRIDAY, "ask_at": time(19), "opens_at": time(19),
             "closes_at": time(20, 30), "category": "bread", "usual_grams": 12_000}  # fmt: skip
    return UsualGiftIn.model_validate({**known, **given})


def declare(database: Database, baker: Party, now: datetime, **given: Any) -> UsualGift:
    with database.transaction() as session:
        gift = actions.declare(session, asked(**given), who=baker.who, now=now)
        session.expunge_all()
    return gift


def ask(database: Database, now: datetime) -> int:
    with database.transaction() as session:
        actions.lapse_due(session, REGION, now=now)
        return actions.ask_due(session, REGION, now=now)


def answer(database: Database, gift: UsualGift, said: str, *, who: Any, now: datetime, **given: Any) -> UsualGiftDay:
    with database.transaction() as session:
        shape = AnswerIn(answer=Said(said), **given)
        row = actions.answer(session, session.get_one(UsualGift, gift.key), FRIDAY, shape, who=who, now=now)
        session.expunge_all()
    return row


def undo(database: Database, gift: UsualGift, *, who: Any, now: datetime) -> None:
    with database.transaction() as session:
        row = queries.day_of(session, gift.key, FRIDAY)
        assert row is not None
        actions.undo(session, session.get_one(UsualGift, gift.key), row, who=who, now=now)


def day(database: Database, gift: UsualGift, on: date = FRIDAY) -> UsualGiftDay | None:
    with database.read() as session:
        row = queries.day_of(session, gift.key, on)
        session.expunge_all()
    return row


def probable(database: Database, now: datetime) -> list[Expected]:
    with database.read() as session:
        return expected(session, REGION, now=now)


def everything(database: Database, model: type[Any]) -> list[Any]:
    with database.read() as session:
        found = list(session.exec(select(model)).all())
        session.expunge_all()
    return found


@pytest.mark.database
def test_asked_once_at_its_hour(database: Database, baker: Party, now: datetime, seven: datetime) -> None:
    """Not before; then everybody who gives there hears it, once, with the journal's line."""
    gift = declare(database, baker, now)
    assert ask(database, seven - timedelta(minutes=1)) == 0
    assert [ask(database, seven + timedelta(seconds=n)) for n in (0, 10, 20)] == [1, 0, 0]
    row = day(database, gift)
    assert row is not None
    assert (row.state, row.asked_at, row.ends_at) == (DayState.ASKED, seven, seven + 1.5 * HOUR)
    told = [notice for notice in everything(database, OutgoingNotice) if notice.kind == "usual_gift_asked"]
    # No phone: by mail, beside the screen.
    assert {notice.channel for notice in told} == {Channel.SCREEN, Channel.MAIL}
    assert all(notice.expires_at == row.ends_at for notice in told)
    kinds = [entry.kind for entry in everything(database, Entry) if entry.kind.startswith("usual_gift.")]
    assert kinds == ["usual_gift.declared", "usual_gift.asked"]
    assert everything(database, Lot) == []


@pytest.mark.database
@pytest.mark.parametrize(("said", "grams"), [("usual", 12_000), ("less", 6000), ("more", 18_000)])
def test_one_answer_posts_the_lot(
    database: Database, baker: Party, now: datetime, seven: datetime, said: str, grams: int
) -> None:
    """With the usual window, dated today; the same tap again posts no second one, another answer is refused."""
    gift = declare(database, baker, now)
    ask(database, seven)
    row = answer(database, gift, said, who=baker.who, now=seven + HOUR / 60)
    again = answer(database, gift, said, who=baker.who, now=seven + HOUR / 30)
    assert (row.state, row.lot_id) == (DayState.GIVEN, again.lot_id)
    (lot,), (line,) = everything(database, Lot), everything(database, LotLine)
    assert (lot.posted_by, lot.site_id, lot.deadline) == (baker.person.key, baker.site.key, row.ends_at)
    assert (line.grams, line.date, line.date_kind) == (grams, FRIDAY, "made_on")
    with pytest.raises(AnsweredAlready):
        answer(database, gift, "weight", grams=5000, who=baker.who, now=seven + HOUR / 20)
    assert len(everything(database, Lot)) == 1
    assert probable(database, seven + HOUR / 20)[0].day == FRIDAY + timedelta(days=1)


@pytest.mark.database
def test_an_answer_is_taken_back_until_somebody_has_a_part(
    database: Database, make: Make, baker: Party, now: datetime, seven: datetime
) -> None:
    """The lot is withdrawn and the question open again; once a charity holds a share, its page is the way."""
    gift = declare(database, baker, now)
    ask(database, seven)
    first = answer(database, gift, "usual", who=baker.who, now=seven)
    for _ in range(2):
        undo(database, gift, who=baker.who, now=seven)
    row = day(database, gift)
    assert row is not None
    assert (row.state, row.lot_id) == (DayState.ASKED, None)
    assert [lot.state for lot in everything(database, Lot)] == ["withdrawn"]
    second = answer(database, gift, "more", who=baker.who, now=seven)
    assert second.lot_id not in (None, first.lot_id)
    charity = make.charity()
    with database.transaction() as session:
        lot = session.get_one(Lot, second.lot_id)
        line = session.exec(select(LotLine).where(LotLine.lot_id == lot.key)).one()
        lots.reserve(session, lot, [(line.key, 1000)], claim_id=1, organisation_id=charity.id,
                     site_id=charity.site.key, who=charity.who, now=seven)  # fmt: skip
    with pytest.raises(ActedUpon):
        undo(database, gift, who=baker.who, now=seven)


def test_nothing_tonight_may_become_something(database: Database, baker: Party, now: datetime, seven: datetime) -> None:
    """ "Rien", then four kilograms after all; and "rien" undone is a question again."""
    gift = declare(database, baker, now)
    ask(database, seven)
    assert answer(database, gift, "nothing", who=baker.who, now=seven).state is DayState.NOTHING
    assert everything(database, Lot) == []
    assert [one.day for one in probable(database, seven)] == [FRIDAY + timedelta(days=1)]
    undo(database, gift, who=baker.who, now=seven)
    assert next(one.day for one in probable(database, seven)) == FRIDAY
    answer(database, gift, "nothing", who=baker.who, now=seven)
    row = answer(database, gift, "weight", grams=4000, who=baker.who, now=seven)
    assert row.lot_id is not None


@pytest.mark.database
def test_silence_is_probable_then_nothing(database: Database, baker: Party, now: datetime, seven: datetime) -> None:
    """Shown as probable before and after the question, never a lot nor a shipment; at the end of its hours it lapses
    and can be answered no more."""
    gift = declare(database, baker, now)
    assert [(one.day, one.asked) for one in probable(database, now)] == [
        (FRIDAY, False), (FRIDAY + timedelta(days=1), False)
    ]  # fmt: skip
    ask(database, seven)
    (tonight, _tomorrow) = probable(database, seven)
    assert tonight.asked
    assert (everything(database, Lot), everything(database, Shipment)) == ([], [])
    end = seven + 1.5 * HOUR
    assert FRIDAY not in [one.day for one in probable(database, end)]
    ask(database, end)
    row = day(database, gift)
    assert row is not None
    assert row.state is DayState.LAPSED
    with pytest.raises(TooLateToAnswer):
        answer(database, gift, "usual", who=baker.who, now=end)
    assert everything(database, Entry)[-1].kind == "usual_gift.lapsed"
    assert (probable(database, end)[0].came, probable(database, end)[0].of) == (0, 1)


def test_closed_days_cancelled_dates_pauses_and_the_end(
    database: Database, make: Make, baker: Party, now: datetime, seven: datetime
) -> None:
    """The region's day, the shop's closure, "pas ce vendredi", a pause until a day, the end: nobody is asked."""
    gift = declare(database, baker, now)
    day_ = timedelta(days=1)

    def act(verb: Any, *given: Any) -> None:
        with database.transaction() as session:
            verb(session, session.get_one(UsualGift, gift.key), *given, who=baker.who, now=now)

    act(actions.cancel_day, FRIDAY)
    act(actions.cancel_day, FRIDAY)
    assert ask(database, seven) == 0
    assert [one.day for one in probable(database, now)] == [FRIDAY + day_]
    act(actions.restore_day, FRIDAY)
    assert ask(database, seven) == 1
    make.row(ClosedDay(region=REGION, day=FRIDAY + day_, name="Pont", set_at=now))
    assert ask(database, seven + day_) == 0
    make.row(Closure(site_id=baker.site.key, first_day=FRIDAY + 2 * day_, last_day=FRIDAY + 2 * day_))
    assert ask(database, seven + 2 * day_) == 0
    act(actions.pause, FRIDAY + 5 * day_)
    assert [ask(database, seven + n * day_) for n in (3, 4, 5)] == [0, 0, 1]
    act(actions.pause, None)
    assert ask(database, seven + 6 * day_) == 0
    act(actions.resume)
    assert ask(database, seven + 7 * day_) == 1
    act(actions.end)
    assert ask(database, seven + 8 * day_) == 0
    with pytest.raises(NotADateOfGift), database.transaction() as session:
        other = actions.declare(session, asked(rrule="FREQ=WEEKLY;BYDAY=MO"), who=baker.who, now=now)
        actions.cancel_day(session, other, FRIDAY, who=baker.who, now=now)


def test_a_question_of_the_night_is_asked_after_midnight_too(
    database: Database, baker: Party, now: datetime, seven: datetime
) -> None:
    """Fetched on the next morning: a worker that comes back at one o'clock still asks about the evening."""
    given = {"ask_at": time(22), "opens_at": time(7), "closes_at": time(10), "next_day": True}
    gift = declare(database, baker, now, **given)
    assert ask(database, seven + 6 * HOUR) == 1
    row = answer(database, gift, "usual", who=baker.who, now=seven + 12 * HOUR)
    assert row.lot_id is not None
    assert row.ends_at == seven + 15 * HOUR


def test_the_hour_one_chose_rings_and_colleagues_sleep(
    database: Database, make: Make, baker: Party, now: datetime
) -> None:
    """At half past nine in the evening: the phone of whoever chose that hour rings, a colleague's keeps its quiet
    hours, and a daily hour does not delay the one who chose."""
    colleague = make.member(baker.organisation, Role.DONOR, baker.site)
    with database.transaction() as session:
        for party, number in ((baker, "+33612345601"), (colleague, "+33612345602")):
            person = session.merge(party.person)
            person.phone = number
            session.add(person)
        session.add(NoticeHabits(person_id=baker.person.key, digest_minute=8 * 60))
        session.add(QuietHours(person_id=colleague.person.key, start_minute=21 * 60, end_minute=7 * 60))
    late = now + 4.5 * HOUR
    declare(database, baker, now, ask_at=time(21, 30), opens_at=time(21, 30), closes_at=time(23))
    assert ask(database, late) == 1
    texts = {one.person_id: one for one in everything(database, OutgoingNotice) if one.channel is Channel.SMS}
    assert texts[baker.person.key].due_at == late
    assert texts[colleague.person.key].due_at > late + HOUR


def test_before_its_hour_on_the_day_itself(database: Database, baker: Party, now: datetime, seven: datetime) -> None:
    """Who knows at five says it at five, and is not asked at seven; undone, the question comes at its hour."""
    gift = declare(database, baker, now)
    row = answer(database, gift, "usual", who=baker.who, now=now)
    (lot,) = everything(database, Lot)
    assert row.lot_id == lot.key
    assert ask(database, seven) == 0
    undo(database, gift, who=baker.who, now=now)
    assert ask(database, seven) == 1
    with pytest.raises(NotADateOfGift), database.transaction() as session:
        tomorrow = FRIDAY + timedelta(days=1)
        one = session.get_one(UsualGift, gift.key)
        actions.answer(session, one, tomorrow, AnswerIn(answer=Said.USUAL), who=baker.who, now=now)


def test_allergens_said_before_are_a_hint(database: Database, baker: Party, now: datetime) -> None:
    """What the baker last said of the same bread is carried on as indicative, never as known; of another bread, and
    where nobody knew, it stays unknown."""
    gift = declare(database, baker, now)
    line = {"category": "bread", "grams": 5000, "date_kind": "made_on", "date": FRIDAY, "allergens_state": "known",
            "allergens": {"gluten": "contains", "sesame": "may"}}  # fmt: skip
    with database.transaction() as session:
        lots.post(session, LotIn.model_validate({"lines": [line]}), who=baker.who, now=now)
    row = answer(database, gift, "usual", who=baker.who, now=now)
    other = declare(database, baker, now, description="Pain de seigle")
    elsewhere = answer(database, other, "usual", who=baker.who, now=now)
    found = {one.lot_id: one for one in everything(database, LotLine)}
    carried = found[row.lot_id]
    assert (carried.allergens_state, carried.allergens) == ("indicative", {"gluten": "contains", "sesame": "may"})
    assert (found[elsewhere.lot_id].allergens_state, found[elsewhere.lot_id].allergens) == ("unknown", {})


def test_only_its_own_people_answer(database: Database, make: Make, baker: Party, now: datetime) -> None:
    """Another shop may not; a dispatcher who has the baker on the phone may, and the journal carries both."""
    gift = declare(database, baker, now)
    with pytest.raises(NotAllowed):
        answer(database, gift, "usual", who=make.donor("Autre").who, now=now)
    dispatcher = make.dispatcher()
    row = answer(database, gift, "usual", who=dispatcher.who, now=now)
    assert row.answered_by == dispatcher.person.key
    entry = next(one for one in everything(database, Entry) if one.kind == "usual_gift.answered")
    assert (entry.actor_id, entry.on_behalf_of) == (dispatcher.person.key, baker.id)


def test_whatever_may_be_usual_can_be_posted_in_one_tap(database: Database, make: Make, now: datetime) -> None:
    """Every category the form offers, for a farm in the evening: no law nor missing answer stands in the way."""
    farm = make.donor("Ferme", activity=Activity.FARM)
    wanted = [one for one in catalogue().categories if rules.can_be_usual(one) and not one.retired]
    assert len(wanted) > 10
    refused = {}
    for one in wanted:
        gift = declare(database, farm, now, category=one.slug)
        try:
            answer(database, gift, "usual", who=farm.who, now=now)
        except Exception as problem:  # noqa: BLE001  every refusal is gathered to be read together
            refused[one.slug] = repr(problem)
    assert refused == {}


def test_the_pages_and_the_machine_do_the_same(
    client: TestClient, make: Make, database: Database, baker: Party, now: datetime
) -> None:
    """Declared by its form, answered by one tap, undone; the charity's forecast shows it, and offers nothing."""
    make.signed_in(client, baker.person.key)
    form = {"category": "bread", "usual_kg": "12", "weekdays": ["0", "1", "2", "3", "4", "5", "6"], "every": "1",
            "ask_at": "19:00", "opens_at": "19:00", "closes_at": "20:30", "starts_on": "2026-11-20"}  # fmt: skip
    wrong = client.post("/usual-gifts", data={**form, "weekdays": [], "closes_at": "18:00"})
    assert wrong.status_code == 422
    made = client.post("/usual-gifts", data=form)
    assert made.status_code == 303, made.text
    (gift,) = everything(database, UsualGift)
    for path in ("/usual-gifts", "/usual-gifts/new", f"/usual-gifts/{gift.key}", f"/usual-gifts/{gift.key}/edit"):
        assert client.get(path).status_code == 200, path
    at = f"/usual-gifts/{gift.key}/dates/2026-11-20"
    page = client.get(at).text.replace("\u00a0", " ").replace("\u202f", " ")
    assert "Comme d'habitude (12 kg)" in page or "Comme d&#39;habitude (12 kg)" in page
    assert client.post(f"{at}/answer", data={"answer": "weight", "kg": "beaucoup"}).status_code == 422
    assert client.post(f"{at}/answer", data={"answer": "usual"}).status_code == 303
    assert "C&#39;est publié" in client.get(at).text
    assert client.post(f"{at}/answer/undo").status_code == 303
    assert client.post(f"/usual-gifts/{gift.key}/pause", data={"until": "2026-11-25"}).status_code == 303
    assert client.post(f"/usual-gifts/{gift.key}/resumption").status_code == 303
    key = {"Authorization": f"Bearer {make.token(baker.person.key)}"}
    api = f"/api/v1/usual-gifts/{gift.key}"
    assert client.get(api, headers=key).json()["days"][0] == {"day": "2026-11-20", "state": None, "lot_id": None}
    assert client.get("/api/v1/forecast", headers=key).status_code == 403
    charity = make.charity()
    make.signed_in(client, charity.person.key)
    told = client.get("/forecast").text
    assert baker.site.name in told
    assert "Ce ne sont pas des lots" in told
    items = client.get("/api/v1/forecast").json()["items"]
    assert (items[0]["gift_id"], items[0]["asked"]) == (gift.key, False)
    assert client.get(f"/usual-gifts/{gift.key}").status_code in (403, 404)
    make.signed_in(client, baker.person.key)
    told = client.post(f"{api}/days/2026-11-20/answer", json={"answer": "less"}, headers=key)
    assert (told.status_code, told.json()["state"]) == (200, "given")
    assert client.delete(f"{api}/days/2026-11-20/answer", headers=key).status_code == 204
    assert client.post(f"{api}/end", headers=key).json()["state"] == "ended"
