from assessments.models import QuestionVersion

KEPT = 2_000
_kept = {}


def get_contents(digests):
    """{digest: content} of QuestionVersions, in one query or none: a version never changes, so each process keeps what
    it has read. The contents are shared between requests: do not change them. Raises KeyError for unknown ones."""
    contents = {digest: _kept.get(digest) for digest in digests}
    missing = {digest for digest, content in contents.items() if content is None}
    if missing:
        found = dict(QuestionVersion.objects.filter(pk__in=missing).values_list("pk", "content"))
        if unknown := missing - found.keys():
            raise KeyError(*unknown)
        contents.update(found)
        if len(_kept) + len(found) > KEPT:
            _kept.clear()
        _kept.update(found)
    return contents
