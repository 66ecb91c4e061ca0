"""Messages about lots: offered, promised, changed, gone, and the gifts and collections that come back."""

from service.kit.i18n import N_
from service.notices.kind import NoticeKind
from service.notices.kinds.about import (
    BY_MAIL,
    BY_SMS,
    CHARITY,
    DAY,
    DISPATCHER,
    DONOR,
    EVERYWHERE,
    HOUR,
    LOT,
    RAMASSE,
    USUAL_GIFT,
)

KINDS = (
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
        more={"other": "text", "what": "msgid", "day": "day"},
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
        roles=CHARITY, channels=EVERYWHERE, urgent=True, lifetime=12 * HOUR,
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
        "lot_changed", LOT,
        called=N_("Un lot attribué change"),
        title=N_("Changé : %(label)s"),
        text=N_("%(donor)s a corrigé %(label)s, qui vous est attribué. %(what)s Regardez le lot avant de partir."),
        short=N_("%(donor)s a corrigé %(label)s : %(what)s Regardez le lot avant de partir."),
        more={"donor": "text", "what": "msgid"},
        roles=CHARITY, channels=EVERYWHERE, urgent=True, lifetime=12 * HOUR,
    ),
    NoticeKind(
        "no_show_recorded", LOT,
        called=N_("Une absence est notée"),
        title=N_("Absence notée : %(label)s"),
        text=N_(
            "%(label)s n'a pas été retiré chez %(donor)s (prévu %(at)s) : l'absence est notée. %(then)s "
            "Si c'est une erreur, appelez la régulation."
        ),
        short=N_("%(label)s non retiré chez %(donor)s (prévu %(at)s) : absence notée. Une erreur ? Appelez-nous."),
        more={"donor": "text", "at": "at", "then": "msgid"},
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
)  # fmt: skip
