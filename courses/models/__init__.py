from courses.models.catalogue import Activity, Course, Edition
from courses.models.enrolment import ActivityVisit, Enrolment, ParallelForm
from courses.models.notices import Notice
from courses.models.pages import CatalogueIndexPage, CoursePage, HomePage, LessonPage, ModulePage, QuizPage
from courses.models.paths import LearningPath, LearningPathCourse, PathAward
from courses.models.scheduling import Accommodation, QuizWindow
from courses.models.surveys import FollowUp, SurveyPage

__all__ = [
    "Accommodation", "Activity", "ActivityVisit", "CatalogueIndexPage", "Course", "CoursePage", "Edition", "Enrolment",
    "FollowUp", "HomePage", "LearningPath", "LearningPathCourse", "LessonPage", "ModulePage", "Notice", "ParallelForm",
    "PathAward", "QuizPage", "QuizWindow", "SurveyPage",
]
