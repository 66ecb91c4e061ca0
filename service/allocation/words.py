"""What claims and offers are called on screens."""

from collections.abc import Sequence

from service.allocation.models import Claim, ClaimState
from service.kit.i18n import N_
from service.lots.models import Share, ShareState
from service.rounds.models import VehicleKind

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
    "said_no": (N_("Pas pour vous"), "", "minus"),
}

# The kinds of entries that tell a claim's story, and how.
STORY: dict[str, str] = {
    "claim.made": N_("Demandé"),
    "claim.automatic": N_("Réponse automatique de l'association"),
    "claim.answered": N_("Réponse modifiée"),
    "claim.granted": N_("Accordé"),
    "claim.refused": N_("Non accordé"),
    "claim.released": N_("Rendu, proposé de nouveau"),
    "claim.changed": N_("Transport modifié"),
    "claim.no_show": N_("Personne n'est venu"),
    "share.collected": N_("Enlevé chez le donateur"),
    "share.stranded": N_("En attente dans un véhicule en panne"),
    "share.handed_on": N_("Repris par un autre véhicule"),
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
        return {"no-show": "no_show", "said-no": "said_no"}.get(claim.reason or "", "released")
    states = {share.state for share in shares}
    for state in (ShareState.RESERVED, ShareState.COLLECTED, ShareState.DELIVERED, ShareState.REFUSED):
        if state in states:
            return str(state)
    return "released"


NO_LONGER_FITS = N_("D'autres lots ont pris la place dans les tournées : plus aucune ne peut vous l'apporter à temps.")
HELPER_CANNOT = N_(
    "La personne qui devait l'apporter ne le peut finalement pas. S'il en reste, vous pouvez venir le chercher."
)
# Why somebody who said yes is not to leave.
NOTHING_LEFT = N_("Le lot a été retiré, ou l'association n'en a plus besoin.")
NOT_LEFT = N_("L'heure de partir est passée.")
CALLED_OFF = N_("La régulation s'en occupe autrement.")
LOT_GONE = N_("Ce lot n'est plus proposé.")
# Why an answer was not kept, in a few words, by the code of its weightiest reason.
REFUSED: dict[str, str] = {
    "not_brought": N_("Aucune tournée ne peut vous l'apporter à temps. S'il en reste, vous pouvez venir le chercher."),
    "no_room": N_("Il n'y a plus assez de place chez vous pour la plus petite part."),
    "quota": N_("Ce produit est rare et vous en avez déjà eu votre part ces quatre dernières semaines."),
    "too_small": N_("Aucune part possible ne convient à ce que vous demandiez."),
    "more_served": N_("D'autres associations en ont moins reçu que vous pour le nombre de personnes qu'elles servent."),
    "dearer": N_("Il coûtait moins de route de le porter ailleurs."),
    "later": N_("D'autres associations ont répondu avant vous."),
    "parts": N_("Il ne pouvait être partagé davantage."),
    "crowded": N_("Les autres lots qui vous sont attribués ont pris la place qu'il fallait."),
    "together": N_("Tous les lots du moment se répartissent mieux ainsi."),
    "taken": N_("D'autres associations l'ont pris."),
    "after-window": N_("Votre réponse est venue quand tout était attribué."),
    "no-longer-fits": NO_LONGER_FITS,
    "lot-gone": LOT_GONE,
    "overruled": N_("La régulation l'a attribué elle-même."),
}
RULES_CHANGED = N_("Une règle s'y oppose maintenant : regardez le lot pour savoir laquelle.")


def refusal_words(code: str) -> str:
    """Why an answer was not kept, as a French msgid."""
    return REFUSED.get(code, RULES_CHANGED)


OVERRULED = N_("La régulation l'a attribué elle-même.")
ANSWERS: dict[str, str] = {"all": N_("Tout"), "part": N_("Une partie"), "no": N_("Non")}
CAUSES: dict[str, str] = {
    "window": N_("Fin du délai de réponse"),
    "again": N_("Une part attribuée ne convenait plus"),
    "override": N_("La régulation l'a décidé"),
}
# How a lot is given, by the name of its territory's policy.
POLICIES: dict[str, str] = {
    "sealed-window": N_("toutes les réponses ensemble (version %(version)s)"),
    "two-choices": N_("des deux associations les mieux placées, la moins servie (version %(version)s)"),
    "first-come": N_("à qui demande le premier (version %(version)s)"),
}
OVERRIDDEN = N_("Attribué par la régulation : %(reason)s")
# Why a lot is somebody's, and why not, with figures; what a charity reads.
WON: dict[str, str] = {
    "only_one": N_("Vous étiez seuls à pouvoir le prendre."),
    "less_served": N_(
        "Sur 28 jours vous aviez eu %(had_percent)s %% de votre part (%(family)s) ; "
        "la médiane de ceux qui l'ont demandé est %(median_percent)s %%."
    ),
    "cheaper": N_("Vous l'apporter coûte %(cents)s de route ; la médiane est %(median_cents)s."),
    "earlier": N_("Vous avez répondu avant les autres."),
    "together": N_("Tous les lots du moment se répartissent mieux ainsi."),
}
LOST: dict[str, str] = {
    "more_served": N_(
        "Sur 28 jours vous avez eu %(had_percent)s %% de votre part (%(family)s) ; "
        "la médiane de ceux qui l'ont demandé est %(median_percent)s %%."
    ),
    "dearer": N_("Vous l'apporter coûte %(cents)s de route ; la médiane est %(median_cents)s."),
    "no_room": N_("Il vous reste de la place pour %(room_g)s ; la plus petite part est de %(least_g)s."),
    "crowded": N_("Vos autres lots laissent trop peu de place : la plus petite part est de %(least_g)s."),
    "quota": N_(
        "Produit rare : il vous en revient encore %(quota_left_g)s, vous en avez eu %(received_g)s en 28 jours."
    ),
    "too_small": N_("Vous en vouliez au plus %(most_g)s ; la plus petite part est de %(least_g)s."),
    "parts": N_("Il a été partagé entre %(parts)s associations, pas davantage."),
}
# What the dispatcher reads of a whole lot.
DECIDED_WHOLE: dict[str, str] = {
    "answers": N_(
        "Réponses : %(claims)s, dont « non » : %(said_no)s. Pouvaient le prendre : %(able)s ; en ont eu : %(shares)s."
    ),
    "no_claim": N_("Personne n'a répondu."),
    "none_can": N_("Aucune de celles qui ont répondu ne peut en prendre une part."),
    "said_no": N_("Toutes ont dit que ce lot n'était pas pour elles."),
    "not_brought": N_("Aucune tournée ne peut l'apporter à celles qui l'ont demandé."),
    "wanted_less": N_("On n'en demandait que %(wanted_g)s."),
    "parts": N_("Partagé entre %(parts)s associations, pas davantage : %(given_g)s données."),
    "crowded": N_("Celles qui pouvaient le prendre ont reçu d'autres lots."),
    "too_small": N_("Il en reste %(left_g)s : moins que la plus petite part."),
    "together": N_("Tous les lots du moment se répartissent mieux ainsi."),
    "only_one": N_("Une seule association pouvait le prendre."),
    "less_served": N_(
        "Celle qui l'a eu en était à %(had_percent)s %% de sa part (%(family)s) ; la médiane est %(median_percent)s %%."
    ),
    "cheaper": N_("Le porter là coûte %(cents)s de route ; la médiane est %(median_cents)s."),
    "earlier": N_("Celle qui l'a eu a répondu la première."),
}

# How a volunteer gets about, in the middle of a sentence.
MEANS: dict[VehicleKind, str] = {VehicleKind.BIKE: N_("à vélo"), VehicleKind.CAR: N_("en voiture")}

# What donor and dispatcher are told of a lot nobody takes, by step.
ADVICE: dict[str, str] = {
    "dispatcher": N_("Appelez une association, ou attribuez-le vous-même."),
    "fridge": N_("Proposez-le à un frigo solidaire ou à une épicerie solidaire proche."),
    "feed": N_("S'il ne part pas, un éleveur voisin peut le donner à ses bêtes."),
    "compost": N_("Il ne partira sans doute plus : prévoyez le compost, pas la poubelle."),
}
# What comes next, with its hour, on the page of the decision.
NEXT_STEPS: dict[str, str] = {
    "volunteers": N_(
        "Personne n'a encore tout pris. À %(hour)s nous demandons à des bénévoles proches de l'apporter à qui l'a "
        "demandé."
    ),
    "wider": N_("Personne n'a encore tout pris. Nous élargissons à %(km)s km à %(hour)s."),
    "neighbours": N_(
        "Personne n'a encore tout pris. Nous élargissons à %(km)s km, territoires voisins compris, à %(hour)s."
    ),
    "dispatcher": N_("Personne n'a encore tout pris. La régulation est prévenue à %(hour)s."),
    "fridge": N_(
        "Personne n'a encore tout pris. À %(hour)s nous proposons au donateur un frigo ou une épicerie solidaire."
    ),
    "feed": N_("Personne n'a encore tout pris. À %(hour)s nous proposons au donateur un éleveur voisin."),
    "compost": N_("Personne n'a encore tout pris. À %(hour)s nous proposons au donateur le compost."),
}
