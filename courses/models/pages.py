"""The pages of the courses, one tree a language. What a learner sees and does on them is in courses.views, which a
Wagtail hook calls; templates also render with the page alone, for the preview."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField, TranslatableField

from courses.blocks import LessonBlock
from courses.forms import CoursePageCopyForm
from courses.models.catalogue import Activity, Course, Edition
from courses.models.enrolment import HoursKind
from courses.quiz_blocks import QuizItemsBlock
from courses.quiz_forms import QuizPageForm

COMMON = [TranslatableField("title"), TranslatableField("slug"), TranslatableField("seo_title"),
          TranslatableField("search_description")]


class HomePage(Page):
    """The first page of a language."""

    introduction = models.TextField(_("introduction"), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("introduction")]
    translatable_fields = [*COMMON, TranslatableField("introduction")]
    subpage_types = ["courses.CatalogueIndexPage"]
    parent_page_types = ["wagtailcore.Page"]
    template = "courses/home_page.html"

    class Meta:
        verbose_name = _("home page")


class CatalogueIndexPage(Page):
    """The public catalogue of courses, with search."""

    introduction = models.TextField(_("introduction"), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("introduction")]
    translatable_fields = [*COMMON, TranslatableField("introduction")]
    subpage_types = ["courses.CoursePage"]
    parent_page_types = ["courses.HomePage"]

    class Meta:
        verbose_name = _("catalogue")


class CoursePage(Page):
    class Level(models.TextChoices):
        INTRODUCTORY = "introductory", _("Introductory")
        INTERMEDIATE = "intermediate", _("Intermediate")
        ADVANCED = "advanced", _("Advanced")

    class Modality(models.TextChoices):
        ONLINE = "online", _("Online, at your own pace")
        BLENDED = "blended", _("Online and face to face")
        FACE_TO_FACE = "face_to_face", _("Face to face")

    summary = models.CharField(_("summary"), max_length=300, help_text=_("One sentence, for the course's card."))
    description = RichTextField(_("description"), features=["bold", "italic", "link", "ul", "ol"])
    outcomes = StreamField([("outcome", blocks.CharBlock(label=_("Outcome")))], blank=True,
                           verbose_name=_("what you will be able to do"))
    audience = models.CharField(_("for whom"), max_length=250)
    hours = models.DecimalField(_("hours"), max_digits=6, decimal_places=2,
                                validators=[MinValueValidator(Decimal("0.01"))])
    hours_kind = models.CharField(_("kind of hours"), max_length=15, choices=HoursKind, default=HoursKind.CHRONOLOGICAL)
    level = models.CharField(_("level"), max_length=15, choices=Level, default=Level.INTRODUCTORY)
    modality = models.CharField(_("modality"), max_length=15, choices=Modality, default=Modality.ONLINE)
    cover = models.ForeignKey("wagtailimages.Image", models.SET_NULL, null=True, blank=True, related_name="+",
                              verbose_name=_("cover"))

    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"), FieldPanel("description"), FieldPanel("outcomes"), FieldPanel("audience"),
        FieldPanel("cover"),
        MultiFieldPanel([FieldPanel("hours"), FieldPanel("hours_kind"), FieldPanel("level"), FieldPanel("modality")],
                        heading=_("Facts of the course")),
    ]
    translatable_fields = [
        *COMMON, TranslatableField("summary"), TranslatableField("description"), TranslatableField("outcomes"),
        TranslatableField("audience"), SynchronizedField("cover"),
        *(SynchronizedField(name, overridable=False) for name in ("hours", "hours_kind", "level", "modality")),
    ]
    search_fields = [*Page.search_fields, index.SearchField("summary"), index.SearchField("description"),
                     index.SearchField("audience"), index.FilterField("level")]
    copy_form_class = CoursePageCopyForm
    subpage_types = ["courses.ModulePage", "courses.QuizPage", "courses.SurveyPage"]
    parent_page_types = ["courses.CatalogueIndexPage"]

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")

    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)
        course, created = Course.objects.get_or_create(pk=self.translation_key)
        if created:
            Edition.objects.create(course=course, is_default=True)


class ModulePage(Page):
    summary = models.CharField(_("summary"), max_length=300, blank=True)

    content_panels = [*Page.content_panels, FieldPanel("summary")]
    translatable_fields = [*COMMON, TranslatableField("summary")]
    copy_form_class = CoursePageCopyForm
    subpage_types = ["courses.LessonPage", "courses.QuizPage", "courses.SurveyPage"]
    parent_page_types = ["courses.CoursePage"]

    class Meta:
        verbose_name = _("module")
        verbose_name_plural = _("modules")


class ActivityPage(Page):
    """A page that can be completed. Its Activity is made when it is first saved and shared by its translations."""

    activity_kind: str
    copy_form_class = CoursePageCopyForm

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)
        Activity.objects.get_or_create(pk=self.translation_key, defaults={"kind": self.activity_kind})


class LessonPage(ActivityPage):
    activity_kind = Activity.Kind.LESSON

    summary = models.CharField(_("summary"), max_length=300, blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=15, help_text=_("About how long it takes."))
    body = StreamField(LessonBlock(), verbose_name=_("content"))

    content_panels = [*Page.content_panels, FieldPanel("summary"), FieldPanel("minutes"), FieldPanel("body")]
    translatable_fields = [*COMMON, TranslatableField("summary"), TranslatableField("body"),
                           SynchronizedField("minutes", overridable=False)]
    search_fields = [*Page.search_fields, index.SearchField("summary"), index.SearchField("body")]
    parent_page_types = ["courses.ModulePage"]
    subpage_types = []

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")


class QuizPage(ActivityPage):
    """A test. Its questions are those of the bank, the same for every language; only its texts are translated."""

    class Layout(models.TextChoices):
        ALL = "all", _("All questions on one page")
        ONE = "one", _("One question a page")

    class Feedback(models.TextChoices):
        NOW = "now", _("At once, after each answer")
        END = "end", _("When the attempt has been handed in")
        CLOSED = "closed", _("When the test has closed")

    class Counting(models.TextChoices):
        BEST = "best", _("The best attempt")
        LAST = "last", _("The last attempt")
        FIRST = "first", _("The first attempt")
        AVERAGE = "average", _("The average of all attempts")

    class Measure(models.TextChoices):
        PRE = "pre", _("Pre-test: what people know before the course")
        POST = "post", _("Post-test: what they know after it")

    activity_kind = Activity.Kind.QUIZ
    base_form_class = QuizPageForm

    introduction = models.TextField(_("introduction"), blank=True)
    items = StreamField(QuizItemsBlock(), blank=True, verbose_name=_("questions"))
    measure = models.CharField(
        _("learning gain"), max_length=4, choices=Measure, blank=True,
        help_text=_("The learning gain of a course is what its post-test shows more than its pre-test. A pre-test is "
                    "taken once; to hand it in completes it, whatever the result. It does not count in the grade, "
                    "and what was right is never shown, so that the post-test can ask the same."))
    form_a = StreamField(QuizItemsBlock(), blank=True, verbose_name=_("only in form A"))
    form_b = StreamField(QuizItemsBlock(), blank=True, verbose_name=_("only in form B"))
    pass_mark = models.DecimalField(_("pass mark (%)"), max_digits=5, decimal_places=2, default=60,
                                    validators=[MinValueValidator(0), MaxValueValidator(100)])
    attempts_allowed = models.PositiveSmallIntegerField(_("attempts allowed"), default=3,
                                                        help_text=_("0: as many as wanted."))
    time_limit = models.PositiveSmallIntegerField(_("time limit (minutes)"), default=0, help_text=_("0: none."))
    shuffle_questions = models.BooleanField(_("shuffle the questions"), default=True)
    shuffle_options = models.BooleanField(_("shuffle the options"), default=True)
    weight = models.PositiveSmallIntegerField(
        _("weight in the grade"), default=0,
        help_text=_("The grade of the course is the mean of its tests by weight. "
                    "0: it must be passed, but does not count."))

    counting = models.CharField(_("attempt that counts"), max_length=10, choices=Counting, default=Counting.BEST,
                                help_text=_("For the grade of the course. The first attempt that passes completes the "
                                            "test, whichever counts."))
    layout = models.CharField(_("layout"), max_length=5, choices=Layout, default=Layout.ALL)
    feedback = models.CharField(_("when the feedback is shown"), max_length=10, choices=Feedback, default=Feedback.END)
    delay = models.PositiveSmallIntegerField(_("hours between attempts"), default=0, help_text=_("0: none."))
    study_hint = models.TextField(_("study hint"), blank=True,
                                  help_text=_("What to do before the next attempt. Shown to whoever has to wait."))
    honour = models.BooleanField(_("honour statement"), default=False,
                                 help_text=_("Learners promise to answer by themselves before they begin."))
    anonymous_marking = models.BooleanField(_("anonymous marking"), default=False,
                                            help_text=_("Whoever marks does not see whose answers they are."))
    second_marker = models.BooleanField(_("two markers"), default=False,
                                        help_text=_("Every answer that a person marks is marked by two."))
    mark_difference = models.PositiveSmallIntegerField(
        _("greatest difference of two marks"), default=20, validators=[MaxValueValidator(100)],
        help_text=_("In percentage points. When two marks are further apart, a third person decides."))

    content_panels = [
        *Page.content_panels,
        FieldPanel("introduction"), FieldPanel("items"),
        MultiFieldPanel([FieldPanel("measure"), FieldPanel("form_a"), FieldPanel("form_b")],
                        heading=_("Pre-test and post-test"), classname="collapsed", help_text=_(
                            "With two forms, the first learner of an edition gets form A in the pre-test and form B in "
                            "the post-test, the next one the other way round, by turns. The questions above are in "
                            "both forms. Leave the forms empty when all are to get the same questions twice.")),
        MultiFieldPanel([FieldPanel("pass_mark"), FieldPanel("weight"), FieldPanel("counting")],
                        heading=_("Grade")),
        MultiFieldPanel([FieldPanel("attempts_allowed"), FieldPanel("delay"), FieldPanel("study_hint"),
                         FieldPanel("time_limit"), FieldPanel("honour")],
                        heading=_("Attempts"), help_text=_("A change applies to attempts that start after it.")),
        MultiFieldPanel([FieldPanel("layout"), FieldPanel("feedback"), FieldPanel("shuffle_questions"),
                         FieldPanel("shuffle_options")],
                        heading=_("Questions and feedback"),
                        help_text=_("A change applies to attempts that start after it.")),
        MultiFieldPanel([FieldPanel("anonymous_marking"), FieldPanel("second_marker"), FieldPanel("mark_difference")],
                        heading=_("Answers that a person marks"),
                        help_text=_("A change applies to attempts that start after it.")),
    ]
    rule_fields = ("pass_mark", "attempts_allowed", "time_limit", "shuffle_questions", "shuffle_options", "weight",
                   "counting", "layout", "feedback", "delay", "honour", "anonymous_marking", "second_marker",
                   "mark_difference", "measure")
    translatable_fields = [*COMMON, TranslatableField("introduction"), TranslatableField("study_hint"),
                           *(SynchronizedField(name, overridable=False) for name in ("items", "form_a", "form_b")),
                           *(SynchronizedField(name, overridable=False) for name in rule_fields)]
    parent_page_types = ["courses.ModulePage", "courses.CoursePage"]
    subpage_types = []

    class Meta:
        verbose_name = _("test")
        verbose_name_plural = _("tests")

    def clean(self):
        super().clean()
        if not (self.items or self.form_a or self.form_b):
            raise ValidationError({"items": _("Choose at least one question or one draw.")})
        if bool(self.form_a) != bool(self.form_b):
            raise ValidationError({"form_b" if self.form_a else "form_a": _(
                "Choose the questions of this form too, or empty the other one.")})
