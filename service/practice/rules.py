"""How a practice is played: the scenes of each kind, with invented partners, in the words of the real screens."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from service.kit.i18n import N_

LIFETIME = timedelta(days=1)


@dataclass(frozen=True)
class Scene:
    """One moment of a practice: what has happened, what it means, and the button that leads on."""

    icon: str
    title: str
    text: str
    button: str = N_("Et ensuite ?")


@dataclass(frozen=True)
class Play:
    """A practice: the role it is for, its title, its scenes in order, and where the real thing begins."""

    role: str
    title: str
    scenes: Sequence[Scene]
    href: str
    label: str


PLAYS: Mapping[str, Play] = {
    "lot": Play(
        "donor",
        N_("Votre lot d'essai"),
        (
            Scene(
                "send",
                N_("Publié"),
                N_("Pour de vrai, les associations proches le verraient à l'instant et auraient quelques minutes."),
            ),
            Scene(
                "hand-heart",
                N_("Demandé par Les Paniers de l'essai"),
                N_("Cette association est inventée. D'autres peuvent répondre aussi : nul besoin d'être le premier."),
            ),
            Scene(
                "handshake",
                N_("Attribué aux Paniers de l'essai"),
                N_("Vous en recevez un message, avec l'heure de passage. Jusque-là, vous pouvez corriger ou retirer."),
            ),
            Scene(
                "package-open",
                N_("Enlevé chez vous"),
                N_("La personne qui vient montre un code à six chiffres : vous le tapez, et le bon est signé."),
            ),
            Scene(
                "package-check",
                N_("Remis et pesé"),
                N_("L'association pèse à l'arrivée. Le bon d'enlèvement reste à votre disposition."),
            ),
        ),
        "/lots/new",
        N_("Donner pour de vrai"),
    ),
    "claim": Play(
        "charity",
        N_("Votre demande d'essai"),
        (
            Scene(
                "croissant",
                N_("12 kg de pain à la Boulangerie de l'essai"),
                N_("Cette boulangerie est inventée. Chaque lot dit ce que c'est, à quelle distance, et jusqu'à quand."),
                N_("Je prends tout"),
            ),
            Scene(
                "hourglass",
                N_("Votre réponse est notée"),
                N_("Toutes les réponses sont regardées ensemble : qui a le moins reçu passe devant. Rien ne presse."),
            ),
            Scene(
                "handshake",
                N_("Il est à vous"),
                N_("Pour de vrai vous auriez un message, l'heure de la tournée, ou un code si vous venez le chercher."),
                N_("Le lot arrive"),
            ),
            Scene(
                "weight",
                N_("Pesez à l'arrivée"),
                N_("La balance dit 11,4 kg : c'est ce poids qui compte. Un produit abîmé se refuse, avec son motif."),
                N_("C'est pesé"),
            ),
            Scene(
                "package-check",
                N_("C'est fini"),
                N_("Le bon est signé des deux côtés et se retrouve dans vos demandes."),
            ),
        ),
        "/offers",
        N_("Voir les vrais lots"),
    ),
    "round": Play(
        "driver",
        N_("Votre tournée d'essai"),
        (
            Scene(
                "truck",
                N_("Une tournée vous est confiée"),
                N_("Deux arrêts inventés : une boulangerie, puis une épicerie solidaire. À vous de dire oui."),
                N_("J'accepte"),
            ),
            Scene(
                "navigation",
                N_("En route pour la Boulangerie de l'essai"),
                N_("L'adresse et le téléphone sont là, même sans réseau. Au volant, rien ne bouge à l'écran."),
                N_("J'y suis"),
            ),
            Scene(
                "package-open",
                N_("Chargez 12 kg de pain"),
                N_("Comptez, pesez si vous pouvez. Il manque quelque chose, c'est fermé ? Dites-le d'un geste."),
                N_("C'est chargé"),
            ),
            Scene(
                "map-pinned",
                N_("Chez l'Épicerie de l'essai"),
                N_("La personne qui reçoit vous dit son code, et c'est signé."),
                N_("C'est donné"),
            ),
            Scene("flag", N_("Retour au dépôt"), N_("Les kilomètres sont comptés pour vous, la journée est finie.")),
        ),
        "/rounds/mine",
        N_("Voir mes vraies tournées"),
    ),
}
