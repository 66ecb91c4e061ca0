"""What the tests about messages share."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from service.clients.files.memory import MemoryFiles
from service.clients.mail.outbox import OutboxMail
from service.clients.parts import Clients
from service.clients.push.outbox import OutboxPush
from service.clients.sms.outbox import OutboxSms


@pytest.fixture
def clients() -> Clients:
    """An outside world that only remembers."""
    return Clients(mail=OutboxMail(), sms=OutboxSms(), push=OutboxPush(), files=MemoryFiles())


@pytest.fixture
def samples(now: datetime) -> dict[str, dict[str, Any]]:
    """Params for every kind, as a room would give them."""
    lot = {"lot_id": 12, "label": "pain et viennoiseries", "donor": "Boulangerie Martin"}
    later = now + timedelta(hours=2)
    return {
        "lot_posted_nearby": {**lot, "grams": 12_500, "distance": 2_340, "until": later},
        "claim_granted": {**lot, "grams": 12_500, "until": later},
        "claim_granted_fetch": {**lot, "grams": 12_500, "until": later},
        "lot_unclaimed": {**lot, "grams": 12_500, "until": later, "advice": "Proposez-le à un frigo solidaire."},
        "claim_refused": {**lot, "reason": "Tout a été pris."},
        "errand_offered": {
            "errand_id": 5,
            "lot_id": 12,
            "label": "pain",
            "donor": "Boulangerie Martin",
            "charity": "Les Paniers",
            "grams": 8_000,
            "minutes": 25,
            "means": "à vélo",
        },
        "errand_taken": {"errand_id": 5, "label": "pain"},
        "errand_over": {"errand_id": 5, "label": "pain", "reason": "Le lot a trouvé un autre chemin."},
        "ramasse_asked": {"ramasse_id": 4, "charity": "Les Paniers"},
        "posted_by_poster": {"lot_id": 12, "label": "Pain", "site": "Boulangerie Martin", "grams": 12_000},
        "usual_gift_asked": {
            "gift_id": 3,
            "day": "2026-11-20",
            "when": "ce soir",
            "label": "Pain",
            "grams": 12_000,
            "until": later,
        },
        "ramasse_changed": {
            "ramasse_id": 4,
            "other": "Les Paniers",
            "what": "pas cette fois",
            "day": date(2026, 11, 27),
        },
        "lot_withdrawn": {**lot, "reason": "Vendu."},
        "lot_corrected_confirm": lot,
        "lot_changed": {**lot, "what": "Les heures de retrait ont changé."},
        "pickup_planned": {
            "lot_id": 12,
            "label": "pain",
            "what": "Passage prévu",
            "grams": 900,
            "round": "Estuaire",
            "round_id": 7,
            "place": "Épicerie L'Éclaircie",
            "site_id": 3,
            "at": later,
        },
        "round_changed": {"round_id": 7, "round": "Estuaire", "departs": later, "stops": 6, "version": 4},
        "round_needs_call": {"round_id": 7, "round": "Estuaire", "reason": "Personne ne l'a acceptée."},
        "driver_away": {
            "person": "Zoé Le Goff",
            "from": date(2026, 11, 21),
            "to": date(2026, 11, 22),
            "rounds": [("Fourgon 1", now + timedelta(hours=15)), ("Camionnette du Secours", now + timedelta(hours=45))],
        },
        "own_shift": {
            "what": "Un service vous est confié",
            "vehicle": "Fourgon 1",
            "starts": now + timedelta(hours=20),
            "place": "au volant",
        },
        "text_to_call_back": {"reason": "le message n'est pas clair.", "words": "Zoé arrive à 8 h"},
        "no_show_recorded": {**lot, "at": later, "then": "Le lot est de nouveau proposé."},
        "first_lot_to_review": {**lot, "grams": 12_500},
        "charity_to_approve": {"organisation_id": 3, "organisation": "Les Paniers"},
        "acted_on_behalf": {"by": "Zoé", "organisation": "Les Paniers", "what": "une demande", "at": now},
    }
