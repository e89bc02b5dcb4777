"""Templates of certificates and the people who sign: each change makes the next version, and a certificate keeps the
version with which it was issued."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction
from django.db.models import Count, OuterRef, Subquery

from certificates.hashing import canonical_sha256
from certificates.models import (
    CertificateTemplate,
    Signatory,
    SignatoryVersion,
    TemplateSignatory,
    TemplateVersion,
)
from certificates.pictures import Picture
from lms.accounts.audit import record_event

MOST_SIGNATORIES = 3
# What an author may say, with the most characters in one language that the layouts have room for.
TEXTS = {
    "intro": 160,
    "act_approval": 120,
    "act_attendance": 120,
    "act_path": 120,
    "place": 60,
    "note": 300,
    "logo_alt": 120,
    "second_logo_alt": 120,
}


class TemplateInUse(Exception):
    """The default template cannot be archived: something has to be printed."""


class SignatoryInUse(Exception):
    """Templates print this person: ``templates`` says which."""

    def __init__(self, templates):
        super().__init__(", ".join(template.name for template in templates))
        self.templates = templates


class SignatoryNotAllowed(Exception):
    """A person who signs for an institution signs on its templates only; one who is archived on none."""


class TooManySignatories(Exception):
    """More than MOST_SIGNATORIES, or the same person twice."""


class TemplateAltered(Exception):
    """The stored texts or images of a version are not those that were saved."""


@dataclass(frozen=True)
class Content:
    """Everything a version prints. ``texts``: {field of TEXTS: {language: text}}."""

    layout: str = TemplateVersion.Layout.BRIDGE
    texts: dict = field(default_factory=dict)
    logo: Picture | None = None
    second_logo: Picture | None = None
    signatories: Sequence[SignatoryVersion] = ()

    def get_sha256(self):
        return content_sha256(
            layout=self.layout, texts=self.texts, logo=self.logo, second_logo=self.second_logo,
            signatories=[(each.name, each.role, each.image_sha256) for each in self.signatories])


def content_sha256(*, layout, texts, logo, second_logo, signatories):
    """SHA-256 of what a version prints. ``logo``, ``second_logo``: Picture or None; ``signatories``: (name, position in
    each language, SHA-256 of the image or an empty text), from left to right."""
    return canonical_sha256({
        "layout": str(layout), "texts": texts,
        "logo": logo.sha256 if logo else "", "second_logo": second_logo.sha256 if second_logo else "",
        "signatories": [[name, role, image] for name, role, image in signatories]})


def for_issue(template=None):
    """(TemplateVersion, facts) for a certificate that is issued now: of ``template``, or else of the default one;
    (None, {}) where there is neither, and it looks as the platform made it. ``facts`` are fields of its Snapshot."""
    which = {"template": template} if template else {"template__is_default": True}
    version = TemplateVersion.objects.filter(**which).order_by("-number").first()
    if version is None:
        return None, {}
    return version, {
        "signatories": [{"name": each.name, "role": each.role} for each in get_signatories(version)],
        "template_sha256": version.sha256,
    }


def get_default():
    return CertificateTemplate.objects.filter(is_default=True).first()


def get_signatories(version):
    """The SignatoryVersions that ``version`` prints, from left to right."""
    return [each.signatory for each in version.signatories.select_related("signatory").order_by("position")]


def read_content(version):
    """The Content of a version as it was saved. Raises TemplateAltered."""
    content = Content(layout=version.layout, texts=version.texts, logo=read_picture(version.logo),
                      second_logo=read_picture(version.second_logo), signatories=get_signatories(version))
    if content.get_sha256() != version.sha256:
        raise TemplateAltered(f"Version {version.number} of template {version.template_id} was altered.")
    return content


def read_picture(stored):
    """The Picture in a field of a version, or None. Raises TemplateAltered when its file is missing."""
    return read_kept_picture(stored.name) if stored else None


def keep_picture(folder, picture):
    """The name in the private storage of ``picture``, kept once, whoever uses it; an empty text for none."""
    if picture is None:
        return ""
    name, storage = f"{folder}/{picture.sha256}.png", storages["private"]
    return name if storage.exists(name) else storage.save(name, ContentFile(picture.content))


def read_kept_picture(name):
    """The Picture that ``keep_picture`` keeps as ``name``. Raises TemplateAltered when its file is missing."""
    try:
        with storages["private"].open(name) as file:
            return Picture(file.read())
    except FileNotFoundError as error:
        raise TemplateAltered(f"{name} is missing.") from error


@transaction.atomic
def save_template(*, template, content, by, now):
    """Save ``template`` (new or known: its name and institution) and, when ``content`` differs from what it printed,
    the next version. Returns the newest version. Raises TooManySignatories and SignatoryNotAllowed."""
    latest = None
    if not template._state.adding:
        latest = _lock(template, content.signatories)
    _check_signatories(template, latest, content.signatories)
    template.save()
    return _add_version(template, latest, content, by=by, now=now)


@transaction.atomic
def restore_version(*, version, by, now):
    """Make what an earlier version printed the newest version. Returns the newest version. Raises TemplateAltered, and
    SignatoryNotAllowed when somebody who signed it may do so no more."""
    template, content = version.template, read_content(version)
    latest = _lock(template, content.signatories)
    _check_signatories(template, latest, content.signatories)
    return _add_version(template, latest, content, by=by, now=now)


def _lock(template, signatories):
    """Lock who signs and then the template, as save_signatory does. Returns its newest version."""
    people = [each.signatory_id for each in signatories]
    list(Signatory.objects.select_for_update().filter(pk__in=people).order_by("pk"))
    return CertificateTemplate.objects.select_for_update().get(pk=template.pk).latest


def _check_signatories(template, latest, signatories):
    people = [each.signatory_id for each in signatories]
    if len(people) > MOST_SIGNATORIES or len(people) != len(set(people)):
        raise TooManySignatories
    known = {each.signatory_id for each in get_signatories(latest)} if latest else set()
    for signatory in Signatory.objects.filter(pk__in=people):
        if (signatory.organisation_id not in {None, template.organisation_id}
                or (signatory.archived_at and signatory.pk not in known)):
            raise SignatoryNotAllowed


@transaction.atomic
def save_signatory(*, signatory, name, role, image, by, now):
    """Save ``signatory`` (new or known: the institution) and, when something printed differs, the next version, with a
    next version of each template that prints this person. ``role``: {language: text}; ``image``: Picture or None.
    Returns the newest version. Raises SignatoryNotAllowed when the institution is not that of those templates."""
    latest = None
    if not signatory._state.adding:
        Signatory.objects.select_for_update().get(pk=signatory.pk)
        latest = signatory.latest
    templates = get_templates_of(signatory)
    if signatory.organisation_id and any(each.organisation_id != signatory.organisation_id for each in templates):
        raise SignatoryNotAllowed
    signatory.save()
    printed = (name, role, image.sha256 if image else "")
    if latest and (latest.name, latest.role, latest.image_sha256) == printed:
        return latest
    version = SignatoryVersion.objects.create(
        signatory=signatory, number=latest.number + 1 if latest else 1, name=name, role=role,
        image=keep_picture("signatures", image), image_sha256=printed[2], created_at=now, created_by=by)
    record_event(actor=by, action="signatory.saved", subject=f"signatory:{signatory.pk}",
                 details={"version": version.number})
    keys = [template.pk for template in templates]
    for template in CertificateTemplate.objects.select_for_update().filter(pk__in=keys).order_by("pk"):
        before = template.latest
        content = read_content(before)
        signatories = [version if each.signatory_id == signatory.pk else each for each in content.signatories]
        _add_version(template, before, Content(
            layout=content.layout, texts=content.texts, logo=content.logo, second_logo=content.second_logo,
            signatories=signatories), by=by, now=now)
    return version


def count_uses(templates):
    """{primary key: [(plural name of what names the template, number)]} of all ``templates``, one query each kind."""
    uses = {template.pk: [] for template in templates}
    for relation in CertificateTemplate._meta.get_fields(include_hidden=True):
        if not relation.one_to_many or relation.related_model is TemplateVersion:
            continue
        name = relation.field.name
        counted = relation.related_model.objects.filter(**{f"{name}__in": list(uses)}).order_by().values(name)
        for row in counted.annotate(number=Count("pk")):
            uses[row[name]].append((relation.related_model._meta.verbose_name_plural, row["number"]))
    return uses


def get_templates_of(signatory):
    """The templates whose newest version prints this person, by name."""
    versions = TemplateVersion.objects.filter(template=OuterRef("version__template")).order_by("-number").values("pk")
    printed = TemplateSignatory.objects.filter(signatory__signatory=signatory, version=Subquery(versions[:1]))
    return list(CertificateTemplate.objects.filter(versions__in=printed.values("version")).distinct())


@transaction.atomic
def make_default(*, template, by):
    """Print ``template`` where a course names none; an archived one is used again."""
    CertificateTemplate.objects.filter(is_default=True).exclude(pk=template.pk).update(is_default=False)
    template.is_default, template.archived_at = True, None
    template.save(update_fields=["is_default", "archived_at"])
    record_event(actor=by, action="certificate_template.made_default", subject=f"certificate_template:{template.pk}")


@transaction.atomic
def archive_template(*, template, by, now):
    """Offer it no more; where it was chosen it stays. Raises TemplateInUse for the default one."""
    if CertificateTemplate.objects.select_for_update().get(pk=template.pk).is_default:
        raise TemplateInUse
    _set_archived(template, now, by=by, action="certificate_template.archived")


@transaction.atomic
def unarchive_template(*, template, by):
    _set_archived(template, None, by=by, action="certificate_template.unarchived")


@transaction.atomic
def archive_signatory(*, signatory, by, now):
    """Offer the person no more. Raises SignatoryInUse while the newest version of a template prints them."""
    Signatory.objects.select_for_update().get(pk=signatory.pk)
    if templates := get_templates_of(signatory):
        raise SignatoryInUse(templates)
    _set_archived(signatory, now, by=by, action="signatory.archived")


@transaction.atomic
def unarchive_signatory(*, signatory, by):
    _set_archived(signatory, None, by=by, action="signatory.unarchived")


def _set_archived(row, at, *, by, action):
    row.archived_at = at
    row.save(update_fields=["archived_at"])
    record_event(actor=by, action=action, subject=f"{action.partition('.')[0]}:{row.pk}")


def _add_version(template, latest, content, *, by, now):
    sha256 = content.get_sha256()
    if latest and latest.sha256 == sha256:
        return latest
    version = TemplateVersion.objects.create(
        template=template, number=latest.number + 1 if latest else 1, layout=content.layout, texts=content.texts,
        logo=keep_picture("logos", content.logo), second_logo=keep_picture("logos", content.second_logo), sha256=sha256,
        created_at=now, created_by=by)
    TemplateSignatory.objects.bulk_create(
        TemplateSignatory(version=version, signatory=signatory, position=position)
        for position, signatory in enumerate(content.signatories, start=1))
    record_event(actor=by, action="certificate_template.saved", subject=f"certificate_template:{template.pk}",
                 details={"version": version.number, "sha256": sha256})
    return version
