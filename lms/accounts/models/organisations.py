from django.db import models
from django.db.models.functions import Substr
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node, MP_NodeManager, MP_NodeQuerySet


class Territory(models.Model):
    """A country, region or state, province, commune or borough, with its official code (CUT in Chile, INEGI in Mexico).
    Codes are text: leading zeros count. The same name exists in several places."""

    class Level(models.TextChoices):
        COUNTRY = "country", _("Country")
        REGION = "region", _("Region")
        STATE = "state", _("State")
        PROVINCE = "province", _("Province")
        COMMUNE = "commune", _("Commune")
        BOROUGH = "borough", _("Borough")

    country_code = models.CharField(_("country"), max_length=2)
    level = models.CharField(_("level"), max_length=10, choices=Level)
    code = models.CharField(_("official code"), max_length=10)
    name = models.CharField(_("name"), max_length=100)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children",
                               verbose_name=_("part of"))

    class Meta:
        verbose_name = _("territory")
        verbose_name_plural = _("territories")
        ordering = ["country_code", "code"]
        constraints = [
            models.UniqueConstraint(fields=["country_code", "code"], name="territory_code_unique"),
            models.CheckConstraint(condition=models.Q(level="country", parent__isnull=True)
                                   | (~models.Q(level="country") & models.Q(parent__isnull=False)),
                                   name="territory_parent_unless_country"),
        ]

    def __str__(self):
        return self.name


class OrganisationQuerySet(MP_NodeQuerySet):
    def institutions(self):
        return self.filter(depth=1)

    def within(self, organisations):
        """Those organisations and everything below them."""
        below = models.Q(pk__in=[])
        for organisation in organisations:
            below |= models.Q(path__startswith=organisation.path)
        return self.filter(below)

    def employing(self, user, day):
        """The institutions in which a person works on ``day``, in whatever unit of them."""
        works_in = user.assignments.on(day).annotate(root=Substr("organisation__path", 1, Organisation.steplen))
        return self.institutions().filter(path__in=works_in.values("root"))


class OrganisationManager(MP_NodeManager.from_queryset(OrganisationQuerySet)):
    def get_queryset(self):
        # treebeard's own names its queryset class.
        return OrganisationQuerySet(self.model, using=self._db).order_by("path")


class Organisation(MP_Node):
    """An institution (depth 1), a directorate of it (2) or a unit of that (3). Proper names: never translated."""

    class Kind(models.TextChoices):
        MUNICIPALITY = "municipality", _("Municipality or alcaldía")
        CITY_DEPARTMENT = "city_department", _("City department")
        NATIONAL_SERVICE = "national_service", _("National service")
        CSO = "cso", _("Civil-society organisation")
        UNION = "union", _("Union")
        EMPLOYERS = "employers", _("Employers' organisation")
        UN_AGENCY = "un_agency", _("UN agency")
        ACADEMIA = "academia", _("Academia")
        MIGRANT_NETWORK = "migrant_network", _("Network of migrants")

    MAX_DEPTH = 3
    node_order_by = ["name"]

    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("type of institution"), max_length=20, choices=Kind, blank=True,
                            help_text=_("Only for the institution; its directorates and units have the same."))
    official_code = models.CharField(_("official code"), max_length=30, blank=True)
    territory = models.ForeignKey(Territory, models.PROTECT, null=True, blank=True, related_name="organisations",
                                  verbose_name=_("territory"))

    objects = OrganisationManager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["path"]
        constraints = [
            models.UniqueConstraint(fields=["official_code"], name="organisation_official_code_unique",
                                    condition=models.Q(depth=1) & ~models.Q(official_code="")),
            models.CheckConstraint(condition=models.Q(depth__gt=1) | ~models.Q(kind=""),
                                   name="organisation_institution_has_kind"),
            models.CheckConstraint(condition=models.Q(depth__lte=3), name="organisation_at_most_three_levels"),
        ]

    def __str__(self):
        return self.name

    @property
    def institution_path(self):
        return self.path[: self.steplen]


class StaffType(models.TextChoices):
    """By what tie a person works: the terms are those of the law of each country and are not translated."""

    PLANTA = "planta", _("Planta (Chile)")
    CONTRATA = "contrata", _("Contrata (Chile)")
    HONORARIOS = "honorarios", _("Honorarios")
    LABOUR_CODE = "labour_code", _("Código del Trabajo (Chile)")
    ESTRUCTURA = "estructura", _("Estructura (Mexico)")
    BASE = "base", _("Base (Mexico)")
    NOMINA_8 = "nomina_8", _("Nómina 8 (Mexico)")
    EVENTUAL = "eventual", _("Eventual (Mexico)")
    PAID = "paid", _("Paid staff")
    VOLUNTEER = "volunteer", _("Volunteer")
    NOT_STATED = "not_stated", _("Not stated")


class AssignmentQuerySet(models.QuerySet):
    def on(self, day):
        """Those that hold on ``day`` (a date)."""
        return self.filter(models.Q(until__isnull=True) | models.Q(until__gte=day), since__lte=day)


class Assignment(models.Model):
    """Where a person works and by what tie, from one day to another, both included. History is kept: what counts for
    a completion is what held on that day."""

    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="assignments", verbose_name=_("person"))
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="assignments",
                                     verbose_name=_("organisation"))
    staff_type = models.CharField(_("staff type"), max_length=20, choices=StaffType, default=StaffType.NOT_STATED)
    position = models.CharField(_("position"), max_length=150, blank=True)
    since = models.DateField(_("from"))
    until = models.DateField(_("until"), null=True, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ["-since", "-id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(until__isnull=True) | models.Q(until__gte=models.F("since")),
                                   name="assignment_until_not_before_since",
                                   violation_error_message=_("The last day cannot be before the first.")),
            models.UniqueConstraint(fields=["user", "organisation", "since"], name="assignment_once_a_day"),
        ]
        indexes = [models.Index(fields=["organisation", "since", "until"], name="assignment_by_organisation")]

    def __str__(self):
        return f"{self.user} · {self.organisation}"
