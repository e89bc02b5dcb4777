"""Files that learners hand in: sent with the form of the attempt or by script, and given out to their learner and to
whoever marks them."""

from dataclasses import replace

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from assessments.attempts import AttemptClosed, TimeIsUp
from assessments.handing_in import FileRefused, clean_name, keep_file
from assessments.models import Attempt, HandedInFile
from courses.marking import get_learner_number, get_markable_attempts


def take_files(*, attempt, changes, files, now):
    """The Changes of a posted attempt form with the files that came with it, and a sentence for each that was refused:
    (changes, sentences). Raises AttemptClosed, TimeIsUp."""
    taken, refusals = [], []
    for change in changes:
        uploaded = files.get(f"file{change.position}")
        if uploaded is not None:
            try:
                kept = keep_file(attempt=attempt, position=change.position, uploaded=uploaded, now=now)
            except FileRefused as error:
                refusals.append(_("Question %(number)d: %(reason)s") % {
                    "number": change.position + 1, "reason": explain(error)})
            else:
                change = replace(change, response={"file": str(kept.pk)})
        taken.append(change)
    return taken, refusals


def explain(error):
    return {
        "empty": _("The file is empty. Nothing was changed; choose another."),
        "too_large": _("The file is too large. Nothing was changed; choose a smaller one."),
        "type": _("By its content, the file is none of the kinds that this question takes. Nothing was changed; save "
                  "it as one of them and choose it again."),
        "damaged": _("The file is damaged or not complete. Nothing was changed; save it again and choose it again."),
        "macros": _("The file contains macros, which could do harm. Nothing was changed; save it without them."),
        "locked": _("The file is protected by a password. Nothing was changed; save it without one."),
        "too_much": _("The file holds too much inside. Nothing was changed; choose a smaller one."),
        "question": _("This question takes no file. Nothing was changed."),
    }[error.reason]


@login_required
@require_POST
def upload(request, attempt_id, position):
    """A file sent by script, which is then saved as an answer. JSON: ``{"file", "name", "url", "message"}``, or only
    the message: 400 when the file was refused, 409 when the attempt is over."""
    attempt = get_object_or_404(Attempt, pk=attempt_id, learner=request.user)
    uploaded = request.FILES.get("file")
    try:
        if uploaded is None:
            raise FileRefused("empty")
        kept = keep_file(attempt=attempt, position=position, uploaded=uploaded, now=timezone.now())
    except FileRefused as error:
        return JsonResponse({"message": explain(error)}, status=400)
    except (AttemptClosed, TimeIsUp):
        return JsonResponse({"message": _("The attempt is over: the file was not taken. What was saved in time "
                                          "counts.")}, status=409)
    return JsonResponse({"file": str(kept.pk), "name": kept.name, "url": reverse("handed_in_file", args=[kept.pk]),
                         "message": _("The file has arrived.")})


@require_safe
@never_cache
def download(request, file_id):
    """Always to be saved, never shown: what somebody else made must not run here."""
    handed_in = get_object_or_404(HandedInFile.objects.select_related("attempt"), pk=file_id)
    name = get_name_for(request.user, handed_in)
    if name is None:
        raise Http404
    try:
        file = handed_in.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    return FileResponse(file, as_attachment=True, filename=name, content_type=handed_in.content_type, headers={
        "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox",
        "Content-Encoding": "identity"})  # or the middleware would pack it again


def get_name_for(user, handed_in):
    """The name under which ``user`` gets the file: its own; a number where marking is anonymous; None for nobody."""
    attempt = handed_in.attempt
    if attempt.learner_id == user.pk:
        return handed_in.name
    if not user.is_authenticated or not _is_handed_in(handed_in):
        return None
    if not get_markable_attempts(user).filter(pk=attempt.pk).exists():
        return None
    return get_name_for_marker(handed_in)


def get_name_for_marker(handed_in):
    if not handed_in.attempt.rules.get("anonymous_marking"):
        return handed_in.name
    extension = handed_in.name.rpartition(".")[2]
    return clean_name(f"{get_learner_number(handed_in.attempt)}-{handed_in.position + 1}.{extension}", extension)


def _is_handed_in(handed_in):
    """Is it the answer of an attempt that is over? What was replaced or taken back is nobody else's business."""
    attempt = handed_in.attempt
    return not attempt.is_open and attempt.answers.filter(
        position=handed_in.position, response={"file": str(handed_in.pk)}).exists()
