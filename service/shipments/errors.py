"""What a shipment refuses."""

from service.kit.i18n import N_
from service.kit.refusals import NotFound, Refusal


class ShipmentNotFound(NotFound):
    code = "shipment-not-found"
    message = N_("Ce transport n'existe pas, ou ne vous est pas destiné.")


class ShipmentEnded(Refusal):
    status = 409
    code = "shipment-ended"
    message = N_("Ce transport est déjà terminé ou annulé.")


class ShipmentUnderWay(Refusal):
    status = 409
    code = "shipment-under-way"
    message = N_("Ce transport est déjà en route : il ne peut plus revenir en arrière.")


class NothingToCarry(Refusal):
    status = 422
    code = "nothing-to-carry"
    message = N_("Il n'y a rien à transporter : indiquez au moins un produit et son poids.")


class SamePlace(Refusal):
    status = 422
    code = "same-place"
    message = N_("Le départ et l'arrivée sont au même endroit.")


class WindowUpsideDown(Refusal):
    status = 422
    code = "window-upside-down"
    message = N_("Un créneau se termine avant d'avoir commencé.")
