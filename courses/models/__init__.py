from courses.models.catalogue import Activity, Course, Edition
from courses.models.enrolment import ActivityVisit, Enrolment
from courses.models.notices import Notice
from courses.models.pages import CatalogueIndexPage, CoursePage, HomePage, LessonPage, ModulePage, QuizPage
from courses.models.scheduling import Accommodation, QuizWindow

__all__ = [
    "Accommodation", "Activity", "ActivityVisit", "CatalogueIndexPage", "Course", "CoursePage", "Edition", "Enrolment",
    "HomePage", "LessonPage", "ModulePage", "Notice", "QuizPage", "QuizWindow",
]
