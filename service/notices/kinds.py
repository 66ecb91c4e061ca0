"""Every kind of message: its words, what fills them, and how it travels unless the person chose otherwise."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from service.kit.i18n import N_
from service.notices.models import Channel

# How a parameter is kept and shown: text as it is, grams as "12,5 kg", metres as "3,2 km", a moment as "18 h 30" or
# "demain à 18 h 30" (with "at": "à 18 h 30", "demain à 18 h 30"), a msgid in the reader's language, a number, or a
# secret that is wiped once it has left.
Shape = Literal["text", "grams", "metres", "moment", "at", "msgid", "number", "secret"]
SCREEN, MAIL, SMS = Channel.SCREEN, Channel.MAIL, Channel.SMS


@dataclass(frozen=True)
class NoticeKind:
    """A kind of message. `short` is its text message, without a title; `link` is filled from the params."""

    name: str
    # How it is called on the page of preferences; empty when it cannot be chosen.
    called: str
    title: str
    text: str
    short: str
    params: dict[str, Shape]
    # Whom it may concern: only they are asked whether they want it.
    roles: frozenset[str] = frozenset()
    channels: tuple[Channel, ...] = (SCREEN,)
    link: str = "/notices"
    action: str = N_("Ouvrir")
    # Leaves at night too: somebody is waiting for it, or food will be lost.
    urgent: bool = False
    real_time: bool = False
    lifetime: timedelta = timedelta(days=2)
    # A line of the journal tells the person's open pages; not for what the pages show by themselves.
    announced: bool = True
    choosable: bool = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "choosable", bool(self.called))

    @property
    def secrets(self) -> frozenset[str]:
        """The params that must not stay in the database."""
        return frozenset(name for name, shape in self.params.items() if shape == "secret")


_ALL = (
    NoticeKind(
        name="lot_posted_nearby",
        called=N_("Un nouveau lot près de chez vous"),
        title=N_("Nouveau lot : %(label)s"),
        text=N_("%(donor)s propose %(label)s (%(grams)s) à %(distance)s de votre site, jusqu'à %(until)s."),
        short=N_("Nouveau lot : %(label)s, %(grams)s, à %(distance)s (%(donor)s), jusqu'à %(until)s."),
        roles=frozenset({"charity"}),
        params={"lot_id": "number", "label": "text", "donor": "text", "grams": "grams", "distance": "metres",
                "until": "moment"},
        link="/lots/%(lot_id)s",
        action=N_("Voir le lot"),
        lifetime=timedelta(hours=12),
        announced=False,
    ),
    NoticeKind(
        name="claim_granted",
        called=N_("Un lot vous est attribué"),
        title=N_("Attribué : %(label)s"),
        text=N_("%(grams)s vous sont attribués chez %(donor)s : %(label)s. À prendre en charge avant %(until)s."),
        short=N_("Attribué : %(label)s, %(grams)s, chez %(donor)s, avant %(until)s."),
        roles=frozenset({"charity"}),
        params={"lot_id": "number", "label": "text", "donor": "text", "grams": "grams", "until": "moment"},
        channels=(SCREEN, MAIL),
        link="/lots/%(lot_id)s",
        action=N_("Voir le lot"),
    ),
    NoticeKind(
        name="claim_refused",
        called=N_("Une demande n'a pas été retenue"),
        title=N_("Non attribué : %(label)s"),
        text=N_("Votre demande pour %(label)s (%(donor)s) n'a pas été retenue. %(reason)s"),
        short=N_("Non attribué : %(label)s (%(donor)s). %(reason)s"),
        roles=frozenset({"charity"}),
        params={"lot_id": "number", "label": "text", "donor": "text", "reason": "msgid"},
        link="/lots/%(lot_id)s",
        action=N_("Voir le lot"),
    ),
    NoticeKind(
        name="ramasse_asked",
        called=N_("Une association demande à passer régulièrement"),
        title=N_("Ramasse demandée : %(charity)s"),
        text=N_(
            "%(charity)s aimerait passer chez vous régulièrement. Dites oui ou non d'un geste ; vous pourrez laisser "
            "passer une date, ou arrêter."
        ),
        short=N_("%(charity)s aimerait passer chez vous régulièrement : répondez dans Glane."),
        roles=frozenset({"donor"}),
        params={"ramasse_id": "number", "charity": "text"},
        channels=(SCREEN, MAIL),
        link="/ramasses/%(ramasse_id)s",
        action=N_("Répondre"),
        lifetime=timedelta(days=14),
    ),
    NoticeKind(
        name="ramasse_changed",
        called=N_("Une ramasse change"),
        title=N_("Ramasse, %(other)s"),
        text=N_("%(other)s : %(what)s %(day)s"),
        short=N_("Ramasse, %(other)s : %(what)s %(day)s"),
        roles=frozenset({"charity", "donor"}),
        params={"ramasse_id": "number", "other": "text", "what": "msgid", "day": "text"},
        channels=(SCREEN, MAIL),
        link="/ramasses/%(ramasse_id)s",
        action=N_("Voir la ramasse"),
    ),
    NoticeKind(
        name="lot_withdrawn",
        called=N_("Un lot attribué est retiré"),
        title=N_("Retiré : %(label)s"),
        text=N_("%(donor)s a retiré %(label)s, qui vous était attribué. %(reason)s Ne vous déplacez pas."),
        short=N_("Retiré par %(donor)s : %(label)s. Ne vous déplacez pas. %(reason)s"),
        roles=frozenset({"charity", "driver"}),
        params={"lot_id": "number", "label": "text", "donor": "text", "reason": "msgid"},
        channels=(SCREEN, MAIL, SMS),
        link="/lots/%(lot_id)s",
        action=N_("Voir le lot"),
        urgent=True,
        lifetime=timedelta(hours=12),
    ),
    NoticeKind(
        name="lot_corrected_confirm",
        called=N_("Une étiquette est corrigée : à confirmer"),
        title=N_("À confirmer : %(label)s"),
        text=N_(
            "%(donor)s a corrigé l'étiquette de %(label)s. Le lot est bloqué tant que vous n'avez pas "
            "confirmé : vérifiez la date, le numéro de lot et les allergènes."
        ),
        short=N_("%(donor)s a corrigé l'étiquette de %(label)s : lot bloqué, confirmez dans Glane."),
        roles=frozenset({"charity"}),
        params={"lot_id": "number", "label": "text", "donor": "text"},
        channels=(SCREEN, MAIL, SMS),
        link="/lots/%(lot_id)s",
        action=N_("Vérifier et confirmer"),
        urgent=True,
    ),
    NoticeKind(
        name="pickup_planned",
        called=N_("Un passage est prévu"),
        title=N_("Passage prévu %(at)s"),
        text=N_("La tournée %(round)s passe %(at)s (%(place)s) pour %(label)s, %(grams)s."),
        short=N_("Passage prévu %(at)s, %(place)s : %(label)s, %(grams)s."),
        roles=frozenset({"charity", "donor"}),
        params={"lot_id": "number", "label": "text", "grams": "grams", "round": "text", "place": "text",
                "at": "at"},
        channels=(SCREEN, MAIL),
        link="/lots/%(lot_id)s",
        action=N_("Voir le lot"),
        lifetime=timedelta(hours=12),
    ),
    NoticeKind(
        name="round_changed",
        called=N_("Votre tournée a changé"),
        title=N_("Tournée modifiée : %(round)s"),
        text=N_("La tournée %(round)s a changé : départ %(departs)s, %(stops)s arrêts. Ouvrez-la avant de partir."),
        short=N_("Tournée %(round)s modifiée : départ %(departs)s, %(stops)s arrêts. Ouvrez-la avant de partir."),
        roles=frozenset({"driver"}),
        params={"round_id": "number", "round": "text", "departs": "at", "stops": "number"},
        channels=(SCREEN, SMS),
        link="/rounds/%(round_id)s",
        action=N_("Voir la tournée"),
        urgent=True,
        lifetime=timedelta(hours=12),
    ),
    NoticeKind(
        name="round_needs_call",
        called=N_("Un appel à passer pour une tournée"),
        title=N_("À appeler : %(round)s"),
        text=N_("Tournée %(round)s. %(reason)s"),
        short=N_("%(round)s : %(reason)s"),
        roles=frozenset({"dispatcher"}),
        params={"round_id": "number", "round": "text", "reason": "msgid"},
        channels=(SCREEN, SMS),
        link="/rounds/%(round_id)s",
        action=N_("Voir la tournée"),
        urgent=True,
        lifetime=timedelta(hours=4),
    ),
    NoticeKind(
        name="no_show_recorded",
        called=N_("Une absence est notée"),
        title=N_("Absence notée : %(label)s"),
        text=N_(
            "%(label)s n'a pas été retiré chez %(donor)s (prévu %(at)s) : l'absence est notée et le lot de nouveau "
            "proposé. Si c'est une erreur, appelez la régulation."
        ),
        short=N_("%(label)s non retiré chez %(donor)s (prévu %(at)s) : absence notée. Une erreur ? Appelez-nous."),
        roles=frozenset({"charity", "donor"}),
        params={"lot_id": "number", "label": "text", "donor": "text", "at": "at"},
        channels=(SCREEN, MAIL),
        link="/lots/%(lot_id)s",
        action=N_("Voir le lot"),
    ),
    NoticeKind(
        name="first_lot_to_review",
        called=N_("Premier lot d'un donateur à regarder"),
        title=N_("Premier lot à regarder : %(donor)s"),
        text=N_("%(donor)s vient de s'inscrire et propose son premier lot : %(label)s (%(grams)s)."),
        short=N_("Premier lot de %(donor)s à regarder : %(label)s, %(grams)s."),
        roles=frozenset({"dispatcher"}),
        params={"lot_id": "number", "label": "text", "donor": "text", "grams": "grams"},
        channels=(SCREEN, MAIL),
        link="/lots/%(lot_id)s",
        action=N_("Regarder le lot"),
    ),
    NoticeKind(
        name="lot_unclaimed",
        called=N_("Un lot reste sans preneur"),
        title=N_("Sans preneur : %(label)s"),
        text=N_("Il reste %(grams)s de %(label)s chez %(donor)s, à prendre avant %(until)s. %(advice)s"),
        short=N_("Sans preneur : %(label)s, %(grams)s, chez %(donor)s, avant %(until)s. %(advice)s"),
        roles=frozenset({"donor", "dispatcher"}),
        params={"lot_id": "number", "label": "text", "donor": "text", "grams": "grams", "until": "moment",
                "advice": "msgid"},
        link="/lots/%(lot_id)s",
        action=N_("Voir le lot"),
        urgent=True,
        lifetime=timedelta(hours=3),
    ),
    NoticeKind(
        name="charity_to_approve",
        called=N_("Une association attend son approbation"),
        title=N_("À approuver : %(organisation)s"),
        text=N_("%(organisation)s demande à recevoir des dons. Vérifiez son habilitation avant d'accepter."),
        short=N_("%(organisation)s attend votre approbation dans Glane."),
        roles=frozenset({"charity", "dispatcher", "region"}),
        params={"organisation_id": "number", "organisation": "text"},
        channels=(SCREEN, MAIL),
        link="/partners/%(organisation_id)s",
        action=N_("Voir la demande"),
        lifetime=timedelta(days=14),
    ),
    NoticeKind(
        name="acted_on_behalf",
        called="",
        title=N_("Saisi pour vous : %(what)s"),
        text=N_(
            "%(by)s (régulation) a saisi pour %(organisation)s %(at)s : %(what)s. Si ce n'est pas exact, "
            "appelez la régulation."
        ),
        short=N_("%(by)s (régulation) a saisi pour %(organisation)s %(at)s : %(what)s."),
        params={"by": "text", "organisation": "text", "what": "msgid", "at": "at"},
        channels=(SCREEN, MAIL),
    ),
    NoticeKind(
        name="sign_in_link",
        called="",
        title=N_("Votre lien de connexion à Glane"),
        text=N_(
            "Ouvrez ce lien pour vous connecter. Il sert une seule fois et reste valable %(minutes)s minutes. "
            "Si vous n'avez rien demandé, ignorez ce message."
        ),
        short=N_("Glane, votre lien de connexion (%(minutes)s min) : %(link)s"),
        params={"link": "secret", "minutes": "number"},
        channels=(MAIL,),
        link="%(link)s",
        action=N_("Me connecter"),
        urgent=True,
        real_time=True,
        lifetime=timedelta(minutes=20),
        announced=False,
    ),
    NoticeKind(
        name="sign_in_code",
        called="",
        title=N_("Votre code Glane"),
        text=N_(
            "Votre code : %(code)s. Il reste valable %(minutes)s minutes. "
            "Ne le donnez à personne, même à la régulation."
        ),
        short=N_("Glane, votre code : %(code)s. Valable %(minutes)s min. Ne le donnez à personne."),
        params={"code": "secret", "minutes": "number"},
        channels=(SMS,),
        link="",
        urgent=True,
        real_time=True,
        lifetime=timedelta(minutes=20),
        announced=False,
    ),
    NoticeKind(
        name="invitation",
        called="",
        title=N_("%(inviter)s vous invite sur Glane"),
        text=N_(
            "%(inviter)s vous invite à rejoindre %(organisation)s sur Glane, le service de la région pour donner et "
            "recevoir des denrées. Ouvrez le lien pour créer votre accès."
        ),
        short=N_("%(inviter)s vous invite à rejoindre %(organisation)s sur Glane : %(link)s"),
        params={"inviter": "text", "organisation": "text", "link": "secret"},
        channels=(MAIL,),
        link="%(link)s",
        action=N_("Créer mon accès"),
        real_time=True,
        lifetime=timedelta(days=7),
        announced=False,
    ),
)  # fmt: skip

KINDS: dict[str, NoticeKind] = {kind.name: kind for kind in _ALL}
