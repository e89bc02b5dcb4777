from django.urls import path

from lms.reports import archive_views, history_views, record_views, views

urlpatterns = [
    path("completions/", views.completion_list, name="completion_list"),
    path("completions/file/", views.completion_file, name="completion_file"),
    path("record/<str:language>.pdf", record_views.own_record, name="training_record"),
    path("people/<uuid:public_id>/", record_views.show_person, name="person_record"),
    path("people/<uuid:public_id>/record/<str:language>.pdf", record_views.record_of, name="training_record_of"),
    path("archives/", archive_views.list_archives, name="archives"),
    path("archives/begin/", archive_views.begin, name="begin_archive"),
    path("archives/<uuid:pk>/", archive_views.show, name="archive"),
    path("archives/<uuid:pk>/progress/", archive_views.progress, name="archive_progress"),
    path("archives/<uuid:pk>/file/", archive_views.download, name="archive_file"),
    path("archives/<uuid:pk>/cancel/", archive_views.cancel, name="cancel_archive"),
    path("archives/<uuid:pk>/restart/", archive_views.restart, name="restart_archive"),
    path("earlier/", history_views.list_records, name="earlier_records"),
    path("earlier/<uuid:pk>/", history_views.show_record, name="earlier_record"),
    path("earlier/<uuid:pk>/evidence/", history_views.evidence, name="earlier_record_evidence"),
    path("earlier/<uuid:pk>/remove/", history_views.remove, name="remove_earlier_record"),
    path("earlier/imports/", history_views.list_imports, name="history_imports"),
    path("earlier/imports/template-<str:language>.xlsx", history_views.template, name="history_template"),
    path("earlier/imports/<uuid:pk>/", history_views.show_import, name="history_import"),
    path("earlier/imports/<uuid:pk>/refused/", history_views.refused, name="history_refused"),
    path("earlier/imports/<uuid:pk>/save/", history_views.save, name="save_history"),
    path("earlier/imports/<uuid:pk>/discard/", history_views.discard, name="discard_history"),
    path("earlier/imports/<uuid:pk>/undo/", history_views.undo, name="undo_history"),
]
