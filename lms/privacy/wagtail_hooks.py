from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem

from lms.privacy import admin_views


class AdministratorsMenu(SubmenuMenuItem):
    def is_shown(self, request):
        return request.user.is_superuser


@hooks.register("register_admin_urls")
def register_urls():
    return [
        path("privacy/requests/", admin_views.list_requests, name="erasure_requests"),
        path("privacy/requests/<int:pk>/", admin_views.decide, name="decide_erasure"),
        path("privacy/retention/", admin_views.retention, name="retention"),
        path("privacy/notice/", admin_views.publish, name="publish_notice"),
    ]


@hooks.register("register_admin_menu_item")
def register_menu():
    return AdministratorsMenu(_("Personal data"), Menu(items=[
        MenuItem(_("Requests to erase"), reverse("erasure_requests"), icon_name="user", order=1),
        MenuItem(_("How long data are kept"), reverse("retention"), icon_name="time", order=2),
        MenuItem(_("Privacy notice"), reverse("publish_notice"), icon_name="doc-full", order=3),
    ]), icon_name="lock", name="privacy", order=450)
