from django.urls import path

from courses.views import attempts, certifying, files, follow_ups, learning, paths, results

urlpatterns = [
    path("", learning.my_courses, name="my_courses"),
    path("courses/<uuid:course>/enrol/", learning.enrol_in_course, name="enrol"),
    path("courses/<uuid:course>/continue/", learning.continue_course, name="continue"),
    path("enrolments/<uuid:enrolment>/renew/", certifying.renew, name="renew_certificate"),
    path("enrolments/<uuid:enrolment>/constancy/", certifying.constancy, name="constancy"),
    path("paths/<uuid:path>/", paths.show_path, name="learning_path"),
    path("paths/<uuid:path>/certificate/", certifying.claim, name="claim_path"),
    path("activities/<uuid:activity>/complete/", learning.complete, name="complete_lesson"),
    path("activities/<uuid:activity>/position/", learning.save_reading_position, name="save_position"),
    path("activities/<uuid:activity>/start/", attempts.start, name="start_attempt"),
    path("attempts/<uuid:attempt_id>/", attempts.take, name="attempt"),
    path("attempts/<uuid:attempt_id>/save/", attempts.autosave, name="save_attempt"),
    path("attempts/<uuid:attempt_id>/files/<int:position>/", files.upload, name="upload_file"),
    path("files/<uuid:file_id>/", files.download, name="handed_in_file"),
    path("attempts/<uuid:attempt_id>/review/", attempts.review, name="review_attempt"),
    path("attempts/<uuid:attempt_id>/result/", results.result, name="result"),
    path("follow-up/<str:token>/", follow_ups.follow_up, name="follow_up"),
    path("follow-up/<str:token>/supervisor/", follow_ups.name_supervisor, name="name_supervisor"),
    path("supervisor/<str:token>/", follow_ups.supervisor, name="supervisor"),
]
