"""The time zones in which an edition can have its dates."""

from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

TIME_ZONES = {
    "America/Santiago": _("Santiago, Chile"),
    "America/Coyhaique": _("Coyhaique, Chile"),
    "America/Punta_Arenas": _("Punta Arenas, Chile"),
    "Pacific/Easter": _("Easter Island, Chile"),
    "America/Mexico_City": _("Mexico City"),
    "America/Monterrey": _("Monterrey, Mexico"),
    "America/Merida": _("Mérida, Mexico"),
    "America/Cancun": _("Cancún, Mexico"),
    "America/Chihuahua": _("Chihuahua, Mexico"),
    "America/Hermosillo": _("Hermosillo, Mexico"),
    "America/Mazatlan": _("Mazatlán, Mexico"),
    "America/Bahia_Banderas": _("Bahía de Banderas, Mexico"),
    "America/Ciudad_Juarez": _("Ciudad Juárez, Mexico"),
    "America/Ojinaga": _("Ojinaga, Mexico"),
    "America/Matamoros": _("Matamoros, Mexico"),
    "America/Tijuana": _("Tijuana, Mexico"),
}


def get_choices():
    """(name, label) of each, and that of the installation where it is another."""
    own = {} if settings.TIME_ZONE in TIME_ZONES else {settings.TIME_ZONE: settings.TIME_ZONE}
    return list((TIME_ZONES | own).items())


def get_default():
    return settings.TIME_ZONE


def describe_moment(moment, time_zone):
    """Date and time in ``time_zone``, with its name."""
    return gettext("%(when)s (time of %(zone)s)") % {
        "when": date_format(timezone.localtime(moment, ZoneInfo(time_zone)), "DATETIME_FORMAT"),
        "zone": TIME_ZONES.get(time_zone, time_zone)}
