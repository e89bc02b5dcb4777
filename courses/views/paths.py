"""The public page of a learning path."""

from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from courses.models import LearningPath
from courses.paths import get_path


@never_cache
@require_GET
def show_path(request, path):
    """For everybody while the path is offered; after that for those who have completed it."""
    path = get_object_or_404(LearningPath.objects.visible_to(request.user).prefetch_related("steps"), pk=path)
    now = timezone.now()
    return TemplateResponse(request, "courses/learning_path.html", {
        "path": get_path(path=path, learner=request.user, now=now), "is_offered": path.is_offered, "now": now})
