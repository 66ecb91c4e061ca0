"""The story of a lot's life, told from the journal: only the entries this reader may see."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from config.regions import load_region_config
from service.accounts.queries import organisations_by_id
from service.accounts.who import Who
from service.journal import queries as journal
from service.journal.models import Entry
from service.kit.i18n import N_, gettext
from service.kit.weight import show_kg
from service.lots.models import Lot, RefusalReason, Share, WithdrawalReason
from service.lots.words import REFUSALS, WITHDRAWALS
from service.web.templating import show_hour

# kind -> (sentence, icon, state of the dot); "bad" marks what went wrong.
LINES: dict[str, tuple[str, str, str]] = {
    "lot.posted": (N_("Publié"), "radio", "done"),
    "lot.opened": (N_("Séparé d'un autre lot"), "split", "done"),
    "lot.photographed": (N_("Photo ajoutée"), "camera", "done"),
    "lot.corrected": (N_("Corrigé"), "pencil", "done"),
    "lot.confirmed": (N_("Correction confirmée"), "check", "done"),
    "lot.split": (N_("Une partie séparée"), "split", "done"),
    "lot.merged": (N_("Partie remise dans le lot"), "undo-2", "done"),
    "lot.decided": (N_("Demandes départagées"), "scale", "done"),
    "lot.step": (N_("Sans preneur, cherché plus loin"), "radio", "bad"),
    "lot.overruled": (N_("Attribué par la régulation"), "user-check", "done"),
    "lot.allocated": (N_("Entièrement attribué"), "handshake", "done"),
    "lot.planned": (N_("Prévu dans une tournée"), "route", "done"),
    "lot.collected": (N_("Tout est parti"), "truck", "done"),
    "lot.delivered": (N_("Tout est remis"), "check-check", "done"),
    "lot.closed": (N_("Clos"), "check-check", "done"),
    "lot.withdrawn": (N_("Retiré"), "undo-2", "bad"),
    "lot.expired": (N_("Arrivé à échéance sans preneur"), "clock-alert", "bad"),
    "lot.blocked": (N_("Bloqué"), "circle-alert", "bad"),
    "lot.destroyed": (N_("Détruit"), "trash-2", "bad"),
    "lot.crates": (N_("Bacs comptés"), "boxes", "done"),
    "share.reserved": (N_("Promis"), "handshake", "done"),
    "share.released": (N_("Rendu, proposé de nouveau"), "undo-2", "done"),
    "share.no_show": (N_("Personne n'est venu"), "calendar-x", "bad"),
    "share.collected": (N_("Enlevé"), "truck", "done"),
    "share.stranded": (N_("En attente dans un véhicule en panne"), "triangle-alert", "bad"),
    "share.handed_on": (N_("Repris par un autre véhicule"), "truck", "done"),
    "share.delivered": (N_("Reçu"), "check-check", "done"),
    "share.refused": (N_("Refusé"), "circle-x", "bad"),
    "share.reduced": (N_("Le reste redevient un lot"), "split", "done"),
}
LATE = N_("saisi après coup")
BY_POSTER = N_("par l'affiche du lieu")
WAITING = N_("en attente de confirmation")
PREPARED = N_("préparé sans réseau à %(hour)s")
# A phone that had a network sends at once: less than this is no story.
AT_ONCE = timedelta(minutes=2)
AWAY = N_("bacs encore dehors : %(count)s")
# Names of corrected fields.
FIELDS: dict[str, str] = {
    "grams": N_("poids"),
    "description": N_("description"),
    "date": N_("date"),
    "date_kind": N_("genre de date"),
    "lot_number": N_("numéro de lot"),
    "allergens": N_("allergènes"),
    "temperature_code": N_("température"),
    "note": N_("remarque"),
    "access_note": N_("accès"),
    "windows": N_("créneaux"),
    "pin": N_("lieu"),
    "announced": N_("poids"),
}


def story_of(session: Session, who: Who, lot: Lot, shares: Sequence[Share], locale: str) -> list[dict[str, Any]]:
    """Items for the timeline, the oldest first. Names are looked up now: the journal holds none."""
    entries = [*journal.of_subject(session, "lot", lot.key)]
    entries += journal.of_subjects(session, "share", [share.key for share in shares])
    seen = [e for e in sorted(entries, key=lambda e: e.key) if e.kind in LINES and e.seen_by(who.region, who.scopes)]
    holders = {int(entry.data["organisation"]) for entry in seen if entry.subject == "share"}
    names = {key: organisation.name for key, organisation in organisations_by_id(session, holders).items()}
    zone = load_region_config(lot.region).time_zone
    return [_item(entry, names, locale, zone) for entry in seen]


def _item(entry: Entry, names: Mapping[int, str], locale: str, zone: str) -> dict[str, Any]:
    sentence, icon, state = LINES[entry.kind]
    title = gettext(sentence, locale)
    if entry.subject == "share":
        holder = names.get(int(entry.data["organisation"]), "")
        title = f"{title} – {holder}" if holder else title
    return {
        "at": entry.at,
        "title": title,
        "icon": icon,
        "state": state,
        "text": " · ".join(_details(entry, locale, zone)),
    }


def _details(entry: Entry, locale: str, zone: str) -> list[str]:
    data, said = entry.data, []
    grams = _grams(data, entry.kind)
    if grams:
        said.append(show_kg(grams, locale))
    if data.get("temperature_c") is not None:
        said.append(f"{data['temperature_c']:g} °C".replace(".", "," if locale == "fr" else "."))
    if entry.kind == "lot.withdrawn" and data.get("reason") in set(WithdrawalReason):
        said.append(gettext(WITHDRAWALS[WithdrawalReason(data["reason"])], locale))
    if entry.kind == "share.refused" and data.get("reason") in set(RefusalReason):
        said.append(gettext(REFUSALS[RefusalReason(data["reason"])], locale))
    if entry.kind == "lot.corrected":
        said += _corrected(data, locale)
    if entry.kind == "lot.crates" and data.get("out"):
        said.append(gettext(AWAY, locale, count=data["out"]))
    if entry.kind == "lot.posted" and data.get("poster"):
        said.append(gettext(BY_POSTER, locale))
    if data.get("late"):
        said.append(gettext(LATE, locale))
    if entry.kind == "lot.posted" and (made := _prepared(entry)) is not None:
        said.append(gettext(PREPARED, locale, hour=show_hour(made, locale, zone)))
    return said


def _prepared(entry: Entry) -> datetime | None:
    """When a phone without a network kept what it sent later; None for what came at once.

    The phone's clock is the real one, as `recorded_at` is; a demonstration shows another.
    """
    phone = entry.data.get("phone")
    if not phone:
        return None
    kept = datetime.fromisoformat(phone["at"]) - timedelta(seconds=phone["ahead_s"])
    waited = entry.recorded_at - kept
    return entry.at - waited if waited >= AT_ONCE else None


def _grams(data: Mapping[str, Any], kind: str) -> int:
    if isinstance(data.get("grams"), int):
        return int(data["grams"])
    if kind in ("lot.posted", "lot.opened", "lot.split", "lot.merged", "lot.withdrawn", "lot.expired"):
        return sum(int(line["grams"]) for line in data.get("lines", []))
    return 0


def _corrected(data: Mapping[str, Any], locale: str) -> list[str]:
    changed = [*data.get("lot", []), *(name for line in data.get("lines", []) for name in line["fields"])]
    named = dict.fromkeys(gettext(FIELDS[name], locale) for name in changed if name in FIELDS)
    said = [", ".join(named)] if named else []
    return [*said, gettext(WAITING, locale)] if data.get("frozen") else said
