from django.conf import settings
from django.dispatch import receiver
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets import Button
from wagtail.models import Page
from wagtail.signals import post_page_move

from assessments.models import Question
from courses import analysis_admin, gain_admin, marking_admin, regrading_admin, survey_results_admin
from courses.accommodation_admin import AccommodationViewSet
from courses.legal_review import forget_laws
from courses.models import CatalogueIndexPage, CoursePage, HomePage, LessonPage, ModulePage, QuizPage, SurveyPage
from courses.panels import EditionsPanel, LegalFactsPanel, TranslationsPanel
from courses.paths_admin import LearningPathViewSet
from courses.quizzes import count_lacking, count_questions, get_shortages
from courses.records import get_course_key, has_records
from courses.translations import follow_copy, follow_order, follow_publication
from courses.views.pages import VIEWS, serve_page
from courses.viewsets import EditionViewSet

COURSE_PAGES = (CoursePage, ModulePage, LessonPage, QuizPage, SurveyPage)
OUR_PAGES = (HomePage, CatalogueIndexPage, *COURSE_PAGES)


# --- Learners ---------------------------------------------------------------------------------------------------------

@hooks.register("on_serve_page")
def show_to_learners(next_serve_page):
    def serve(page, request, args, kwargs):
        if type(page) in VIEWS:
            return serve_page(request, page)
        return next_serve_page(page, request, args, kwargs)

    return serve


# --- The admin --------------------------------------------------------------------------------------------------------

@hooks.register("register_admin_viewset")
def register_editions():
    return [EditionViewSet(), LearningPathViewSet(), AccommodationViewSet()]


@hooks.register("register_admin_urls")
def register_regrading():
    return [
        path("questions/<int:pk>/regrade/", regrading_admin.choose_version, name="regrade_versions"),
        path("questions/<int:pk>/regrade/<slug:digest>/", regrading_admin.regrade_question, name="regrade"),
    ]


@hooks.register("register_admin_urls")
def register_marking():
    return marking_admin.urlpatterns


@hooks.register("register_admin_menu_item")
def register_marking_menu():
    return marking_admin.MarkingMenuItem(gettext_lazy("Marking"), reverse("marking"), name="marking", icon_name="edit",
                                         order=205)


@hooks.register("register_admin_urls")
def register_figures():
    return [*analysis_admin.urlpatterns, *gain_admin.urlpatterns]


@hooks.register("register_admin_menu_item")
def register_figures_menu():
    return analysis_admin.FiguresMenuItem(gettext_lazy("Figures"), reverse("analysis"), name="figures",
                                          icon_name="table", order=207)


@hooks.register("register_snippet_listing_buttons")
def offer_figures(snippet, user, next_url=None):
    return analysis_admin.get_question_buttons(snippet, user)


@hooks.register("register_question_header_buttons")
def offer_figures_beside_the_form(question, user):
    return analysis_admin.get_question_buttons(question, user)


@hooks.register("register_page_header_buttons")
def offer_figures_of_tests(page, user, view_name, next_url=None):
    return [*analysis_admin.get_page_buttons(page, user), *gain_admin.get_page_buttons(page, user)]


@hooks.register("register_admin_urls")
def register_survey_results():
    return survey_results_admin.urlpatterns


@hooks.register("register_admin_menu_item")
def register_survey_results_menu():
    return survey_results_admin.make_menu_item()


@hooks.register("register_snippet_listing_buttons")
def offer_regrading(snippet, user, next_url=None):
    if isinstance(snippet, Question) and user.has_perm("assessments.change_question"):
        yield Button(_("Grade again"), reverse("regrade_versions", args=[snippet.pk]),
                                   icon_name="rotate", priority=40)


@hooks.register("after_edit_snippet")
def tell_of_earlier_versions(request, instance):
    if isinstance(instance, Question):
        regrading_admin.tell_what_was_answered_before(request, instance)


@hooks.register("insert_global_admin_css")
def add_admin_css():
    return format_html('<link rel="stylesheet" href="{}">', static("css/admin.css"))


class TranslationsMenuItem(MenuItem):
    """Of Wagtail's reports, the one a trainer needs; who sees the reports finds it there."""

    def is_shown(self, request):
        return request.user.has_perm("wagtail_localize.submit_translation") and not request.user.is_superuser


@hooks.register("register_admin_menu_item")
def register_translations():
    return TranslationsMenuItem(gettext_lazy("Translations"), reverse("wagtail_localize:translations_report"),
                                name="translations", icon_name="wagtail-localize-language", order=220)


@hooks.register("construct_homepage_panels")
def add_panels(request, panels):
    if request.user.has_perm("courses.change_edition"):
        panels += [EditionsPanel(), TranslationsPanel(), LegalFactsPanel()]
    if request.user.has_perm(marking_admin.PERMISSION):
        panels.append(marking_admin.MarkingPanel())


# --- What an author must not do to what learners did ------------------------------------------------------------------

@hooks.register("before_delete_page")
def keep_records(request, page):
    if has_records(page):
        messages.error(request, _get_reason_to_keep(page))
        return redirect("wagtailadmin_pages:edit", page.pk)
    return None


@hooks.register("before_bulk_action")
def keep_records_of_many(request, action_type, pages, action):
    if action_type not in {"delete", "move"} or not issubclass(action.model, Page):
        return None
    if action_type == "delete":
        reasons = [_get_reason_to_keep(page) for page in pages if has_records(page)]
    elif any(issubclass(page.specific_class, COURSE_PAGES) for page in pages):
        reasons = [_("Nothing was moved. Move the parts of courses one by one, so that each goes with its "
                     "translations.")]
    else:
        reasons = []
    for reason in reasons:
        messages.error(request, reason)
    return redirect("wagtailadmin_explore", pages[0].get_parent().pk) if reasons else None


@hooks.register("before_move_page")
def stay_in_course_and_language(request, page, destination):
    if not isinstance(page, COURSE_PAGES):
        return None
    if destination.locale_id != page.locale_id:
        messages.error(request, _("“%(title)s” was not moved, because the place you chose belongs to another language. "
                                  "To have the page in another language, use “Translate this page”.")
                       % {"title": page.title})
    elif get_course_key(page) != get_course_key(destination) and not isinstance(page, CoursePage) and has_records(page):
        messages.error(request, _get_reason_to_stay(page))
    else:
        return None
    return redirect("wagtailadmin_pages:edit", page.pk)


def _get_reason_to_keep(page):
    return _("“%(title)s” was not deleted, because learners have begun or completed it and what they did must not be "
             "lost. Unpublish it instead: it disappears for learners, and their results stay.") % {"title": page.title}


def _get_reason_to_stay(page):
    return _("“%(title)s” was not moved, because learners have begun or completed it in its course. Copy it to the "
             "other course instead.") % {"title": page.title}


# --- The languages stay together --------------------------------------------------------------------------------------

@hooks.register("after_publish_page")
def tell_translations(request, page):
    if isinstance(page, LessonPage):
        forget_laws()
    if not isinstance(page, OUR_PAGES) or page.locale.language_code != settings.LANGUAGE_CODE:
        return
    for locale, missing in follow_publication(page=page, user=request.user).items():
        text = ngettext(
            "%(language)s: %(missing)d sentence is new or has changed. Until it is translated and published, learners "
            "see the earlier text in that language.",
            "%(language)s: %(missing)d sentences are new or have changed. Until they are translated and published, "
            "learners see the earlier text in that language.", missing)
        target = page.get_translation(locale)
        messages.warning(request, text % {"language": locale.get_display_name(), "missing": missing}, buttons=[
            messages.button(reverse("wagtailadmin_pages:edit", args=[target.pk]), _("Translate"))])


@hooks.register("after_create_page")
@hooks.register("after_edit_page")
def tell_of_shortages(request, page):
    if not isinstance(page, QuizPage):
        return
    shortages = get_shortages(page)
    if not shortages and (lacking := count_lacking(page)):
        total = count_questions(page)
        text = ngettext(
            "Its random draws take from the same questions of the bank, which are not enough for all of them. Each "
            "attempt has %(total)d question in place of %(asked)d.",
            "Its random draws take from the same questions of the bank, which are not enough for all of them. Each "
            "attempt has %(total)d questions in place of %(asked)d.", total)
        messages.warning(request, text % {"total": total, "asked": total + lacking})
    for draw, size in shortages:
        text = ngettext(
            "A random draw asks for %(count)d questions, but the bank has only %(size)d. Attempts get that one.",
            "A random draw asks for %(count)d questions, but the bank has only %(size)d. Attempts get those.", size)
        messages.warning(request, text % {"count": draw.count, "size": size})


@hooks.register("after_copy_page")
def show_copy_in_all_languages(request, page, new_page):
    if isinstance(new_page.specific, COURSE_PAGES):
        follow_copy(new_page)


@hooks.register("construct_translated_pages_to_cascade_actions")
def follow_original(pages, action):
    """What is done to a page of the first language is done to its translations: unpublished, moved, deleted."""
    originals = [page for page in pages if page.locale.language_code == settings.LANGUAGE_CODE]
    translations = {page: Page.objects.translation_of(page) for page in originals}
    if action == "unpublish":  # aliases follow by themselves
        translations = {page: found.filter(alias_of__isnull=True) for page, found in translations.items()}
    return translations


@receiver(post_page_move)
def follow_reordering(sender, instance, url_path_before, url_path_after, **kwargs):
    """Wagtail has no hook for a change of order, only this signal."""
    is_original = instance.locale.language_code == settings.LANGUAGE_CODE
    if url_path_before == url_path_after and is_original and issubclass(sender, COURSE_PAGES):
        follow_order(instance.get_parent())


@hooks.register("construct_page_action_menu")
def leave_out_what_loses_translations(menu_items, request, context):
    """To synchronise a page again that somebody had edited freely, or to make it an alias, throws its texts away."""
    if not request.user.is_superuser:
        lossy = {"localize-restart-translation", "localize-convert-to-alias"}
        menu_items[:] = [item for item in menu_items if item.name not in lossy]
