"""What a new installation needs before the first course: languages, home and catalogue in each, and the rights of
authors. Safe to repeat; nothing that people changed is changed back."""

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.utils.translation import gettext, override
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Locale, Page, Site
from wagtail_localize.models import LocaleSynchronization

from assessments.standard_surveys import put_standard_surveys
from courses.models import CatalogueIndexPage, HomePage
from courses.translating import publish_translation
from lms.accounts.roles import give_rights

# bulk_delete_page: to delete a module with its lessons, as long as no learner has left anything there.
PAGE_PERMISSIONS = ("add_page", "change_page", "publish_page", "bulk_delete_page")
LIBRARY_PERMISSIONS = ("add_image", "change_image", "choose_image", "add_document", "change_document",
                       "choose_document")
BANK_PERMISSIONS = ("approve_question", *(
    f"{action}_{model}" for model in ("question", "questioncategory", "competence", "edition", "survey")
    for action in ("view", "add", "change", "delete")))
TRANSLATION_PERMISSIONS = ("submit_translation",)
MARKING_PERMISSIONS = ("add_mark",)
RESULTS_PERMISSIONS = ("view_answerpool",)  # the figures of surveys
TEMPLATE_PERMISSIONS = ("change_certificatetemplate",)  # of which rows: certificates.rights
# A right that is added here reaches the groups of installations that exist, with the next migration.
RIGHTS_OF_GROUPS = {
    "Programme managers": ("access_admin", "change_accommodation", "view_attempt", *RESULTS_PERMISSIONS,
                           *TEMPLATE_PERMISSIONS),
    "Trainers": ("access_admin", *BANK_PERMISSIONS, *TRANSLATION_PERMISSIONS, *MARKING_PERMISSIONS,
                 *RESULTS_PERMISSIONS, *TEMPLATE_PERMISSIONS),
}
# What the groups lack that were set up before it was written down which rights they were given.
UNRECORDED = frozenset(["view_survey", "add_survey", "change_survey", "delete_survey", *RESULTS_PERMISSIONS,
                        *TEMPLATE_PERMISSIONS])


def set_up_site():
    """Make what is missing. Returns the home page in the first language."""
    source = Locale.objects.get_or_create(language_code=settings.LANGUAGE_CODE)[0]
    others = [Locale.objects.get_or_create(language_code=code)[0] for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES
              if code != settings.LANGUAGE_CODE]
    for locale in others:
        LocaleSynchronization.objects.get_or_create(locale=locale, defaults={"sync_from": source})
    home = HomePage.objects.filter(locale=source).first() or _make_home(source)
    if not CatalogueIndexPage.objects.filter(locale=source).exists():
        home.add_child(instance=CatalogueIndexPage(locale=source, **_get_catalogue_texts(source.language_code)))
    for locale in others:
        _translate(home, HomePage, _get_home_texts, locale)
        _translate(CatalogueIndexPage.objects.get(locale=source), CatalogueIndexPage, _get_catalogue_texts, locale)
    put_standard_surveys()
    _give_authors_their_rights()
    return home


def _get_home_texts(language):
    with override(language):
        return {
            "title": gettext("Home"), "slug": gettext("home"),
            "introduction": gettext("Courses for those who serve migrants and refugees in municipalities and "
                                    "organisations: in Spanish and English, at your own pace, with a certificate that "
                                    "anyone can check."),
        }


def _get_catalogue_texts(language):
    with override(language):
        return {"title": gettext("Courses"), "slug": gettext("courses"),
                "introduction": gettext("Choose a course. You can change language at any moment and lose nothing.")}


def _make_home(locale):
    root = Page.get_first_root_node()
    # The page that a new Wagtail greets with makes way.
    welcome = root.get_children().filter(slug="home", content_type__model="page").first()
    if welcome:
        welcome.slug = "welcome"
        welcome.save()
    home = root.add_child(instance=HomePage(locale=locale, **_get_home_texts(locale.language_code)))
    site = Site.objects.filter(is_default_site=True).first() or Site(hostname="localhost", is_default_site=True)
    site.root_page, site.site_name = home, settings.WAGTAIL_SITE_NAME
    site.save()
    if welcome:  # and what the synchronisation of languages made of it
        for page in Page.objects.filter(translation_key=welcome.translation_key):
            page.delete()
    return HomePage.objects.get(pk=home.pk)


def _translate(page, model, get_texts, locale):
    if not model.objects.filter(translation_key=page.translation_key, locale=locale, alias_of__isnull=True).exists():
        translated = model(locale=locale, **get_texts(locale.language_code))
        publish_translation(page=page, translated=translated, locale=locale)


def bring_groups_up_to_date(**_kwargs):
    """Give the groups that are there the rights that this version of the platform has for them and that they were
    never given. Runs after each migration."""
    for group in Group.objects.filter(name__in=RIGHTS_OF_GROUPS):
        give_rights(group=group, codenames=RIGHTS_OF_GROUPS[group.name], unrecorded=UNRECORDED)


def _give_authors_their_rights():
    Group.objects.get_or_create(name="Programme managers")
    group, _created = Group.objects.get_or_create(name="Trainers")
    is_new = not group.permissions.exists()
    bring_groups_up_to_date()
    if not is_new:
        return
    for catalogue in CatalogueIndexPage.objects.all():
        for permission in Permission.objects.filter(codename__in=PAGE_PERMISSIONS,
                                                    content_type__app_label="wagtailcore"):
            GroupPagePermission.objects.get_or_create(group=group, page=catalogue.page_ptr, permission=permission)
    root = Collection.get_first_root_node()
    for permission in Permission.objects.filter(codename__in=LIBRARY_PERMISSIONS):
        GroupCollectionPermission.objects.get_or_create(group=group, collection=root, permission=permission)
