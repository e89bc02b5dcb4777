"""What the pages beside the form of a question share."""

from django.shortcuts import get_object_or_404

from assessments.models import Question


def get_question(request, pk, check):
    """The question, when the person has the right that ``check`` asks for. Raises Http404, PermissionDenied."""
    question = get_object_or_404(Question.objects.select_related("version", "category", "owner"), pk=pk)
    check(request.user, question)
    return question
