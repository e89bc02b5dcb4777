from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem

from certificates import admin_views, corrections, corrections_admin, details_admin, facts_admin, keys_admin, rights
from certificates.template_admin.urls import urlpatterns as template_urls


class PermittedMenuItem(MenuItem):
    def __init__(self, *args, permission, **kwargs):
        super().__init__(*args, **kwargs)
        self.permission = permission

    def is_shown(self, request):
        return request.user.has_perm(self.permission)


@hooks.register("register_admin_urls")
def register_urls():
    lists, work = admin_views.CertificateListView, admin_views.PendingWorkView
    return [
        path("certificates/", lists.as_view(), name="certificate_list"),
        path("certificates/results/", lists.as_view(results_only=True), name="certificate_list_results"),
        path("certificates/work/", work.as_view(), name="certificate_work"),
        path("certificates/work/results/", work.as_view(results_only=True), name="certificate_work_results"),
        path("certificates/work/<int:pk>/retry/", admin_views.retry, name="retry_certificate_work"),
        *corrections_admin.urlpatterns, *details_admin.urlpatterns, *facts_admin.urlpatterns,
        *keys_admin.urlpatterns, *template_urls,
    ]


@hooks.register("register_admin_menu_item")
def register_menu():
    return SubmenuMenuItem(_("Certificates"), Menu(items=[
        PermittedMenuItem(_("Issued"), reverse("certificate_list"), icon_name="doc-full", order=1,
                          permission="certificates.view_certificate"),
        PermittedMenuItem(_("Pending documents and mails"), reverse("certificate_work"), icon_name="time", order=2,
                          permission="certificates.view_outbox"),
        PermittedMenuItem(_("Corrections asked for"), reverse("correction_list"), icon_name="edit", order=3,
                          permission=corrections.PERMISSION),
        PermittedMenuItem(_("Certificate templates"), reverse("certificate_templates"), icon_name="form", order=10,
                          permission=rights.PERMISSION),
        PermittedMenuItem(_("People who sign"), reverse("certificate_signatories"), icon_name="edit", order=11,
                          permission=rights.PERMISSION),
        PermittedMenuItem(_("Keys of the issuer"), reverse("issuer_keys"), icon_name="key", order=20,
                          permission=keys_admin.SEE),
    ]), icon_name="doc-full", name="certificates", order=400)
