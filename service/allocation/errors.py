"""The named refusals of claims."""

from collections.abc import Sequence

from service.kit.i18n import DEFAULT_LOCALE, N_, gettext
from service.kit.refusals import Invalid, NotFound, Refusal
from service.lots.rules.verdicts import Verdict
from service.rounds.planning.sentences import Sentence


class ClaimUnknown(NotFound):
    code = "claim-unknown"
    message = N_("Cette demande n'existe pas, ou n'est pas la vôtre.")


class NotEligible(Refusal):
    """A hard filter closes this lot to this site; `rules` holds the codes."""

    status = 403
    code = "not-eligible"
    message = N_("Vous ne pouvez pas prendre ce lot : %(reason)s")

    def __init__(self, verdicts: Sequence[Verdict]) -> None:
        super().__init__()
        self.verdict = verdicts[0]
        self.rules = sorted({verdict.code for verdict in verdicts})

    def text(self, locale: str = DEFAULT_LOCALE) -> str:
        """The first reason, in the reader's language as the rest of the sentence."""
        return gettext(self.message, locale, reason=self.verdict.text(locale))


class CharityNotApproved(Refusal):
    status = 403
    code = "charity-not-approved"
    message = N_("Votre association n'est pas encore approuvée : vous pourrez demander des lots dès qu'elle le sera.")


class SiteNotYours(Invalid):
    code = "site-not-yours"
    message = N_("Choisissez un de vos sites.")


class AskSomething(Invalid):
    code = "ask-something"
    message = N_("Indiquez au moins une quantité à prendre.")


class LineNotOfLot(Invalid):
    code = "line-not-of-lot"
    message = N_("Une des lignes demandées n'est pas de ce lot.")


class ClaimedAlready(Refusal):
    status = 409
    code = "claimed-already"
    message = N_("Vous avez déjà une demande en cours sur ce lot pour ce site.")


class NothingAsked(Refusal):
    status = 409
    code = "nothing-asked"
    message = N_("Ce lot n'attend pas de réponse : il est à qui le demande le premier.")


class ReasonMissing(Invalid):
    code = "reason-missing"
    message = N_("Dites pourquoi en quelques mots (300 caractères au plus) : l'association le lira.")


class SiteUnknown(Invalid):
    code = "site-unknown"
    message = N_("Choisissez un site de la région qui reçoit des dons.")


class ClaimNotReleasable(Refusal):
    status = 409
    code = "claim-not-releasable"
    message = N_("Cette demande ne peut plus être rendue : elle est partie, refusée ou déjà rendue.")


class CannotCollect(Refusal):
    status = 409
    code = "cannot-collect"
    message = N_("Ce site ne va pas chercher les lots : demandez une livraison.")


class WrongCode(Invalid):
    code = "wrong-code"
    message = N_("Ce n'est pas le code de cette demande. Demandez à l'association les six chiffres de son écran.")


class NoRoundBrings(Refusal):
    """A claim to be brought that no round can bring; it may still be fetched."""

    status = 409
    code = "no-round-brings"
    message = N_("Aucune tournée ne peut vous l'apporter. %(reason)s Vous pouvez venir le chercher.")

    def __init__(self, reason: Sentence) -> None:
        super().__init__()
        self.reason = reason

    def text(self, locale: str = DEFAULT_LOCALE) -> str:
        """With the search's own reason, in the reader's language as the rest of the sentence."""
        return gettext(self.message, locale, reason=gettext(self.reason.msgid, locale, **self.reason.params))


class NotCollectedByCharity(Refusal):
    status = 409
    code = "not-collected-by-charity"
    message = N_("Ce lot est apporté par une tournée : c'est le chauffeur qui l'enlève.")


class NothingToHandOver(Refusal):
    status = 409
    code = "nothing-to-hand-over"
    message = N_("Il n'y a plus rien à remettre pour cette demande : elle a été rendue ou refusée.")


class NothingToWeigh(Refusal):
    status = 409
    code = "nothing-to-weigh"
    message = N_("Il n'y a rien à peser : le donateur n'a pas encore remis ce lot, ou la demande est close.")


class TooEarlyForNoShow(Refusal):
    status = 409
    code = "too-early-for-no-show"
    message = N_("Le créneau d'enlèvement n'est pas terminé : l'association peut encore venir.")


class NotThen(Invalid):
    code = "not-then"
    message = N_("Choisissez une heure pendant laquelle le lot peut être enlevé.")


class NothingCollected(Refusal):
    status = 409
    code = "nothing-collected"
    message = N_("Le bon d'enlèvement s'établit quand le lot a quitté le donateur.")
