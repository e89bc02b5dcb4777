from django.urls import path

from certificates.views import checking, documents

urlpatterns = [
    path("", checking.check, name="certificate_check"),
    path("list/", checking.check_list, name="certificate_check_list"),
    path("<str:code>/", checking.show, name="certificate"),
    path("<str:code>/identity/", checking.match_identity, name="certificate_identity"),
    path("<str:code>/share/", documents.share, name="share_certificate"),
    path("<str:code>/<str:language>.pdf", documents.download, name="certificate_pdf"),
]
