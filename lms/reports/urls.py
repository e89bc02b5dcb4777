from django.urls import path

from lms.reports import views

urlpatterns = [
    path("completions/", views.completion_list, name="completion_list"),
    path("completions/file/", views.completion_file, name="completion_file"),
]
