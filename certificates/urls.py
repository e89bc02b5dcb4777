from django.urls import path

from certificates.views import checking, corrections, credentials, documents, files

urlpatterns = [
    path("", checking.check, name="certificate_check"),
    path("file/", files.check_file, name="certificate_check_file"),
    path("list/", checking.check_list, name="certificate_check_list"),
    path("<str:code>/", checking.show, name="certificate"),
    path("<str:code>/identity/", checking.match_identity, name="certificate_identity"),
    path("corrections/<uuid:pk>/evidence/", corrections.evidence, name="correction_evidence"),
    path("<str:code>/correction/", corrections.correction, name="certificate_correction"),
    path("<str:code>/correction/withdraw/", corrections.withdraw_correction, name="withdraw_correction"),
    path("<str:code>/share/", documents.share, name="share_certificate"),
    path("<str:code>/credential.json", credentials.credential, name="certificate_credential"),
    path("<str:code>/badge.<str:kind>", credentials.badge, name="certificate_badge"),
    path("<str:code>/<str:language>.pdf", documents.download, name="certificate_pdf"),
]
