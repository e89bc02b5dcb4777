from django.urls import path

from assessments.bank_admin import preview

urlpatterns = [path("questions/<int:pk>/<str:language>/", preview.show_frame, name="question_frame")]
