"""Pages of the question bank in the Wagtail admin, beside its lists and forms."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.widgets.button import Button

from assessments.kinds.branching_scenario import (
    OUTCOMES,
    BranchingScenario,
    format_change,
    format_figure,
    format_signed,
)
from assessments.models import Question
from assessments.rights import IN_BANK, check_use, may_edit, policy
from assessments.scenario_map import draw, make_map
from assessments.texts import get_text


def get_map_buttons(question, user):
    """The button to the map of a scenario, for whoever may edit it."""
    if question.kind == BranchingScenario.name and may_edit(user, question):
        yield Button(_("Map"), url=reverse("scenario_map", args=[question.pk]), icon_name="site", priority=5)


class ScenarioMapView(PermissionCheckedMixin, WagtailAdminTemplateMixin, TemplateView):
    """The map of a branching scenario as it was last saved."""

    permission_policy = policy
    any_permission_required = IN_BANK
    template_name = "assessments/admin/scenario_map.html"
    page_title = _("Map")
    header_icon = "site"

    @cached_property
    def question(self):
        question = get_object_or_404(Question.objects.select_related("version"), pk=self.kwargs["pk"])
        check_use(self.request.user, question)
        if question.kind != BranchingScenario.name:
            raise Http404
        return question

    def get_page_subtitle(self):
        return self.question.code

    def get_breadcrumbs_items(self):
        viewset = Question.snippet_viewset
        return [*self.breadcrumbs_items,
                {"url": reverse(viewset.get_url_name("list")), "label": viewset.menu_label},
                {"url": reverse(viewset.get_url_name("edit"), args=[self.question.pk]), "label": self.question.code},
                {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs):
        content = self.question.version.content
        scenario = make_map(content)
        drawing, rows = draw(scenario), {place.code: _describe(place) for place in scenario.places}
        return super().get_context_data(**kwargs) | {
            "question": self.question, "text": get_text(content["stem"]), "map": scenario, "rows": rows.values(),
            "endings": [rows[place.code] for place in scenario.endings], "best": format_figure(scenario.best),
            "drawing": drawing, "boxes": [(box, rows[box.place.code]) for box in drawing.boxes],
            "arrows": [(arrow, f"{arrow.exit.number}: {format_signed(arrow.exit.points)}")
                       for arrow in drawing.arrows]}


def _describe(place):
    """The words and figures of a Place."""
    return {
        "place": place, "text": get_text(place.text), "state": _get_state(place),
        "exits": [(each, get_text(each.text), format_change(each.points)) for each in place.exits],
        "title": place.ending and get_text(place.ending["title"]),
        "outcome": place.ending and dict(OUTCOMES)[place.ending["outcome"]],
        "least": _describe_total(place.least, place.least_share),
        "most": _describe_total(place.most, place.most_share)}


def _get_state(place):
    """What a box of the drawing says of its situation: what matters most."""
    if not place.is_reachable:
        return _("Cannot be reached")
    if place.is_start:
        return _("Start of the story")
    if place.ending:
        return dict(OUTCOMES)[place.ending["outcome"]]
    if place.is_dead_end:
        return _("Leads to no ending")
    return _("On a loop") if place.is_on_loop else ""


def _describe_total(total, share):
    """(points, per cent rounded down), as text; None for what is not reached."""
    return None if total is None else (format_figure(total), int(share * 100))
