"""The learning path of the demonstration, and how long what it asks for is valid."""

from pathlib import Path

import yaml

from courses.models import Edition, LearningPath, LearningPathCourse

FILE = Path(__file__).parent / "path.yaml"


def put_path(courses):
    """The path of ``courses`` (their keys), in this order, and the months that the certificates of the last of them and
    of the path itself are valid; once."""
    data = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    if LearningPath.objects.filter(titles=data["titles"]).exists():
        return
    path = LearningPath(titles=data["titles"], summaries=data["summaries"],
                        certificate_valid_months=data["valid_months"])
    path.steps = [LearningPathCourse(course_id=course, sort_order=number) for number, course in enumerate(courses)]
    path.save()
    # Whoever is due to renew is asked to do so, and not what became of the course a year ago.
    Edition.objects.filter(course=courses[-1], is_default=True).update(
        certificate_valid_months=data["valid_months"], follow_up_months=None)
