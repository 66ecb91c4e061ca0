"""The named refusals of the lots room."""

from service.kit.i18n import N_
from service.kit.refusals import Invalid, NotFound, Refusal


class LotUnknown(NotFound):
    code = "lot-unknown"
    message = N_("Ce lot n'existe pas, ou ne vous est pas destiné.")


class LotInvalid(Invalid):
    """A form whose fields need correcting; `fields` says which."""

    code = "lot-invalid"
    message = N_("Le lot n'est pas encore publié : corrigez ce qui est indiqué.")


class AgainstFoodLaw(Invalid):
    """A rule of food law forbids it; `rules` holds the codes."""

    code = "against-food-law"
    message = N_("Ce lot ne peut pas être donné ainsi : %(reason)s")

    def __init__(self, *, rules: list[str], fields: dict[str, str] | None = None, **params: object) -> None:
        super().__init__(fields=fields, **params)
        self.rules = rules


class LotAlreadyTaken(Refusal):
    status = 409
    code = "lot-already-taken"
    message = N_("Une autre association vient de prendre ce lot, ou une partie. Choisissez parmi ce qui reste.")


class LotNotOpen(Refusal):
    status = 409
    code = "lot-not-open"
    message = N_("Ce lot n'est plus proposé.")


class LotTooLate(Refusal):
    status = 409
    code = "lot-too-late"
    message = N_("Il est trop tard pour ce lot : il devait être enlevé avant.")


class LotFrozen(Refusal):
    status = 409
    code = "lot-frozen"
    message = N_(
        "L'étiquette de ce lot vient d'être corrigée. Il reste en attente tant que chaque association qui en a "
        "obtenu une part n'a pas confirmé."
    )


class LotChanged(Refusal):
    status = 409
    code = "lot-changed"
    message = N_("Ce lot a changé entre-temps. Relisez-le puis recommencez.")


class NothingToUndo(Refusal):
    status = 409
    code = "nothing-to-undo"
    message = N_("Trop tard pour annuler : quelqu'un a agi entre-temps, ou c'est déjà fait. Regardez où en est le lot.")


class LotNotChangeable(Refusal):
    status = 409
    code = "lot-not-changeable"
    message = N_("Ce lot ne peut plus être modifié : il est parti, retiré ou terminé.")


class AlreadyHandedOver(Refusal):
    status = 409
    code = "already-handed-over"
    message = N_("Une partie de ce lot est déjà partie : il ne peut plus être retiré.")


class BelowGranted(Refusal):
    status = 409
    code = "below-granted"
    message = N_("Une partie est déjà promise à des associations : le poids ne peut pas descendre sous ce total.")


class LabelPhotoNeeded(Invalid):
    code = "label-photo-needed"
    message = N_(
        "Pour corriger une DLC, un numéro de lot ou des allergènes, prenez l'étiquette en photo : "
        "l'étiquette elle-même ne se modifie jamais."
    )


class SplitTooMuch(Invalid):
    code = "split-too-much"
    message = N_("On ne peut séparer que ce qui est encore libre.")


class SplitEverything(Invalid):
    code = "split-everything"
    message = N_("Laissez quelque chose dans le lot d'origine, ou gardez-le entier.")


class ShareUnknown(NotFound):
    code = "share-unknown"
    message = N_("Cette part n'existe pas, ou ne vous est pas destinée.")


class ShareNotOpen(Refusal):
    status = 409
    code = "share-not-open"
    message = N_("Cette part n'est plus à ce stade : elle a déjà été enlevée, remise ou rendue.")


class ShareTooSmall(Invalid):
    code = "share-too-small"
    message = N_("Ce poids dépasse la part accordée.")


class WeightImplausible(Invalid):
    code = "weight-implausible"
    message = N_("Ce poids est très supérieur à la part accordée. Vérifiez-le.")


class ReasonUnknown(Invalid):
    code = "reason-unknown"
    message = N_("Choisissez un des motifs proposés.")


class TooManyCrates(Invalid):
    code = "too-many-crates"
    message = N_("Il ne peut pas revenir plus de bacs qu'il n'en a été prêté.")


class PhotoUnknown(NotFound):
    code = "photo-unknown"
    message = N_("Cette photo n'existe pas, ou n'est plus conservée.")


class TooManyPhotos(Refusal):
    status = 409
    code = "too-many-photos"
    message = N_("Un lot porte au plus %(most)s photos.")


class TooManyTemplates(Refusal):
    status = 409
    code = "too-many-templates"
    message = N_("Vous avez déjà %(most)s modèles : supprimez-en un pour en garder un autre.")


class TemplateUnknown(Refusal):
    status = 404
    code = "template-unknown"
    message = N_("Ce modèle n'existe pas.")


class NoSite(Refusal):
    status = 409
    code = "no-site"
    message = N_("Aucun lieu de retrait n'est enregistré pour votre organisation. Ajoutez-en un avant de donner.")
