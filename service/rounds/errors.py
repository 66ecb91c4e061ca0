"""What rounds refuse, in words."""

from service.kit.i18n import DEFAULT_LOCALE, N_, gettext
from service.kit.refusals import NotAllowed, NotFound, Refusal
from service.rounds.planning.sentences import Sentence


class RoundNotFound(NotFound):
    code = "round-not-found"
    message = N_("Cette tournée n'existe pas, ou n'est pas la vôtre.")


class StopNotFound(NotFound):
    code = "stop-not-found"
    message = N_("Cet arrêt n'existe pas dans cette tournée.")


class PlanNotFound(NotFound):
    code = "plan-not-found"
    message = N_("Ce plan n'existe pas.")


class NotYourRound(NotAllowed):
    code = "not-your-round"
    message = N_("Cette tournée est confiée à quelqu'un d'autre.")


class RoundNotThere(Refusal):
    status = 409
    code = "round-not-there"
    message = N_("La tournée n'en est pas à cette étape. Rechargez la page pour voir où elle en est.")


class RoundHasNoDriver(Refusal):
    status = 409
    code = "round-has-no-driver"
    message = N_("Confiez d'abord cette tournée à une personne.")


class StopAlreadyDone(Refusal):
    status = 409
    code = "stop-already-done"
    message = N_("Cet arrêt est déjà terminé.")


class StopMoved(Refusal):
    status = 409
    code = "stop-moved"
    message = N_("Le plan a changé : cet arrêt est maintenant confié à une autre tournée. Rechargez la vôtre.")


class StopCancelled(StopMoved):
    code = "stop-cancelled"
    message = N_(
        "Tout ce qui était prévu à cet arrêt a été annulé entre-temps. Laissez les produits sur place ; "
        "s'ils sont déjà à bord, la régulation vous appelle."
    )


class RoundEnded(StopMoved):
    code = "round-ended"
    message = N_("Cette tournée est déjà terminée. Votre compte rendu est gardé et la régulation vous appelle.")


class NothingReported(Refusal):
    status = 422
    code = "nothing-reported"
    message = N_("Il n'y a rien à faire de tel à cet arrêt.")


class NotAtThisStop(Refusal):
    status = 422
    code = "not-at-this-stop"
    message = N_("Ce produit n'est ni à charger ni à remettre à cet arrêt.")


class TooMuch(Refusal):
    status = 422
    code = "too-much"
    message = N_("Ce poids dépasse de beaucoup ce qui était prévu (%(planned)s kg). Vérifiez la saisie.")


class TemperatureMissing(Refusal):
    status = 422
    code = "temperature-missing"
    message = N_("Mesurez la température entre deux paquets : elle est obligatoire pour le frais et le surgelé.")


class TemperatureNeedsReason(Refusal):
    status = 422
    code = "temperature-needs-reason"
    message = N_(
        "%(measured)s °C, c'est au-dessus de %(limit)s °C mais dans la tolérance. "
        "Dites pourquoi vous acceptez, ou refusez le produit."
    )


class TemperatureBeyond(Refusal):
    status = 422
    code = "temperature-beyond"
    message = N_("%(measured)s °C : la limite est de %(limit)s °C, tolérance comprise. Ce produit doit être refusé.")


class WeightNeedsReason(Refusal):
    status = 422
    code = "weight-needs-reason"
    message = N_("%(received)s kg reçus pour %(expected)s kg chargés : l'écart est important. Indiquez-en la raison.")


class ReasonMissing(Refusal):
    status = 422
    code = "reason-missing"
    message = N_("Indiquez le motif.")


class WrongCode(Refusal):
    status = 422
    code = "wrong-code"
    message = N_("Ce code n'est pas celui de la livraison. Demandez-le à la personne qui reçoit, ou faites-la signer.")


class ProofMissing(Refusal):
    status = 422
    code = "proof-missing"
    message = N_("Il faut le code à six chiffres de la personne qui reçoit, ou sa signature.")


class SignatureUnreadable(Refusal):
    status = 422
    code = "signature-unreadable"
    message = N_("La signature n'a pas pu être lue. Faites signer de nouveau.")


class TimeInFuture(Refusal):
    status = 422
    code = "time-in-future"
    message = N_("L'heure indiquée n'est pas encore passée.")


class TimeTooOld(Refusal):
    status = 422
    code = "time-too-old"
    message = N_("L'heure indiquée est trop ancienne pour cette tournée.")


class OutOfOrder(Refusal):
    status = 422
    code = "out-of-order"
    message = N_("Ce produit n'a pas été chargé : indiquez d'abord son chargement.")


class VehicleNotFound(NotFound):
    code = "vehicle-not-found"
    message = N_("Ce véhicule n'existe pas.")


class VehicleBusy(Refusal):
    status = 409
    code = "vehicle-busy"
    message = N_("Ce véhicule a déjà un service à ces heures.")


class DriverBusy(Refusal):
    status = 409
    code = "driver-busy"
    message = N_("Cette personne est déjà dans un autre véhicule à ces heures.")


class NotADriver(Refusal):
    status = 422
    code = "not-a-driver"
    message = N_("Cette personne n'est pas inscrite parmi les chauffeurs de la région.")


class PeriodUpsideDown(Refusal):
    status = 422
    code = "period-upside-down"
    message = N_("La fin doit venir après le début.")


class ShiftTaken(Refusal):
    status = 409
    code = "shift-taken"
    message = N_("Quelqu'un d'autre vient de prendre ce service. Merci quand même.")


class StopFixed(Refusal):
    status = 409
    code = "stop-fixed"
    message = N_("Cet arrêt est imminent, ou ses produits sont déjà à bord : appelez plutôt l'équipage.")


class NothingToUndo(Refusal):
    status = 409
    code = "nothing-to-undo"
    message = N_("Ce déplacement ne peut plus être annulé : la tournée a avancé depuis.")


class DoesNotFit(Refusal):
    status = 409
    code = "does-not-fit"
    message = N_("Cette tournée ne peut pas le prendre.")

    def __init__(self, why: Sentence) -> None:
        super().__init__()
        self.why = why

    def text(self, locale: str = DEFAULT_LOCALE) -> str:
        """With the reason the rounds gave."""
        return f"{super().text(locale)} {gettext(self.why.msgid, locale, **self.why.params)}"


class ShiftUnderWay(Refusal):
    status = 409
    code = "shift-under-way"
    message = N_("La tournée de ce service est déjà partie.")


class TransferNotFound(NotFound):
    code = "transfer-not-found"
    message = N_("Ce chargement n'attend pas de reprise dans votre région.")


class TransferOver(Refusal):
    status = 409
    code = "transfer-over"
    message = N_("Ce chargement n'attend plus : il est repris, rentré ou jeté.")


class AddressNotNow(NotAllowed):
    code = "address-not-now"
    message = N_(
        "Cette adresse est protégée : seule la personne qui livre la voit, pour son arrêt et à l'approche de l'heure."
    )
