"""What claims and offers are called on screens."""

from collections.abc import Sequence

from service.allocation.models import Claim, ClaimState
from service.kit.i18n import N_
from service.lots.models import Share, ShareState

# stage -> (label, kind of tag, icon)
STAGES: dict[str, tuple[str, str, str]] = {
    "pending": (N_("En attente de décision"), "warn", "hourglass"),
    "reserved": (N_("Réservé pour vous"), "good", "package-check"),
    "collected": (N_("En route"), "warn", "truck"),
    "delivered": (N_("Reçu"), "good", "check-check"),
    "refused": (N_("Refusé à la remise"), "bad", "circle-x"),
    "released": (N_("Rendu"), "", "undo-2"),
    "no_show": (N_("Personne n'est venu"), "bad", "calendar-x"),
    "denied": (N_("Non accordé"), "bad", "circle-x"),
}

# The kinds of entries that tell a claim's story, and how.
STORY: dict[str, str] = {
    "claim.made": N_("Demandé"),
    "claim.granted": N_("Accordé"),
    "claim.refused": N_("Non accordé"),
    "claim.released": N_("Rendu, proposé de nouveau"),
    "claim.changed": N_("Transport modifié"),
    "claim.no_show": N_("Personne n'est venu"),
    "share.collected": N_("Enlevé chez le donateur"),
    "share.delivered": N_("Pesé à l'arrivée"),
    "share.refused": N_("Refusé"),
}


def stage_of(claim: Claim, shares: Sequence[Share]) -> str:
    """How far a claim has come, as one word: its slowest share decides."""
    if claim.state == ClaimState.PENDING:
        return "pending"
    if claim.state == ClaimState.REFUSED:
        return "denied"
    if claim.state == ClaimState.RELEASED:
        return "no_show" if claim.reason == "no-show" else "released"
    states = {share.state for share in shares}
    for state in (ShareState.RESERVED, ShareState.COLLECTED, ShareState.DELIVERED, ShareState.REFUSED):
        if state in states:
            return str(state)
    return "released"
