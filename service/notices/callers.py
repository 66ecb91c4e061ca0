"""After a request that wrote something for a caller, the caller is told, in the same transaction: an entry says so, and
a message says who entered what."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from fastapi import Depends
from sqlmodel import Session
from starlette.requests import HTTPConnection

from service.accounts.actions.speaking import tell_caller
from service.accounts.models import Organisation
from service.accounts.queries import members
from service.accounts.who import Who
from service.journal.models import Entry
from service.journal.queries import written_for_others
from service.kit.i18n import N_
from service.notices.actions import tell
from service.web.deps import Now, WriteSession

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# What a request did, by the first of its entries that is here: others say what followed from it.
WHAT: dict[str, str] = {
    "lot.posted": N_("un lot publié"),
    "lot.corrected": N_("un lot corrigé"),
    "lot.withdrawn": N_("un lot retiré"),
    "lot.confirmed": N_("une étiquette corrigée, confirmée"),
    "claim.made": N_("une demande"),
    "claim.answered": N_("une réponse modifiée"),
    "claim.released": N_("un lot rendu"),
    "claim.changed": N_("un autre transport"),
    "claim.collected": N_("un lot remis"),
    "claim.received": N_("un lot reçu"),
    "claim.no_show": N_("une absence"),
    "site.closed": N_("des jours de fermeture"),
    "site.reopened": N_("une réouverture"),
    "site.changed": N_("un lieu modifié"),
    "ramasse.asked": N_("une ramasse demandée"),
    "ramasse.let_go": N_("une date de ramasse laissée"),
    "ramasse.ended": N_("la fin d'une ramasse"),
    "organisation.changed": N_("une fiche modifiée"),
}
SOMETHING = N_("un changement")


def _tell_callers(connection: HTTPConnection, session: WriteSession, now: Now) -> Iterator[None]:
    # `session` is the one the route writes with; a request that changes nothing never begins it. What follows `yield`
    # runs when the route has succeeded and before the commit.
    yield
    who: Who | None = getattr(connection.state, "who", None)
    if who is None or who.person_id is None or connection.scope.get("method", "GET") in SAFE:
        return
    # Whoever may speak for a caller may also post for one from their own page.
    if who.on_behalf_of is None and not who.may("callers", "speak_for"):
        return
    before: int = connection.state.live_cursor
    by_organisation: dict[int, list[Entry]] = {}
    for entry in written_for_others(session, before, who.person_id):
        by_organisation.setdefault(entry.on_behalf_of or 0, []).append(entry)
    for organisation_id, entries in sorted(by_organisation.items()):
        spoken = replace(who, on_behalf_of=organisation_id)
        tell_caller(session, spoken, now=now, entries=before)
        _send(session, spoken, session.get_one(Organisation, organisation_id), entries, now)


def _send(session: Session, who: Who, organisation: Organisation, entries: Sequence[Entry], now: datetime) -> None:
    last = entries[-1]
    tell(
        session,
        region=organisation.region,
        person_ids=[person.key for person in members(session, organisation.key) if person.key != who.person_id],
        kind="acted_on_behalf",
        params={
            "by": who.name,
            "organisation": organisation.name,
            "what": next((WHAT[entry.kind] for entry in entries if entry.kind in WHAT), SOMETHING),
            "at": now,
        },
        subject=("organisation", organisation.key),
        dedupe=f"entry:{last.key}",
        now=now,
    )


CallersTold = Depends(_tell_callers, scope="function")
