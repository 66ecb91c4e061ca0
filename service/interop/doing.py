"""Doing what a text asks for, with the ordinary actions; each answers what came of it and what to say."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlmodel import Session

from config.catalogue import catalogue
from config.regions import load_region_config
from service.accounts import policy
from service.accounts.models import Role
from service.accounts.who import Who
from service.allocation import queries as claims
from service.allocation import windows
from service.allocation.actions import claiming
from service.allocation.errands.accepting import accept
from service.allocation.errands.declining import answer_no
from service.allocation.errands.queries import put_for
from service.allocation.models import Answer, Claim, ClaimState, Way
from service.allocation.offers import own_sites
from service.allocation.tables import Errand, ErrandState
from service.interop import queries, words
from service.interop.models import Outcome
from service.interop.parsing import Asked, Doubt, Read
from service.kit.clock import from_local, local
from service.kit.refusals import Refusal
from service.kit.weight import show_kg
from service.lots import actions as lots
from service.lots import queries as lots_read
from service.lots.forms import LineIn, LotIn, WindowIn
from service.lots.kinds import WithdrawalReason
from service.lots.models import Lot
from service.lots.rules.lifecycle import LotState
from service.lots.usual import actions as usual
from service.lots.usual import queries as usual_read
from service.lots.usual.forms import AnswerIn, Said
from service.lots.usual.models import DayState
from service.lots.usual.rules import is_far_more
from service.lots.words import category_label
from service.notices import choosing
from service.web.templating import show_hour, translate

SOONEST = timedelta(minutes=15)
RECENT = timedelta(hours=24)


@dataclass(frozen=True)
class Done:
    """What came of a text: an answer for its sender, and where there is a doubt, why to call them."""

    outcome: Outcome
    answer: str
    lot_id: int | None = None
    doubt: Doubt | None = None


def doubtful(doubt: Doubt, locale: str) -> Done:
    """Nothing was done: somebody calls back, and the sender is told so."""
    return Done(
        Outcome.CALL_BACK, translate(words.CALLED_BACK, locale, why=translate(words.WHY[doubt], locale)), None, doubt
    )


def do(session: Session, read: Read, *, who: Who, now: datetime) -> Done:
    """Do what was understood. A refusal of the action passes through: the caller keeps the text all the same."""
    if read.doubt is not None:
        return doubtful(read.doubt, who.locale)
    match read.asked:
        case Asked.YES | Asked.NO:
            return _answer(session, read, who, now)
        case Asked.GIVE:
            return _give(session, read, who, now)
        case Asked.CANCEL:
            return _cancel(session, read, who, now)
        case Asked.STOP:
            choosing.stop_texts(session, who=who, now=now)
            return Done(Outcome.STOPPED, translate(words.STOPPED, who.locale))
        case Asked.HELP:
            phone = load_region_config(who.region).help.phone
            return Done(Outcome.HELPED, translate(words.HELP, who.locale, phone=phone))
        case Asked.WEIGHT | Asked.USUAL | Asked.NOTHING:
            return _tonight(session, read, who, now)
        case Asked.UNCLEAR:
            return doubtful(Doubt.UNREADABLE, who.locale)


def _answer(session: Session, read: Read, who: Who, now: datetime) -> Done:
    lot = session.get(Lot, read.lot)
    if lot is None or lot.region != who.region:
        return doubtful(Doubt.LOT_UNKNOWN, who.locale)
    errand = put_for(session, lot.key, who.must_be_somebody())
    # A charity's own driver may mean either once nobody is asked to bring it any more: then it is the charity's answer.
    as_driver = errand is not None and (errand.state != ErrandState.OVER or Role.CHARITY not in who.roles)
    if errand is not None and as_driver and not read.fetch:
        return _carry(session, read, errand, lot, who, now)
    if Role.CHARITY not in who.roles:
        return doubtful(Doubt.NOT_THEIRS, who.locale)
    sites = own_sites(session, who)
    if len(sites) != 1:
        return doubtful(Doubt.SEVERAL_SITES, who.locale)
    if read.asked is Asked.NO:
        return _decline(session, lot, sites[0].key, who, now)
    way = Way.COLLECT if read.fetch else Way.BRING
    made = claiming.claim(session, who=who, lot_id=lot.key, site_id=sites[0].key, way=way, now=now)
    if made.state == ClaimState.PENDING:
        closes = windows.closing_times(session, [lot])[lot.key] or now
        said = translate(words.PENDING, who.locale, lot=lot.key, hour=show_hour(closes, who.locale, who.zone))
        return Done(Outcome.PENDING, said, lot.key)
    said = translate(words.GRANTED, who.locale, lot=lot.key, way=_way(made, lot, who))
    return Done(Outcome.GRANTED, said, lot.key)


def _carry(session: Session, read: Read, errand: Errand, lot: Lot, who: Who, now: datetime) -> Done:
    """A volunteer who was asked to bring a lot brings it, or does not."""
    if read.asked is Asked.YES:
        accept(session, who=who, errand_id=errand.key, now=now)
        return Done(Outcome.CARRIES, translate(words.CARRIED, who.locale, lot=lot.key), lot.key)
    answer_no(session, who=who, errand_id=errand.key, now=now)
    return Done(Outcome.DECLINED, translate(words.NOT_CARRIED, who.locale, lot=lot.key), lot.key)


def _way(made: Claim, lot: Lot, who: Who) -> str:
    if made.way == Way.BRING:
        return translate(words.BROUGHT, who.locale)
    hour = show_hour(made.coming_at or lot.deadline, who.locale, who.zone)
    return translate(words.FETCHED, who.locale, hour=hour, code=made.code)


def _decline(session: Session, lot: Lot, site_id: int, who: Who, now: datetime) -> Done:
    """No use for it: an answer while answers are gathered, otherwise what was granted is given back."""
    standing = claims.standing_claim(session, lot.key, site_id)
    if standing is not None and standing.state == ClaimState.GRANTED:
        claiming.release(session, who=who, claim_id=standing.key, now=now)
    elif windows.window_of(session, lot).is_sealed:
        claiming.claim(session, who=who, lot_id=lot.key, site_id=site_id, answer=Answer.NO, now=now)
    return Done(Outcome.DECLINED, translate(words.DECLINED, who.locale, lot=lot.key), lot.key)


def _give(session: Session, read: Read, who: Who, now: datetime) -> Done:
    if Role.DONOR not in who.roles:
        return doubtful(Doubt.NOT_THEIRS, who.locale)
    assert read.category is not None
    assert read.grams is not None
    assert read.minute is not None
    today = local(now, who.zone).date()
    until = from_local(today, time(*divmod(read.minute, 60)), who.zone)
    if until < now + SOONEST:
        return doubtful(Doubt.HOUR_PAST, who.locale)
    category = catalogue().category(read.category)
    made_on: date = today - timedelta(days=1) if read.yesterday else today
    line = LineIn(category=category.slug, grams=read.grams, date_kind=category.usual_date, date=made_on)
    given = LotIn(site_id=None, lines=[line], windows=[WindowIn(starts_at=now, ends_at=until)])
    lot = lots.post(session, given, who=who, now=now)
    said = translate(
        words.POSTED,
        who.locale,
        lot=lot.key,
        what=category_label(category.slug, who.locale),
        weight=show_kg(read.grams, who.locale),
        day=translate(words.YESTERDAY if read.yesterday else words.TODAY, who.locale),
        hour=show_hour(until, who.locale, who.zone),
    )
    return Done(Outcome.POSTED, said, lot.key)


def _tonight(session: Session, read: Read, who: Who, now: datetime) -> Done:
    """The answer to the one question that waits ("combien ce soir ?"): what is not sure is not posted."""
    found = usual_read.open_questions(session, who, now)
    asked = [(gift, day) for gift, day in found if day.state is DayState.ASKED] or found
    if not asked:
        return doubtful(Doubt.NO_QUESTION, who.locale)
    if len(asked) > 1:
        return doubtful(Doubt.SEVERAL_QUESTIONS, who.locale)
    gift, day = asked[0]
    if read.grams is not None and is_far_more(read.grams, gift.grams):
        return doubtful(Doubt.FAR_MORE, who.locale)
    said = {
        Asked.WEIGHT: AnswerIn(answer=Said.WEIGHT, grams=read.grams) if read.grams else None,
        Asked.USUAL: AnswerIn(answer=Said.USUAL),
        Asked.NOTHING: AnswerIn(answer=Said.NOTHING),
    }[read.asked]
    assert said is not None, "a weight without grams is a doubt"
    row = usual.answer(session, gift, day.day, said, who=who, now=now)
    if row.lot_id is None:
        return Done(Outcome.DECLINED, translate(words.NOTHING_TONIGHT, who.locale))
    lot = session.get_one(Lot, row.lot_id)
    told = translate(
        words.POSTED_TONIGHT,
        who.locale,
        lot=lot.key,
        what=gift.description or category_label(gift.category, who.locale),
        weight=show_kg(usual.grams_of(gift, said), who.locale),
        hour=show_hour(row.ends_at, who.locale, who.zone),
    )
    return Done(Outcome.POSTED, told, lot.key)


def _cancel(session: Session, read: Read, who: Who, now: datetime) -> Done:
    last = queries.last_posting(session, who.must_be_somebody())
    lot = session.get(Lot, last.lot_id) if last is not None else None
    if last is None or lot is None or now - last.at > RECENT or read.lot not in (None, lot.key):
        return doubtful(Doubt.NOTHING_TO_CANCEL, who.locale)
    acted = any(claim.state in (ClaimState.PENDING, ClaimState.GRANTED) for claim in claims.claims_on(session, lot.key))
    if acted or lot.state not in (LotState.PUBLISHED, LotState.OFFERED) or lots_read.shares_of_lot(session, lot.key):
        return doubtful(Doubt.ACTED_UPON, who.locale)
    own = ("own",) if lot.organisation_id in who.organisation_ids else ()
    policy.demand(who, "lots", "change", *own)
    answered = usual_read.by_lot(session, lot.key)
    if answered is not None:
        # The question of the evening is open again.
        usual.undo(session, *answered, who=who, now=now)
    else:
        lots.withdraw(session, lot, reason=WithdrawalReason.MISTAKE, who=who, now=now)
    last.outcome = Outcome.WITHDRAWN
    session.add(last)
    return Done(Outcome.WITHDRAWN, translate(words.WITHDRAWN, who.locale, lot=lot.key), lot.key)


def after_refusal(read: Read, refusal: Refusal, locale: str) -> Done:
    """A definite no to a charity is told with its reason; a donor whose food waits is called."""
    if read.asked in (Asked.YES, Asked.NO):
        return Done(Outcome.REFUSED, translate(words.REFUSED, locale, lot=read.lot, why=refusal.text(locale)))
    return doubtful(Doubt.REFUSED, locale)
