from django.urls import path

from certificates.template_admin import preview, signatories, views

urlpatterns = [
    path("certificate-templates/", views.list_templates, name="certificate_templates"),
    path("certificate-templates/new/", views.edit_template, name="add_certificate_template"),
    path("certificate-templates/preview/", preview.preview, name="preview_certificate_template"),
    path("certificate-templates/<uuid:pk>/", views.edit_template, name="certificate_template"),
    path("certificate-templates/<uuid:pk>/versions/", views.list_versions, name="certificate_template_versions"),
    path("certificate-templates/<uuid:pk>/versions/<int:number>/restore/", views.restore_version,
         name="restore_certificate_template"),
    path("certificate-templates/<uuid:pk>/archive/", views.archive_template, name="archive_certificate_template"),
    path("certificate-templates/<uuid:pk>/unarchive/", views.unarchive_template, name="unarchive_certificate_template"),
    path("certificate-templates/<uuid:pk>/default/", views.make_default, name="default_certificate_template"),
    path("certificate-signatories/", signatories.list_signatories, name="certificate_signatories"),
    path("certificate-signatories/new/", signatories.edit_signatory, name="add_certificate_signatory"),
    path("certificate-signatories/<uuid:pk>/", signatories.edit_signatory, name="certificate_signatory"),
    path("certificate-signatories/<uuid:pk>/archive/", signatories.archive_signatory,
         name="archive_certificate_signatory"),
    path("certificate-signatories/<uuid:pk>/unarchive/", signatories.unarchive_signatory,
         name="unarchive_certificate_signatory"),
]
