"""What the territory refuses."""

from service.kit.i18n import N_
from service.kit.refusals import NotFound, Refusal


class CommuneUnknown(NotFound):
    code = "commune-unknown"
    message = N_("Aucune commune de la région n'a le code INSEE %(insee)s.")


class RegionNotLoaded(Refusal):
    status = 503
    code = "region-not-loaded"
    message = N_("Les communes de cette région ne sont pas encore chargées : lancez « glane territory load ».")


class CommuneElsewhere(Refusal):
    """A source lists a commune of another region: it is the wrong file, and nothing is kept."""

    status = 422
    code = "commune-elsewhere"
    message = N_("La commune %(insee)s est dans le département %(departement)s, qui n'est pas de la région %(region)s.")


class CommuneOffTheMap(Refusal):
    """A point outside the region's bounds: latitude and longitude exchanged, most often."""

    status = 422
    code = "commune-off-the-map"
    message = N_(
        "La commune %(insee)s est placée hors de la région %(region)s (%(latitude)s, %(longitude)s) :"
        " latitude et longitude sont peut-être échangées."
    )


class EpciUnnamed(Refusal):
    status = 422
    code = "epci-unnamed"
    message = N_("La commune %(insee)s est dans l'EPCI %(epci)s, dont le nom n'est donné nulle part.")
