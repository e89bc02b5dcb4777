from django.urls import path

from certificates import views

urlpatterns = [
    path("", views.check, name="certificate_check"),
    path("<str:code>/", views.show, name="certificate"),
    path("<str:code>/<str:language>.pdf", views.download, name="certificate_pdf"),
]
