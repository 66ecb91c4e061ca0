"""Every kind of message, one entry each: its words first, then whom it concerns and how it travels."""

from datetime import timedelta

from service.kit.i18n import N_
from service.notices.kind import NoticeKind, Subject
from service.notices.models import Channel

BY_MAIL, BY_SMS = (Channel.SCREEN, Channel.MAIL), (Channel.SCREEN, Channel.SMS)
EVERYWHERE = (Channel.SCREEN, Channel.MAIL, Channel.SMS)
CHARITY, DONOR, DRIVER = frozenset({"charity"}), frozenset({"donor"}), frozenset({"driver"})
DISPATCHER, REGION = frozenset({"dispatcher"}), frozenset({"region"})
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

LOT = Subject({"lot_id": "number", "label": "text"}, "/lots/%(lot_id)s", N_("Voir le lot"))
ROUND = Subject({"round_id": "number", "round": "text"}, "/rounds/%(round_id)s", N_("Voir la tournée"))
RAMASSE = Subject({"ramasse_id": "number"}, "/ramasses/%(ramasse_id)s", N_("Voir la ramasse"))
USUAL_GIFT = Subject(
    {"gift_id": "number", "day": "text"}, "/usual-gifts/%(gift_id)s/dates/%(day)s", N_("Répondre d'un geste")
)
ERRAND = Subject({"errand_id": "number", "label": "text"}, "/errands", N_("Voir le trajet"))
PARTNER = Subject(
    {"organisation_id": "number", "organisation": "text"}, "/partners/%(organisation_id)s", N_("Voir la demande")
)
DOOR = Subject({"link": "secret"}, "%(link)s")
CODE = Subject({"code": "secret"}, "")
ANYTHING = Subject()

_ALL = (
    NoticeKind(
        "lot_posted_nearby", LOT,
        called=N_("Un nouveau lot près de chez vous"),
        title=N_("Nouveau lot : %(label)s"),
        text=N_("%(donor)s propose %(label)s (%(grams)s) à %(distance)s de votre site, jusqu'à %(until)s."),
        short=N_("Nouveau lot : %(label)s, %(grams)s, à %(distance)s (%(donor)s), jusqu'à %(until)s."),
        more={"donor": "text", "grams": "grams", "distance": "metres", "until": "moment"},
        roles=CHARITY, lifetime=12 * HOUR, announced=False, reply=N_("Répondez OUI %(lot_id)s ou NON %(lot_id)s."),
    ),
    NoticeKind(
        "claim_granted", LOT,
        called=N_("Un lot vous est attribué"),
        title=N_("Attribué : %(label)s"),
        text=N_("%(grams)s vous sont attribués chez %(donor)s : %(label)s. À prendre en charge avant %(until)s."),
        short=N_("Attribué : %(label)s, %(grams)s, chez %(donor)s, avant %(until)s."),
        more={"donor": "text", "grams": "grams", "until": "moment"},
        roles=CHARITY, channels=BY_MAIL,
    ),
    NoticeKind(
        "claim_granted_fetch", LOT,
        called=N_("Un lot attribué est à venir chercher, faute de tournée"),
        title=N_("À venir chercher : %(label)s"),
        text=N_(
            "%(grams)s vous sont attribués chez %(donor)s : %(label)s. Aucune tournée ne peut l'apporter : venez le "
            "chercher avant %(until)s, ou rendez-le pour d'autres."
        ),
        short=N_("À venir chercher avant %(until)s : %(label)s, %(grams)s, chez %(donor)s. Aucune tournée ne passe."),
        more={"donor": "text", "grams": "grams", "until": "moment"},
        roles=CHARITY, channels=EVERYWHERE, urgent=True, lifetime=12 * HOUR,
    ),
    NoticeKind(
        "claim_refused", LOT,
        called=N_("Une demande n'a pas été retenue"),
        title=N_("Non attribué : %(label)s"),
        text=N_("Votre demande pour %(label)s (%(donor)s) n'a pas été retenue. %(reason)s"),
        short=N_("Non attribué : %(label)s (%(donor)s). %(reason)s"),
        more={"donor": "text", "reason": "msgid"},
        roles=CHARITY,
    ),
    NoticeKind(
        "ramasse_asked", RAMASSE,
        called=N_("Une association demande à passer régulièrement"),
        title=N_("Ramasse demandée : %(charity)s"),
        text=N_(
            "%(charity)s aimerait passer chez vous régulièrement. Dites oui ou non d'un geste ; vous pourrez laisser "
            "passer une date, ou arrêter."
        ),
        short=N_("%(charity)s aimerait passer chez vous régulièrement : répondez dans Glane."),
        more={"charity": "text"},
        roles=DONOR, channels=BY_MAIL, button=N_("Répondre"), lifetime=14 * DAY,
    ),
    NoticeKind(
        "ramasse_changed", RAMASSE,
        called=N_("Une ramasse change"),
        title=N_("Ramasse, %(other)s"),
        text=N_("%(other)s : %(what)s %(day)s"),
        short=N_("Ramasse, %(other)s : %(what)s %(day)s"),
        more={"other": "text", "what": "msgid", "day": "text"},
        roles=CHARITY | DONOR, channels=BY_MAIL,
    ),
    NoticeKind(
        "usual_gift_asked", USUAL_GIFT,
        called=N_("La question du soir : combien donnez-vous ?"),
        title=N_("Combien %(when)s ?"),
        text=N_(
            "%(label)s : %(grams)s comme d'habitude, moins, plus, rien ? Un geste suffit, jusqu'à %(until)s. Sans "
            "réponse, rien n'est publié."
        ),
        short=N_("Combien %(when)s ? %(label)s, %(grams)s d'habitude. Réponse utile jusqu'à %(until)s."),
        more={"when": "msgid", "label": "text", "grams": "grams", "until": "moment"},
        roles=DONOR, channels=BY_SMS, mail_without_text=True, lifetime=12 * HOUR,
        reply=N_("Répondez HABITUDE, 12 KG ou RIEN."),
    ),
    NoticeKind(
        "posted_by_poster", LOT,
        called=N_("Un lot est publié par votre affiche"),
        title=N_("Publié par l'affiche : %(label)s"),
        text=N_(
            "Quelqu'un a publié %(label)s (%(grams)s) pour %(site)s en scannant l'affiche. Si ce n'est pas juste, "
            "retirez le lot, et l'affiche depuis la page du lieu."
        ),
        short=N_("Publié par l'affiche de %(site)s : %(label)s, %(grams)s."),
        more={"site": "text", "grams": "grams"},
        roles=DONOR, lifetime=12 * HOUR,
    ),
    NoticeKind(
        "lot_withdrawn", LOT,
        called=N_("Un lot attribué est retiré"),
        title=N_("Retiré : %(label)s"),
        text=N_("%(donor)s a retiré %(label)s, qui vous était attribué. %(reason)s Ne vous déplacez pas."),
        short=N_("Retiré par %(donor)s : %(label)s. Ne vous déplacez pas. %(reason)s"),
        more={"donor": "text", "reason": "msgid"},
        roles=CHARITY | DRIVER, channels=EVERYWHERE, urgent=True, lifetime=12 * HOUR,
    ),
    NoticeKind(
        "lot_corrected_confirm", LOT,
        called=N_("Une étiquette est corrigée : à confirmer"),
        title=N_("À confirmer : %(label)s"),
        text=N_(
            "%(donor)s a corrigé l'étiquette de %(label)s. Le lot est bloqué tant que vous n'avez pas "
            "confirmé : vérifiez la date, le numéro de lot et les allergènes."
        ),
        short=N_("%(donor)s a corrigé l'étiquette de %(label)s : lot bloqué, confirmez dans Glane."),
        more={"donor": "text"},
        roles=CHARITY, channels=EVERYWHERE, button=N_("Vérifier et confirmer"), urgent=True,
    ),
    NoticeKind(
        "pickup_planned", LOT,
        called=N_("Un passage est prévu"),
        title=N_("Passage prévu %(at)s"),
        text=N_("La tournée %(round)s passe %(at)s (%(place)s) pour %(label)s, %(grams)s."),
        short=N_("Passage prévu %(at)s, %(place)s : %(label)s, %(grams)s."),
        more={"grams": "grams", "round": "text", "place": "text", "at": "at"},
        roles=CHARITY | DONOR, channels=BY_MAIL, lifetime=12 * HOUR,
    ),
    NoticeKind(
        "round_changed", ROUND,
        called=N_("Votre tournée a changé"),
        title=N_("Tournée modifiée : %(round)s"),
        text=N_("La tournée %(round)s a changé : départ %(departs)s, %(stops)s arrêts. Ouvrez-la avant de partir."),
        short=N_("Tournée %(round)s modifiée : départ %(departs)s, %(stops)s arrêts. Ouvrez-la avant de partir."),
        more={"departs": "at", "stops": "number"},
        roles=DRIVER, channels=BY_SMS, urgent=True, lifetime=12 * HOUR,
    ),
    NoticeKind(
        "round_needs_call", ROUND,
        called=N_("Un appel à passer pour une tournée"),
        title=N_("À appeler : %(round)s"),
        text=N_("Tournée %(round)s. %(reason)s"),
        short=N_("%(round)s : %(reason)s"),
        more={"reason": "msgid"},
        roles=DISPATCHER, channels=BY_SMS, urgent=True, lifetime=4 * HOUR,
    ),
    NoticeKind(
        "driver_away", Subject({}, "/dispatch/shifts", N_("Voir les services")),
        called=N_("Un chauffeur absent laisse des tournées"),
        title=N_("Sans chauffeur : %(rounds)s"),
        text=N_(
            "%(person)s ne sera pas là du %(from)s au %(to)s. N'ont plus de chauffeur : %(rounds)s. Ces services sont "
            "proposés aux autres."
        ),
        short=N_("Sans chauffeur : %(rounds)s. Absence de %(person)s du %(from)s au %(to)s."),
        more={"person": "text", "from": "text", "to": "text", "rounds": "text"},
        roles=DISPATCHER, channels=BY_MAIL, private=frozenset({"person"}),
    ),
    NoticeKind(
        "own_shift", Subject({}, "/shifts/mine", N_("Voir mes services")),
        called=N_("Un service vous est confié, change ou vous est retiré"),
        title=N_("%(what)s : %(vehicle)s"),
        text=N_("%(what)s : %(vehicle)s, %(starts)s, %(place)s."),
        short=N_("%(what)s : %(vehicle)s, %(starts)s, %(place)s."),
        more={"what": "msgid", "vehicle": "text", "starts": "at", "place": "msgid"},
        roles=DRIVER, channels=BY_MAIL,
    ),
    NoticeKind(
        "text_to_call_back", Subject({}, "/calls", N_("Voir qui rappeler")),
        called=N_("Un SMS que quelqu'un doit rappeler"),
        title=N_("SMS à rappeler : %(reason)s"),
        text=N_("« %(words)s » Rappelez son auteur : %(reason)s"),
        short=N_("SMS à rappeler : %(reason)s"),
        more={"reason": "msgid", "words": "text"},
        roles=DISPATCHER, urgent=True, lifetime=12 * HOUR, private=frozenset({"words"}),
    ),
    NoticeKind(
        "no_show_recorded", LOT,
        called=N_("Une absence est notée"),
        title=N_("Absence notée : %(label)s"),
        text=N_(
            "%(label)s n'a pas été retiré chez %(donor)s (prévu %(at)s) : l'absence est notée et le lot de nouveau "
            "proposé. Si c'est une erreur, appelez la régulation."
        ),
        short=N_("%(label)s non retiré chez %(donor)s (prévu %(at)s) : absence notée. Une erreur ? Appelez-nous."),
        more={"donor": "text", "at": "at"},
        roles=CHARITY | DONOR, channels=BY_MAIL,
    ),
    NoticeKind(
        "first_lot_to_review", LOT,
        called=N_("Premier lot d'un donateur à regarder"),
        title=N_("Premier lot à regarder : %(donor)s"),
        text=N_("%(donor)s vient de s'inscrire et propose son premier lot : %(label)s (%(grams)s)."),
        short=N_("Premier lot de %(donor)s à regarder : %(label)s, %(grams)s."),
        more={"donor": "text", "grams": "grams"},
        roles=DISPATCHER, channels=BY_MAIL, button=N_("Regarder le lot"),
    ),
    NoticeKind(
        "lot_unclaimed", LOT,
        called=N_("Un lot reste sans preneur"),
        title=N_("Sans preneur : %(label)s"),
        text=N_("Il reste %(grams)s de %(label)s chez %(donor)s, à prendre avant %(until)s. %(advice)s"),
        short=N_("Sans preneur : %(label)s, %(grams)s, chez %(donor)s, avant %(until)s. %(advice)s"),
        more={"donor": "text", "grams": "grams", "until": "moment", "advice": "msgid"},
        roles=DONOR | DISPATCHER, urgent=True, lifetime=3 * HOUR,
    ),
    NoticeKind(
        "errand_offered", ERRAND,
        called=N_("Un petit lot à apporter près de chez vous"),
        title=N_("%(minutes)s min %(means)s : %(label)s"),
        text=N_(
            "%(grams)s de %(label)s à porter de %(donor)s à %(charity)s : %(minutes)s min %(means)s, retour compris. "
            "Le premier qui dit oui l'apporte."
        ),
        short=N_("%(minutes)s min %(means)s : %(grams)s de %(label)s, de %(donor)s à %(charity)s. Oui, dans Glane ?"),
        more={
            "lot_id": "number", "donor": "text", "charity": "text", "grams": "grams", "minutes": "number",
            "means": "msgid",
        },
        roles=DRIVER, channels=BY_SMS, mail_without_text=True, lifetime=3 * HOUR,
        reply=N_("Répondez OUI %(lot_id)s ou NON %(lot_id)s."),
    ),
    NoticeKind(
        "errand_taken", ERRAND,
        title=N_("Déjà pris : %(label)s"),
        text=N_("Quelqu'un d'autre apporte %(label)s. Merci de vous être proposé : il y en aura d'autres."),
        short=N_("%(label)s : quelqu'un d'autre l'apporte. Merci."),
        lifetime=3 * HOUR,
    ),
    NoticeKind(
        "errand_over", ERRAND,
        called=N_("Un petit lot que vous alliez apporter n'est plus à apporter"),
        title=N_("Ne partez pas : %(label)s"),
        text=N_("%(label)s n'est plus à apporter. %(reason)s Merci, et à une autre fois."),
        short=N_("Ne partez pas : %(label)s n'est plus à apporter. %(reason)s"),
        more={"reason": "msgid"},
        roles=DRIVER, channels=BY_SMS, urgent=True, lifetime=3 * HOUR,
    ),
    NoticeKind(
        "charity_to_approve", PARTNER,
        called=N_("Une association attend son approbation"),
        title=N_("À approuver : %(organisation)s"),
        text=N_("%(organisation)s demande à recevoir des dons. Vérifiez son habilitation avant d'accepter."),
        short=N_("%(organisation)s attend votre approbation dans Glane."),
        roles=CHARITY | DISPATCHER | REGION, channels=BY_MAIL, lifetime=14 * DAY,
    ),
    NoticeKind(
        "acted_on_behalf", ANYTHING,
        title=N_("Saisi pour vous : %(what)s"),
        text=N_(
            "%(by)s (régulation) a saisi pour %(organisation)s %(at)s : %(what)s. Si ce n'est pas exact, "
            "appelez la régulation."
        ),
        short=N_("%(by)s (régulation) a saisi pour %(organisation)s %(at)s : %(what)s."),
        more={"by": "text", "organisation": "text", "what": "msgid", "at": "at"},
        channels=BY_MAIL,
    ),
    NoticeKind(
        "sign_in_link", DOOR,
        title=N_("Votre lien de connexion à Glane"),
        text=N_(
            "Ouvrez ce lien pour vous connecter. Il sert une seule fois et reste valable %(minutes)s minutes. "
            "Si vous n'avez rien demandé, ignorez ce message."
        ),
        short=N_("Glane, votre lien de connexion (%(minutes)s min) : %(link)s"),
        more={"minutes": "number"},
        channels=(Channel.MAIL,), button=N_("Me connecter"),
        urgent=True, real_time=True, lifetime=HOUR / 3, announced=False,
    ),
    NoticeKind(
        "sign_in_code", CODE,
        title=N_("Votre code Glane"),
        text=N_(
            "Votre code : %(code)s. Il reste valable %(minutes)s minutes. "
            "Ne le donnez à personne, même à la régulation."
        ),
        short=N_("Glane, votre code : %(code)s. Valable %(minutes)s min. Ne le donnez à personne."),
        more={"minutes": "number"},
        channels=(Channel.SMS,), mail_without_text=True,
        urgent=True, real_time=True, lifetime=HOUR / 3, announced=False,
    ),
    NoticeKind(
        "invitation", DOOR,
        title=N_("%(inviter)s vous invite sur Glane"),
        text=N_(
            "%(inviter)s vous invite à rejoindre %(organisation)s sur Glane, le service de la région pour donner et "
            "recevoir des denrées. Ouvrez le lien pour créer votre accès."
        ),
        short=N_("%(inviter)s vous invite à rejoindre %(organisation)s sur Glane : %(link)s"),
        more={"inviter": "text", "organisation": "text"},
        channels=(Channel.MAIL,), button=N_("Créer mon accès"),
        real_time=True, lifetime=7 * DAY, announced=False,
    ),
)  # fmt: skip

KINDS: dict[str, NoticeKind] = {kind.name: kind for kind in _ALL}
