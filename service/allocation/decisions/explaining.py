"""Why a decision is as it is, in plain words with figures: for who gets, who does not, and the dispatcher.

A charity reads its own figures and the median of those who asked; whose figures the others are, nobody is told.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import median_low
from typing import Any

from sqlmodel import Session

from config.catalogue import catalogue
from service.allocation import queries
from service.allocation.models import Answer, Cause, Claim, ClaimState, StoredDecision
from service.allocation.words import DECIDED_WHOLE, LOST, OVERRIDDEN, REFUSED, WON, refusal_words
from service.kit.i18n import DEFAULT_LOCALE, gettext
from service.kit.weight import show_kg

MOST = 3
GRAMS = ("room_g", "least_g", "most_g", "lot_g", "quota_left_g", "received_g", "wanted_g", "given_g", "left_g")


@dataclass(frozen=True)
class Why:
    """One reason: a code for machines, a sentence for people, its figures."""

    code: str
    text: str
    facts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Told:
    """At most three reasons, the weightiest first, about a claim or a whole lot."""

    decision_id: int | None
    grams: int
    reasons: tuple[Why, ...]


def explain(session: Session, claim: Claim, locale: str = DEFAULT_LOCALE) -> Told | None:
    """Why a claim was granted or refused; None where nothing was weighed: it waits, or was granted when made."""
    if claim.state == ClaimState.PENDING or claim.answer == Answer.NO or claim.decided_at is None:
        return None
    row = session.get(StoredDecision, claim.decision_id) if claim.decision_id is not None else None
    granted = sum(line.grams_granted for line in queries.lines_of_claim(session, claim.key))
    if row is not None and row.cause == Cause.OVERRIDE:
        text = gettext(OVERRIDDEN, locale, reason=row.reason)
        return Told(row.key, granted, (Why("override", text),))
    refused = claim.state == ClaimState.REFUSED
    found = _Sheet(row).of_claim(claim, locale) if row is not None else ()
    if refused and (not found or found[0].code != claim.reason):
        # The decision said otherwise or nothing: what stood against it came when it was carried out.
        code = claim.reason or "after-window"
        found = (Why(code, gettext(refusal_words(code), locale)),)
    if not found:
        return None
    return Told(row.key if row else None, granted, found[:MOST])


def explain_lot(row: StoredDecision, lot_id: int, locale: str = DEFAULT_LOCALE) -> Told:
    """What the dispatcher reads of a whole lot."""
    if row.cause == Cause.OVERRIDE:
        return Told(row.key, row.grams, (Why("override", gettext(OVERRIDDEN, locale, reason=row.reason)),))
    return Told(row.key, *_Sheet(row).of_lot(lot_id, locale))


def needed_to_explain(row: StoredDecision) -> dict[str, Any]:
    """What is left of a question once only its reasons are to be told: the lots, and medians without whose they are."""
    if row.cause == Cause.OVERRIDE:
        return {}
    sheet = _Sheet(row)
    lots = [{key: lot[key] for key in ("id", "family", "grams")} for lot in sheet.lots.values()]
    return {"lots": lots, "medians": sheet.medians()}


class _Sheet:
    """A stored decision, read."""

    def __init__(self, row: StoredDecision) -> None:
        self.inputs, self.output = row.inputs, row.output
        self.lots: dict[str, Mapping[str, Any]] = {lot["id"]: lot for lot in self.inputs.get("lots", [])}

    def of_lot(self, lot_id: int, locale: str) -> tuple[int, tuple[Why, ...]]:
        mine = [told for told in self._told(lot_id) if told["taker"] is None]
        if not mine:
            return 0, ()
        # The heaviest line stands for the lot.
        main = max(mine, key=lambda told: self.lots[told["lot"]]["grams"])
        made = [self._whole(one, main["lot"], locale) for one in main["reasons"]]
        return sum(told["grams"] for told in mine), tuple(made[:MOST])

    def of_claim(self, claim: Claim, locale: str) -> tuple[Why, ...]:
        taker = f"{claim.site_id:010d}"
        mine = [told for told in self._told(claim.lot_id) if told["taker"] == taker]
        if not mine:
            return ()
        main = max(mine, key=lambda told: (told["grams"], self.lots[told["lot"]]["grams"]))
        return tuple(self._own(one, main, taker, locale) for one in main["reasons"])

    def _told(self, lot_id: int) -> list[Mapping[str, Any]]:
        return [told for told in self.output.get("explained", []) if told["lot"].startswith(f"{lot_id:010d}.")]

    def _own(self, one: Mapping[str, Any], told: Mapping[str, Any], taker: str, locale: str) -> Why:
        """A reason as its charity reads it: others' figures are replaced by the median."""
        code, said = one["code"], dict(one.get("facts", {}))
        own = {key: value for key, value in said.items() if not key.startswith(("others_", "winners_"))}
        if "had_percent" in own:
            own["median_percent"] = self._median_percent(told["lot"])
        if "cents" in own:
            own["median_cents"] = self._median_cents(told["lot"])
        texts = WON if told["grams"] else LOST
        return Why(code, self._say(texts.get(code) or REFUSED.get(code, ""), own, told["lot"], locale), own)

    def _whole(self, one: Mapping[str, Any], lot: str, locale: str) -> Why:
        code, facts = one["code"], dict(one.get("facts", {}))
        if "had_percent" in facts:
            facts["median_percent"] = self._median_percent(lot)
        if "cents" in facts:
            facts["median_cents"] = self._median_cents(lot)
        return Why(code, self._say(DECIDED_WHOLE.get(code) or REFUSED.get(code, ""), facts, lot, locale), facts)

    def _say(self, text: str, facts: Mapping[str, int], lot: str, locale: str) -> str:
        family = next(one for one in catalogue().families if one.slug == self.lots[lot]["family"])
        shown: dict[str, object] = {
            key: show_kg(value, locale) if key in GRAMS else _euros(value, locale) if key.endswith("cents") else value
            for key, value in facts.items()
        }
        return gettext(text, locale, family=family.label(locale).lower(), **shown) if text else ""

    def medians(self) -> dict[str, dict[str, int]]:
        """What is told of the others of each lot: all that reasons need of a question beside the lots themselves."""
        return {lot: {"percent": self._median_percent(lot), "cents": self._median_cents(lot)} for lot in self.lots}

    def _median_percent(self, lot: str) -> int:
        """The median, over those who asked for it, of what each had in percent of its fair share of the family."""
        if (kept := self.inputs.get("medians")) is not None:
            return int(kept[lot]["percent"])
        family = self.lots[lot]["family"]
        takers = {taker["id"]: taker for taker in self.inputs["takers"]}
        # Everybody's people are in the question: the fold of closed days and medians was made before.
        need = {key: (one.get("people") or 1) * (10 + one.get("priority", 0)) for key, one in takers.items()}
        there = sum(one["grams"] for one in self.lots.values() if one["family"] == family)
        there += sum(one.get("received", {}).get(family, 0) for one in takers.values())
        everybody = sum(need.values())
        had = [
            round(100 * takers[key].get("received", {}).get(family, 0) * everybody / max(1, need[key] * there))
            for key in self._asked(lot)
        ]
        return median_low(had) if had else 0

    def _median_cents(self, lot: str) -> int:
        if (kept := self.inputs.get("medians")) is not None:
            return int(kept[lot]["cents"])
        asked = set(self._asked(lot))
        found = [
            way["cents"] for way in self.inputs.get("bringings", []) if way["lot"] == lot and way["taker"] in asked
        ]
        return median_low(found) if found else 0

    def _asked(self, lot: str) -> list[str]:
        claims = self.inputs.get("claims", [])
        return [one["taker"] for one in claims if one["lot"] == lot and one.get("answer", "all") != "no"]


def _euros(cents: int, locale: str) -> str:
    whole = f"{cents / 100:.2f}"
    return f"€{whole}" if locale == "en" else f"{whole.replace('.', ',')}\u00a0€"
