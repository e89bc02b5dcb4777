from django.utils.translation import gettext_lazy as _

EFFECTIVENESS = [_("1, very ineffective"), _("2, ineffective"), _("3, neither effective nor ineffective"),
                 _("4, effective"), _("5, very effective")]
PARTS = {"best": _("The best"), "worst": _("The worst")}
VERDICTS = {"best": _("The experts: this is the best."), "worst": _("The experts: this is the worst."),
            "": _("The experts: neither the best nor the worst.")}
HINTS = {"rate": _("Rate how effective each option would be, from 1 to 5."),
         "best_worst": _("Choose the best option and the worst one."),
         "rank": _("Rank all the options: 1 is the best. Give each rank once."),
         "panel": _("Choose what you would do.")}
