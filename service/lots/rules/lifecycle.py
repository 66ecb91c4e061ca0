"""The life of a lot: its states, what may follow what, and their names on the screens."""

from collections.abc import Mapping
from enum import StrEnum

from service.kit.i18n import N_


class LotState(StrEnum):
    """Where a lot stands; the last four are its exits."""

    DRAFT = "draft"
    PUBLISHED = "published"
    OFFERED = "offered"
    ALLOCATED = "allocated"
    PLANNED = "planned"
    COLLECTED = "collected"
    DELIVERED = "delivered"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    BLOCKED = "blocked"
    DESTROYED = "destroyed"


_S = LotState
# Offers and allocations may fall back to published: a claim released, a no-show, a round that cannot come, food
# refused on arrival and offered on. A recall or a broken cold chain may block at any time after publication, and be
# lifted to where the lot was; a recall also reaches what is delivered and closed, since somebody may still hold it.
TRANSITIONS: Mapping[LotState, frozenset[LotState]] = {
    _S.DRAFT: frozenset({_S.PUBLISHED, _S.WITHDRAWN}),
    _S.PUBLISHED: frozenset({_S.OFFERED, _S.ALLOCATED, _S.WITHDRAWN, _S.EXPIRED, _S.BLOCKED, _S.DESTROYED}),
    _S.OFFERED: frozenset({_S.PUBLISHED, _S.ALLOCATED, _S.WITHDRAWN, _S.EXPIRED, _S.BLOCKED, _S.DESTROYED}),
    _S.ALLOCATED: frozenset(
        {_S.PUBLISHED, _S.PLANNED, _S.COLLECTED, _S.WITHDRAWN, _S.EXPIRED, _S.BLOCKED, _S.DESTROYED}
    ),
    _S.PLANNED: frozenset(
        {_S.PUBLISHED, _S.ALLOCATED, _S.COLLECTED, _S.WITHDRAWN, _S.EXPIRED, _S.BLOCKED, _S.DESTROYED}
    ),
    _S.COLLECTED: frozenset({_S.PUBLISHED, _S.DELIVERED, _S.EXPIRED, _S.BLOCKED, _S.DESTROYED}),
    _S.DELIVERED: frozenset({_S.CLOSED, _S.BLOCKED, _S.DESTROYED}),
    _S.CLOSED: frozenset({_S.BLOCKED}),
    _S.WITHDRAWN: frozenset(),
    _S.EXPIRED: frozenset({_S.DESTROYED}),
    _S.BLOCKED: frozenset(
        {
            _S.PUBLISHED,
            _S.OFFERED,
            _S.ALLOCATED,
            _S.PLANNED,
            _S.COLLECTED,
            _S.DELIVERED,
            _S.CLOSED,
            _S.EXPIRED,
            _S.DESTROYED,
        }
    ),
    _S.DESTROYED: frozenset(),
}

LABELS: Mapping[LotState, str] = {
    _S.DRAFT: N_("Brouillon"),
    _S.PUBLISHED: N_("Publié"),
    _S.OFFERED: N_("Proposé"),
    _S.ALLOCATED: N_("Attribué"),
    _S.PLANNED: N_("Planifié"),
    _S.COLLECTED: N_("Collecté"),
    _S.DELIVERED: N_("Remis"),
    _S.CLOSED: N_("Clos"),
    _S.WITHDRAWN: N_("Annulé"),
    _S.EXPIRED: N_("Expiré"),
    _S.BLOCKED: N_("Bloqué"),
    _S.DESTROYED: N_("Détruit"),
}

# Still wanting a taker, so that charities see it.
OPEN = frozenset({_S.PUBLISHED, _S.OFFERED})
# The food is still at the donor's: it may be withdrawn, and it may expire there.
AT_DONOR = frozenset({_S.PUBLISHED, _S.OFFERED, _S.ALLOCATED, _S.PLANNED})
EXITS = frozenset({_S.WITHDRAWN, _S.EXPIRED, _S.BLOCKED, _S.DESTROYED})


def may_become(current: LotState, wanted: LotState) -> bool:
    """Whether a lot in one state may pass to another."""
    return wanted in TRANSITIONS[current]
