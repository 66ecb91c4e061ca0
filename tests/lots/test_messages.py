"""Whoever counts on a lot hears in time that it goes, changes or was not fetched; and a dispatcher of a first one."""

from datetime import timedelta

import pytest

from service.accounts.models import Person
from service.lots import actions
from service.lots.actions import confirm_version, correct, expiring, first_lot_seen, withdraw
from service.lots.forms import Correction
from service.lots.models import Lot, ShareState
from service.lots.stored import StoredPhoto
from service.notices import actions as notices
from service.notices.models import Channel, NoticeState
from tests.heard import messages, people, said
from tests.lots.conftest import Shop
from tests.people import Make

PHOTO = StoredPhoto("label", "label-small", 10, 10)


@pytest.fixture
def promised(shop: Shop) -> Lot:
    """Ten kilograms of bread, four of them promised to the first charity, two to the second."""
    lot = shop.post()
    shop.reserve(lot.key, 4_000, charity=0, claim_id=1)
    shop.reserve(lot.key, 2_000, charity=1, claim_id=2)
    return lot


def change_person(shop: Shop, person: Person, **values: object) -> None:
    with shop.database.transaction() as session:
        row = session.get_one(Person, person.key)
        for name, value in values.items():
            setattr(row, name, value)


def correction(shop: Shop, lot: Lot, **line: object) -> Correction:
    return Correction.model_validate({"lines": [{"id": shop.lines(lot.key)[0].key, **line}]})


def test_a_withdrawn_lot_is_told_to_its_holders_alone(shop: Shop, make: Make, promised: Lot) -> None:
    """Each in their language and on their channels, at night too; an invented person on the screen alone."""
    first, second = shop.charities
    make.charity("Voisine")
    change_person(shop, first.person, locale="en", phone="+33612345678")
    change_person(shop, second.person, played=True)
    shop.act(withdraw, promised, reason="sold")
    assert people(shop.database, "lot_withdrawn") == sorted([first.person.key, second.person.key])
    [english] = messages(shop.database, "lot_withdrawn", person=first.person)
    assert "The lot was sold after all." in said(english)
    [french] = messages(shop.database, "lot_withdrawn", person=second.person)
    assert "Boulangerie Martin a retiré" in said(french)
    assert "Le lot est finalement vendu. Ne vous déplacez pas." in said(french)
    for channel in (Channel.MAIL, Channel.SMS):
        assert people(shop.database, "lot_withdrawn", channel) == [first.person.key]
        assert messages(shop.database, "lot_withdrawn", channel=channel)[0].due_at == shop.now


def test_what_was_promised_is_not_told_after_it_was_withdrawn(shop: Shop, promised: Lot) -> None:
    """A message that waits for the morning, or for somebody's hour, is kept back; nobody else's is."""
    first, second = shop.charities
    lot = {"lot_id": promised.key, "label": "Pain", "donor": "Boulangerie Martin"}
    with shop.database.transaction() as session:
        for claim, party in ((1, first), (99, second)):
            notices.tell(
                session, region=promised.region, person_ids=[party.person.key], kind="claim_granted",
                params={**lot, "grams": 4_000, "until": shop.now}, subject=("claim", claim), now=shop.now,
            )  # fmt: skip
    shop.act(withdraw, promised, reason="unfit")
    mails = messages(shop.database, "claim_granted", channel=Channel.MAIL)
    assert [mail.state for mail in mails] == [NoticeState.ABANDONED, NoticeState.PENDING]


def test_a_lot_nobody_holds_is_withdrawn_without_a_word(shop: Shop) -> None:
    """And offered again without one: nobody was told that it had gone."""
    lot = shop.post()
    shop.act(withdraw, lot, reason="mistake")
    shop.act(actions.undo_withdrawal, lot)
    assert messages(shop.database, "lot_withdrawn") == []


def test_a_corrected_label_is_to_be_confirmed_by_each_holder(shop: Shop, promised: Lot) -> None:
    """Once for each version; who has agreed is not asked by what still waits, the other one is."""
    first, second = shop.charities
    shop.act(correct, promised, given=correction(shop, promised, lot_number="L 7"), label_photo=PHOTO)
    assert people(shop.database, "lot_corrected_confirm") == sorted([first.person.key, second.person.key])
    [row] = messages(shop.database, "lot_corrected_confirm", person=first.person)
    assert "Le lot est bloqué tant que vous n'avez pas confirmé" in said(row)
    shop.act(confirm_version, shop.lot(promised.key), organisation_id=first.id, who=first.who)
    mails = {one.person_id: one.state for one in messages(shop.database, row.kind, channel=Channel.MAIL)}
    assert mails == {first.person.key: NoticeState.ABANDONED, second.person.key: NoticeState.PENDING}
    shop.act(correct, shop.lot(promised.key), given=correction(shop, promised, lot_number="L 8"), label_photo=PHOTO)
    assert len(messages(shop.database, row.kind, person=first.person)) == 2
    assert messages(shop.database, "lot_changed") == []


def test_other_hours_are_told_to_who_fetches(shop: Shop, promised: Lot) -> None:
    """Nothing is blocked, but nobody finds a closed door; a weight that leaves their part alone says nothing."""
    shop.act(correct, promised, given=correction(shop, promised, grams=9_000))
    assert messages(shop.database, "lot_changed") == []
    later = shop.now + timedelta(hours=1)
    windows = [{"starts_at": later.isoformat(), "ends_at": (later + timedelta(hours=1)).isoformat()}]
    shop.act(correct, shop.lot(promised.key), given=Correction.model_validate({"windows": windows}))
    assert people(shop.database, "lot_changed") == sorted(party.person.key for party in shop.charities)
    assert "Les heures de retrait ont changé. Regardez le lot" in said(messages(shop.database, "lot_changed")[0])
    assert messages(shop.database, "lot_corrected_confirm") == []


def test_an_absence_nobody_reported_is_told_to_both_ends(shop: Shop, promised: Lot) -> None:
    """A day after its hours: noted, and said to be so; once, however often the job runs."""
    late = shop.now + timedelta(days=2)
    for _ in range(2):
        with shop.database.transaction() as session:
            expiring.expire_due(session, late)
    assert {share.state for share in shop.shares(promised.key)} == {ShareState.NO_SHOW}
    ends = [party.person.key for party in (*shop.charities, shop.donor, shop.donor)]
    assert people(shop.database, "no_show_recorded") == sorted(ends)
    assert "Il est trop tard pour le proposer à d'autres." in said(messages(shop.database, "no_show_recorded")[0])


def test_a_first_lot_is_for_a_dispatcher_to_look_at(shop: Shop, make: Make) -> None:
    """One bell each for a new donor, however many lots; none for what one posted oneself, none once somebody looked."""
    dispatcher, other = make.dispatcher(), make.dispatcher()
    lot = shop.post(who=other.who, site_id=shop.donor.site.key)
    assert people(shop.database, "first_lot_to_review") == [dispatcher.person.key]
    [row] = messages(shop.database, "first_lot_to_review")
    assert row.params["lot_id"] == lot.key
    assert "Boulangerie Martin vient de s'inscrire et propose son premier lot" in said(row)
    shop.post()
    shop.post()
    assert people(shop.database, "first_lot_to_review") == sorted([dispatcher.person.key, other.person.key])
    with shop.database.transaction() as session:
        first_lot_seen(session, shop.donor.organisation, who=dispatcher.who, now=shop.now)
    mails = messages(shop.database, "first_lot_to_review", channel=Channel.MAIL)
    assert {mail.state for mail in mails} == {NoticeState.ABANDONED}
    shop.post()
    assert people(shop.database, "first_lot_to_review") == sorted([dispatcher.person.key, other.person.key])
