from courses.models.catalogue import Activity, Course, Edition
from courses.models.enrolment import ActivityVisit, Enrolment
from courses.models.notices import Notice
from courses.models.pages import CatalogueIndexPage, CoursePage, HomePage, LessonPage, ModulePage, QuizPage

__all__ = [
    "Activity", "ActivityVisit", "CatalogueIndexPage", "Course", "CoursePage", "Edition", "Enrolment", "HomePage",
    "LessonPage", "ModulePage", "Notice", "QuizPage",
]
