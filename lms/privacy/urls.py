from django.urls import path

from lms.privacy import views

urlpatterns = [
    path("", views.notice, name="privacy_notice"),
    path("versions/<int:number>/", views.notice, name="privacy_notice_version"),
    path("read/", views.acknowledge, name="privacy_acknowledge"),
    path("own/", views.own_data, name="own_data"),
    path("own/file/", views.download, name="own_data_file"),
    path("own/erasure/", views.ask_erasure, name="ask_erasure"),
    path("own/erasure/withdraw/", views.withdraw, name="withdraw_erasure"),
]
