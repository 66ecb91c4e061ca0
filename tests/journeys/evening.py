"""An evening with something on every page: lots on offer, claimed, on the road and delivered; people to approve."""

from dataclasses import dataclass, field
from datetime import time, timedelta

from itsdangerous import URLSafeTimedSerializer

from service.accounts.actions.inviting import invite
from service.accounts.actions.posters import make_poster, open_visit
from service.accounts.actions.signing_in import make_card, make_link, pair_tablet
from service.accounts.forms import InvitationIn
from service.accounts.models import AccountState, ClosedDay, Role, Site
from service.allocation.actions import collecting
from service.allocation.answers import actions as answers
from service.allocation.answers.forms import RuleIn
from service.allocation.models import Claim, Way
from service.allocation.ramasses import actions as ramasses
from service.allocation.ramasses.forms import RamasseIn
from service.allocation.slips import issue_slip
from service.clients.files.folder import FolderFiles
from service.documents.models import Document
from service.kit.clock import real_now
from service.lots.pages.poster_door import SALT
from service.lots.usual import actions as usual
from service.lots.usual.forms import AnswerIn, Said, UsualGiftIn
from service.rounds.actions import driving, reporting
from service.rounds.forms import Report, ReportKind
from service.rounds.models import Absence, Availability, FixedRound, Shift
from service.rounds.queries import rounds
from tests.journeys.steps import claim_lot, post_lot, who_of
from tests.journeys.world import START, World
from tests.people import REGION


@dataclass
class Evening:
    """The keys that addresses are made of, by the name they have in a route."""

    keys: dict[str, str] = field(default_factory=dict)


def play(world: World) -> Evening:
    """Let the evening happen, by the same actions as the pages use."""
    cast = world.cast
    soon = (START.date() + timedelta(days=6)).isoformat()
    label = {"date_kind": "dlc", "date": soon, "prepacked": True, "labelled": True, "lot_number": "L4471"}
    delivered = post_lot(world, cast.baker, 14)
    paper = fetch(world, claim_lot(world, cast.charity, delivered, Way.COLLECT))
    waiting = post_lot(world, cast.baker, 9, "yoghurt", **label)
    fetched = claim_lot(world, cast.charity, waiting, Way.COLLECT)
    brought = post_lot(world, cast.baker, 18, pictured=True)
    claim = claim_lot(world, cast.charity, brought)
    world.plan()
    post_lot(world, cast.grocer, 7, "yoghurt", **label)
    offered = post_lot(world, cast.baker, 12, pictured=True)
    with world.database.transaction() as session:
        driver = who_of(session, cast.driver)
        round_ = rounds.rounds_of_driver(session, cast.driver.person.key, START - timedelta(days=1))[0]
        driving.accept(session, round_, who=driver, now=world.now())
        driving.depart(session, round_, who=driver, now=world.now())
        stop = rounds.stops_of(session, [round_.key])[round_.key][0]
        arrived = Report(kind=ReportKind.ARRIVED)
        reporting.report(session, round_, stop, arrived, who=driver, now=world.now())
        region = who_of(session, cast.region)
        link = make_link(session, cast.other.person, real_now=real_now())
        baker = who_of(session, cast.baker)
        tablet = pair_tablet(session, cast.baker.site, name="Caisse", who=baker, real_now=real_now())
        _card, card = make_card(session, cast.driver.person, label="Carte", who=region, real_now=real_now())
        asked = InvitationIn(name="Léa Tanguy", role=Role.CHARITY)
        invited = invite(
            session,
            cast.charity.organisation,
            asked,
            who=who_of(session, cast.charity),
            real_now=real_now(),
            site_ids=set(),
        )
        charity = who_of(session, cast.charity)
        rule = answers.set_rule(session, cast.charity.site, RuleIn(most_grams=20_000), who=charity, now=world.now())
        weekly = RamasseIn(donor_site_id=cast.baker.site.key, rrule="FREQ=WEEKLY;BYDAY=TU,SA", starts_on=START.date())
        ramasse = ramasses.ask(session, cast.charity.site, weekly, who=charity, now=world.now())
        asked = UsualGiftIn(
            rrule="FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA", starts_on=START.date(), ask_at=time(19), opens_at=time(19),
            closes_at=time(20, 30), category="bread", usual_grams=12_000,
        )  # fmt: skip
        gift = usual.declare(session, asked, who=baker, now=world.now())
        given = UsualGiftIn(**{**asked.model_dump(), "category": "viennoiserie"})
        answered = usual.declare(session, given, who=baker, now=world.now())
        usual.answer(session, answered, START.date(), AnswerIn(answer=Said.USUAL), who=baker, now=world.now())
        shop = session.get_one(Site, cast.baker.site.key)
        _poster, poster = make_poster(session, shop, label="Fournil", who=baker, real_now=real_now())
        visit = open_visit(session, poster, real_now=real_now())
    receipt = URLSafeTimedSerializer(world.settings.secret_key.get_secret_value(), salt=SALT).dumps(offered.key)
    world.make.charity("La Table de Chantenay", habilitated=False, state=AccountState.PENDING)
    day = timedelta(days=1)
    world.make.row(
        Absence(
            region=REGION,
            vehicle_id=cast.vehicle.key,
            starts_at=START + 3 * day,
            ends_at=START + 4 * day,
            reason="Révision",
        )
    )
    world.make.row(
        FixedRound(
            region=REGION, name="Tournée du vendredi", vehicle_id=cast.vehicle.key, driver_id=cast.driver.person.key,
            weekday=4, starts=time(17), ends=time(20), cut_off=time(15), first_day=START.date() + day,
        )
    )  # fmt: skip
    free = world.make.row(
        Shift(
            region=REGION, vehicle_id=cast.vehicle.key, crew_size=2, starts_at=START + 2 * day,
            ends_at=START + 2 * day + timedelta(hours=3), end_site_id=cast.charity.site.key,
        )
    )  # fmt: skip
    world.make.row(ClosedDay(region=REGION, day=(START + 5 * day).date(), name="Pont", set_at=START))
    world.make.row(
        Availability(
            region=REGION, person_id=cast.driver.person.key, said_at=START, end_site_id=cast.charity.site.key,
            hours=[(4, "16:00", "23:00"), (6, "09:30", "11:00")],
        )
    )  # fmt: skip
    return Evening(
        {
            "shift_id": str(cast.shift.key),
            "free_shift": str(free.key),
            "lot_id": str(offered.key),
            "claimed_lot": str(brought.key),
            "delivered_lot": str(delivered.key),
            "claim_id": str(claim.key),
            "fetched_claim": str(fetched.key),
            "round_id": str(round_.key),
            "number": str(stop.number),
            "vehicle_id": str(cast.vehicle.key),
            "organisation_id": str(cast.charity.id),
            "own_organisation": str(cast.baker.id),
            "site_id": str(cast.baker.site.key),
            "charity_site": str(cast.charity.site.key),
            "rule_id": str(rule.key),
            "ramasse_id": str(ramasse.key),
            "gift_id": str(gift.key),
            "answered_gift": str(answered.key),
            "day": START.date().isoformat(),
            "poster": poster,
            "visit": visit,
            "receipt": receipt,
            "person_id": str(cast.baker.person.key),
            "link": link,
            "card": card,
            "tablet": tablet,
            "document": paper.number,
            "invitation": invited.secret,
        }
    )


def fetch(world: World, claim: Claim) -> Document:
    """The charity comes with its code, weighs at home, and takes its slip."""
    files = FolderFiles(world.settings.data_dir / "files")
    with world.database.transaction() as session:
        baker, charity = who_of(session, world.cast.baker), who_of(session, world.cast.charity)
        assert claim.code is not None
        collecting.hand_over(session, who=baker, claim_id=claim.key, code=claim.code, now=world.now())
        collecting.receive(session, who=charity, claim_id=claim.key, now=world.now())
        return issue_slip(
            session, files, who=charity, claim_id=claim.key, address=world.address, fictitious=True, now=world.now()
        )
