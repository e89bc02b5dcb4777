"""Files that learners hand in as answers. A view calls, for each item whose kind ``takes_files``::

    handed_in = keep_file(attempt=attempt, position=3, uploaded=request.FILES["file3"], now=now)
    Change(position=3, before=…, response={"file": str(handed_in.pk)})

and saves the change like any other answer; what a learner does not save is no answer."""

import hashlib
import unicodedata
from pathlib import PurePosixPath, PureWindowsPath

from django.db import transaction

from assessments.attempts import AttemptClosed, TimeIsUp, get_items, is_overdue
from assessments.file_types import FileNotRead, identify
from assessments.kinds import get_kind
from assessments.models import Attempt, HandedInFile

LONGEST_NAME = 120


class FileRefused(ValueError):
    """The file was not kept. ``reason``: ``empty``, ``too_large``, ``type`` (it is, by its content, none that this
    question takes), ``damaged``, ``macros``, ``locked``, ``too_much`` (inside), ``question`` (it takes no file)."""

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


def keep_file(*, attempt, position, uploaded, now):
    """Store an UploadedFile as an answer that may be given at ``position``. Returns the HandedInFile; earlier files of
    this place that are no saved answer are removed. Raises FileRefused, AttemptClosed,
    TimeIsUp."""
    item = _get_item(attempt, position)
    if not uploaded.size:
        raise FileRefused("empty")
    if uploaded.size > item["largest"]:
        raise FileRefused("too_large")
    try:
        file_type = identify(uploaded.file)
    except FileNotRead as error:
        raise FileRefused("type" if error.reason == "unknown" else error.reason) from None
    if file_type.name not in item["types"]:
        raise FileRefused("type")
    return _store(attempt, position, uploaded, file_type, now)


def _get_item(attempt, position):
    items = get_items(attempt)
    if not 0 <= position < len(items) or not get_kind(items[position]["kind"]).takes_files:
        raise FileRefused("question")
    return items[position]


@transaction.atomic
def _store(attempt, position, uploaded, file_type, now):
    attempt = Attempt.objects.select_for_update().get(pk=attempt.pk)
    if not attempt.is_open:
        raise AttemptClosed
    if is_overdue(attempt, now):
        raise TimeIsUp
    _remove_unused(attempt, position)
    handed_in = HandedInFile(
        attempt=attempt, position=position, name=clean_name(uploaded.name, file_type.name), size=uploaded.size,
        content_type=file_type.content_type, sha256=_hash(uploaded), uploaded_at=now)
    uploaded.seek(0)
    handed_in.file.save(file_type.name, uploaded, save=True)
    return handed_in


def _remove_unused(attempt, position):
    answer = attempt.answers.filter(position=position).first()
    kept = ((answer and answer.response) or {}).get("file")
    for old in attempt.files.filter(position=position).exclude(pk=kept):
        storage, name = old.file.storage, old.file.name
        old.delete()
        transaction.on_commit(lambda storage=storage, name=name: storage.delete(name), robust=True)


def _hash(uploaded):
    digest = hashlib.sha256()
    for chunk in uploaded.chunks():
        digest.update(chunk)
    return digest.hexdigest()


def clean_name(name, extension):
    """A name to show and to save under: without folders and invisible characters, with the extension of what it is."""
    name = PureWindowsPath(PurePosixPath(name or "").name).name
    name = "".join(letter for letter in unicodedata.normalize("NFC", name) if unicodedata.category(letter)[0] != "C")
    stem = PurePosixPath(name.strip()).stem.strip(". ")[:LONGEST_NAME]
    return f"{stem or 'file'}.{extension}"
