from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.admin.auth import require_admin_access
from wagtail.documents import urls as wagtaildocs_urls

from certificates.views import credentials, keys
from certificates.views.checking import redirect_to_check
from courses.documents import serve as serve_document
from lms import routing, views
from lms.accounts.views import AdminPreferencesView

urlpatterns = [
    path("healthz", views.health, name="health"),
    path("media/<path:path>", views.media, name="media"),
    # One way in: the platform's own, with its lockout and confirmed addresses.
    path("admin/login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    path("admin/account/", require_admin_access(AdminPreferencesView.as_view())),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/<int:document_id>/<path:document_filename>", serve_document),
    path("documents/", include(wagtaildocs_urls)),
    path("preview/", include("assessments.urls")),
    path(".well-known/did.json", credentials.did, name="did"),
    path("credentials/status/<int:number>", credentials.status_list, name="status_list"),
    path("certificates/issuer.pem", keys.roots, name="issuer_roots"),
    path("c/<str:code>", redirect_to_check, name="certificate_short"),
]

urlpatterns += i18n_patterns(
    path("account/", include("lms.accounts.urls")),
    path("account/", include("allauth.account.urls")),
    path("certificates/", include("certificates.urls")),
    path("privacy/", include("lms.privacy.urls")),
    path("reports/", include("lms.reports.urls")),
    path("learn/", include("courses.urls")),
    re_path(wagtail_urls.serve_pattern, routing.serve),
    path("", include(wagtail_urls)),
)

handler400 = views.bad_request
handler403 = views.permission_denied
handler404 = views.page_not_found
handler500 = views.server_error
