"""The time zones in which an edition can have its dates."""

from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext_lazy as _

TIME_ZONES = {
    "America/Santiago": _("Chile: mainland (Santiago)"),
    "America/Coyhaique": _("Chile: Aysén (Coyhaique)"),
    "America/Punta_Arenas": _("Chile: Magallanes (Punta Arenas)"),
    "Pacific/Easter": _("Chile: Easter Island"),
    "America/Mexico_City": _("Mexico: centre (Mexico City)"),
    "America/Monterrey": _("Mexico: north-east (Monterrey)"),
    "America/Merida": _("Mexico: Yucatán (Mérida)"),
    "America/Cancun": _("Mexico: Quintana Roo (Cancún)"),
    "America/Chihuahua": _("Mexico: Chihuahua"),
    "America/Hermosillo": _("Mexico: Sonora (Hermosillo)"),
    "America/Mazatlan": _("Mexico: Pacific (Mazatlán)"),
    "America/Bahia_Banderas": _("Mexico: Bahía de Banderas"),
    "America/Ciudad_Juarez": _("Mexico: border with Texas, west (Ciudad Juárez)"),
    "America/Ojinaga": _("Mexico: border with Texas, middle (Ojinaga)"),
    "America/Matamoros": _("Mexico: border with Texas, east (Matamoros)"),
    "America/Tijuana": _("Mexico: Baja California (Tijuana)"),
}


def get_choices():
    """(name, label) of each, and that of the installation where it is another."""
    own = {} if settings.TIME_ZONE in TIME_ZONES else {settings.TIME_ZONE: settings.TIME_ZONE}
    return list((TIME_ZONES | own).items())


def get_default():
    return settings.TIME_ZONE


def get_name(time_zone):
    """What a person calls the zone."""
    return TIME_ZONES.get(time_zone, time_zone)


def get_zone(time_zone):
    return ZoneInfo(time_zone)
