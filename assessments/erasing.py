"""What a person wrote or sent in tests, taken away: results stay, for they are figures of a course."""

from django.db import transaction

from assessments.models import Answer, HandedInFile, Mark, MarkCorrection

ERASED = "[…]"


def erase_learner(*, learner):
    """Remove what ``learner`` wrote and sent. See erase_texts."""
    return erase_texts(answers=Answer.objects.filter(attempt__learner=learner),
                       files=HandedInFile.objects.filter(attempt__learner=learner))


@transaction.atomic
def erase_texts(*, answers, files):
    """Remove the long texts of ``answers``, what markers wrote about them, and ``files``, all three querysets' rows;
    returns how many texts and files there were. Points and marks stay. Safe to repeat. The files themselves go when
    the transaction is committed."""
    written = answers.filter(version__content__kind="long_text").exclude(response__in=["", ERASED]).exclude(
        response=None)
    Mark.objects.filter(answer__in=answers).exclude(comment="").update(comment="")
    MarkCorrection.objects.filter(answer__in=answers).exclude(reason="").update(reason="")
    count = written.update(response=ERASED)
    for handed_in in files:
        storage, name = handed_in.file.storage, handed_in.file.name
        handed_in.delete()
        transaction.on_commit(lambda storage=storage, name=name: storage.delete(name), robust=True)
        count += 1
    return count
