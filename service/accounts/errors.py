"""What this room refuses, in words for the person who asked."""

from service.kit.i18n import N_
from service.kit.refusals import NotAllowed, Refusal


class WrongCredentials(Refusal):
    status = 401
    code = "wrong-credentials"
    message = N_(
        "L'adresse ou le mot de passe ne correspond à aucun compte. Vérifiez-les, ou recevez un lien par e-mail."
    )


class LinkSpent(Refusal):
    status = 410
    code = "link-spent"
    message = N_("Ce lien a déjà servi ou n'est plus valable. Demandez-en un nouveau : il arrive en une minute.")


class WrongCode(Refusal):
    status = 401
    code = "wrong-code"
    message = N_("Ce code n'est pas le bon, ou il a expiré. Il vous reste %(left)s essais.")


class CodeSpent(Refusal):
    status = 410
    code = "code-spent"
    message = N_("Ce code n'est plus valable. Demandez-en un nouveau.")


class CardRevoked(Refusal):
    status = 410
    code = "card-revoked"
    message = N_("Cette carte n'est plus valable. Demandez-en une nouvelle à votre association ou à la régulation.")


class TabletUnpaired(Refusal):
    status = 410
    code = "tablet-unpaired"
    message = N_("Cet appareil n'est plus associé à un site. Un membre du site peut l'associer de nouveau.")


class WrongPin(Refusal):
    status = 401
    code = "wrong-pin"
    message = N_("Ce code n'est pas celui du site.")


class NotOnTablet(NotAllowed):
    code = "not-on-shared-device"
    message = N_("Cette action ne se fait pas sur un appareil partagé. Connectez-vous avec votre propre compte.")


class AccountClosed(Refusal):
    status = 403
    code = "account-suspended"
    message = N_("Ce compte est suspendu. Écrivez à la régulation pour en savoir plus.")


class AlreadyRegistered(Refusal):
    status = 409
    code = "already-registered"
    message = N_("Un compte existe déjà avec cette adresse ou ce numéro. Connectez-vous.")


class OrganisationKnown(Refusal):
    status = 409
    code = "organisation-known"
    message = N_(
        "Cet établissement est déjà inscrit. Demandez à un collègue de vous inviter, ou appelez la régulation."
    )


class WrongState(Refusal):
    status = 409
    code = "wrong-state"
    message = N_("Quelqu'un l'a déjà fait, ou ce n'est plus possible. Rechargez la page.")


class LastMember(Refusal):
    status = 409
    code = "last-member"
    message = N_("C'est la dernière personne de cette organisation : invitez d'abord quelqu'un d'autre.")


class NotYourself(Refusal):
    status = 409
    code = "not-yourself"
    message = N_("Vous ne pouvez pas suspendre votre propre compte.")


class InvitationSpent(Refusal):
    status = 410
    code = "invitation-spent"
    message = N_(
        "Cette invitation a déjà servi ou n'est plus valable. Demandez-en une nouvelle à qui vous l'a envoyée."
    )


class ClosureInPast(Refusal):
    status = 422
    code = "closure-in-past"
    message = N_("Ces jours sont passés : choisissez une date à venir.")


class CannotSpeakFor(NotAllowed):
    code = "cannot-speak-for"
    message = N_("Vous ne pouvez pas saisir pour cette organisation.")


class NotForSomeoneElse(NotAllowed):
    """What nobody does for somebody else: sign, change their password, make their card."""

    code = "not-for-someone-else"
    message = N_("Cela ne peut pas être fait au nom de quelqu'un d'autre.")


class ImportUnreadable(Refusal):
    status = 422
    code = "import-unreadable"
    message = N_(
        "Ce fichier n'est pas lisible : enregistrez votre tableau en « CSV UTF-8 » et gardez la première ligne."
    )


class ImportTooLong(Refusal):
    status = 413
    code = "import-too-long"
    message = N_("Ce fichier a plus de %(most)s lignes : partagez-le en plusieurs.")


class AnotherPerson(Refusal):
    status = 409
    code = "another-person"
    message = N_("Cet envoi a été préparé par une autre personne sur ce téléphone : il attend qu'elle se reconnecte.")


class PosterRevoked(Refusal):
    status = 410
    code = "poster-revoked"
    message = N_("Cette affiche n'est plus valable. Demandez-en une nouvelle au commerce.")


class PosterVisitOver(Refusal):
    status = 401
    code = "poster-visit-over"
    message = N_(
        "C'est terminé : si vous venez de publier, c'est fait. Pour un autre lot, scannez de nouveau l'affiche."
    )


class PosterTired(Refusal):
    status = 429
    code = "poster-tired"
    message = N_("Cette affiche a déjà beaucoup servi aujourd'hui. Connectez-vous avec votre compte.")
