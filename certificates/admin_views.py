"""Lists in the Wagtail admin for whoever may see certificates (administrators). Nothing here edits or removes one."""

import django_filters
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, StatusTagColumn, TitleColumn
from wagtail.admin.views.reports import ReportView
from wagtail.permission_policies import ModelPermissionPolicy

from certificates import outbox
from certificates.explaining import explain, with_blocking
from certificates.models import Certificate, Outbox
from certificates.tasks import deliver


class CertificateFilterSet(WagtailFilterSet):
    class Meta:
        model = Certificate
        fields = ["state", "kind", "series"]


class CertificateListView(ReportView):
    model = Certificate
    permission_policy = ModelPermissionPolicy(Certificate)
    any_permission_required = ["view"]
    page_title = gettext_lazy("Certificates")
    header_icon = "doc-full"
    index_url_name, index_results_url_name = "certificate_list", "certificate_list_results"
    filterset_class = CertificateFilterSet
    is_searchable = True
    default_ordering = "-issued_at"
    columns = [
        TitleColumn("folio", label=gettext_lazy("Folio"),
                    get_url=lambda row: reverse("certificate_details", args=[row.pk])),
        Column("version", label=gettext_lazy("Version")),
        Column("holder", label=gettext_lazy("Holder"), accessor="snapshot.holder"),
        Column("course", label=gettext_lazy("Course"), accessor=lambda row: _in_this_language(row.snapshot)),
        DateColumn("issued_at", label=gettext_lazy("Issued"), sort_key="issued_at"),
        StatusTagColumn("state", label=gettext_lazy("State"), accessor="get_state_display",
                        primary=lambda row: row.state == Certificate.State.ISSUED),
    ]
    list_export = ["folio", "code", "kind", "state", "issued_at"]

    def get_base_queryset(self):
        return Certificate.objects.all()

    def search_queryset(self, queryset):
        if not self.is_searching:
            return queryset
        series, _dash, number = self.search_query.strip().rpartition("-")
        found = Q(learner__first_surname__icontains=self.search_query) | Q(learner__email__iexact=self.search_query)
        if number.isdecimal():
            found |= Q(number=int(number), **({"series": series} if series else {}))
        return queryset.filter(found)


class PendingFilterSet(WagtailFilterSet):
    given_up = django_filters.BooleanFilter(
        label=gettext_lazy("Given up"), method="filter_given_up",
        help_text=gettext_lazy("Tried as often as it may be. It stays undone until you try again."))

    class Meta:
        model = Outbox
        fields = ["kind"]

    def filter_given_up(self, queryset, name, value):
        dead = Q(attempts__gte=Outbox.MAX_ATTEMPTS)
        return queryset.filter(dead if value else ~dead)


class RetryColumn(Column):
    cell_template_name = "certificates/admin/retry_cell.html"

    def get_cell_context_data(self, instance, parent_context):
        context = super().get_cell_context_data(instance, parent_context)
        return {**context, "csrf_token": get_token(parent_context["request"])}


class PendingWorkView(ReportView):
    """Documents and mails that are not made yet, those given up first."""

    model = Outbox
    permission_policy = ModelPermissionPolicy(Outbox)
    any_permission_required = ["view"]
    page_title = gettext_lazy("Pending documents and mails")
    header_icon = "time"
    index_url_name, index_results_url_name = "certificate_work", "certificate_work_results"
    filterset_class = PendingFilterSet
    default_ordering = "-attempts"
    columns = [
        TitleColumn("folio", label=gettext_lazy("Folio"), accessor="certificate.folio",
                    get_url=lambda row: reverse("certificate_details", args=[row.certificate_id])),
        Column("label", label=gettext_lazy("What")),
        Column("attempts", label=gettext_lazy("Attempts"), sort_key="attempts"),
        DateColumn("next_at", label=gettext_lazy("Next attempt"), sort_key="next_at"),
        Column("why", label=gettext_lazy("Why it is not done"), accessor=explain),
        RetryColumn("retry", label=""),
    ]
    list_export = ["certificate.folio", "kind", "attempts", "next_at", "last_error"]

    @property
    def no_results_message(self):
        if self.is_filtering:
            return super().no_results_message
        return _("Nothing waits: every document is made and every mail is sent.")

    def get_base_queryset(self):
        return with_blocking(Outbox.objects.pending()).select_related("certificate")


@require_POST
def retry(request, pk):
    if not request.user.has_perm("certificates.change_outbox"):
        raise PermissionDenied
    work = get_object_or_404(Outbox, pk=pk)
    try:
        outbox.retry(work=work, by=request.user, now=timezone.now())
    except outbox.NotDead:
        messages.info(request, _("This is already done, or about to be tried again."))
    else:
        deliver.delay(str(work.certificate_id))
        messages.success(request, _("It is being tried again. Load this list in a moment to see whether it worked."))
    return redirect("certificate_work")


def _in_this_language(snapshot):
    return snapshot["course"].get(get_language()) or snapshot["course"][snapshot["language"]]
