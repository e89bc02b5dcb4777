"""The sums of item analysis, from the database: each function is one statement over all answers, which the database
adds up, so that what comes back is a few rows for each question, however many answered.

The statements are written by hand, because the ORM does not add up over a window; PostgreSQL and SQLite both take them.
Which attempts count is a queryset."""

from typing import NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count, Exists, FloatField, OuterRef
from django.db.models.functions import Cast

from assessments.analysis.sums import Sums
from assessments.models import Answer, Attempt

CHUNK = 2_000

# «y» is the score of the rest of the test as a share of the maximum of the whole. «kept» is the score by which people
# are matched, in a hundred steps: without the excluded items, but with the item itself.
SUM_UP = """
    SELECT version_id, activity, language, CAST(ROUND(100 * kept / NULLIF(most, 0)) AS integer) AS stratum, COUNT(*),
           SUM(x), SUM(x * x) {more}
    FROM (
        SELECT version_id, activity, language, x, total, (total - x) / maximum AS y, total - {excluded} AS kept,
               maximum - {excluded_points} AS most
        FROM (
            SELECT answer.version_id, chosen.activity, answer.language, chosen.maximum,
                   CAST(answer.score AS double precision) AS x,
                   SUM(CAST(answer.score AS double precision)) OVER (PARTITION BY answer.attempt_id) AS total
                   {windows}
            FROM assessments_answer answer JOIN chosen ON chosen.id = answer.attempt_id
        ) AS answered
    ) AS matched
    WHERE 1 = 1 {only}
    GROUP BY version_id, activity, language, stratum
"""

MORE = ", SUM(y), SUM(y * y), SUM(x * y), SUM(total), SUM(total * total)"

COUNT_SECONDS = """
    SELECT version_id, language, seconds, COUNT(*)
    FROM assessments_answer answer JOIN chosen ON chosen.id = answer.attempt_id
    WHERE seconds IS NOT NULL {only}
    GROUP BY version_id, language, seconds
"""

COUNT_RESPONSES = """
    SELECT version_id, response, COUNT(*), SUM(chosen.share)
    FROM assessments_answer answer JOIN chosen ON chosen.id = answer.attempt_id
    WHERE 1 = 1 {only}
    GROUP BY version_id, response
"""

SUM_UP_NESTED = """
    SELECT items, COUNT(*), SUM(total), SUM(total * total), SUM(squares - total * total / items)
    FROM (
        SELECT COUNT(*) AS items, SUM(x) AS total, SUM(x * x) AS squares
        FROM (
            SELECT answer.attempt_id, CAST(answer.score AS double precision) AS x
            FROM assessments_answer answer JOIN chosen ON chosen.id = answer.attempt_id
            WHERE 1 = 1 {without}
        ) AS answered
        GROUP BY attempt_id
    ) AS people
    GROUP BY items
"""


class Cell(NamedTuple):
    """Answers to one version of a question, in one language, by people of one test who are equally good: ``stratum``
    is their percentage. ``sums``: x is the score in points, y the share of the rest of the test. ``total``: sum of the
    totals in points."""

    version: str
    activity: object
    language: str
    stratum: int | None
    sums: Sums
    total: float = 0.0
    total_squares: float = 0.0


def choose_attempts(attempts, *, every=False):
    """Those of a queryset of Attempts that have their result and points to give: ``every`` one, or each person's first
    at each test, whatever the enrolment. (An enrolment's first has the number 1, and one is open at a time.)"""
    graded = attempts.filter(graded_at__isnull=False, maximum__gt=0)
    if every:
        return graded
    earlier = Attempt.objects.filter(learner=OuterRef("learner"), activity=OuterRef("activity"), number=1,
                                     started_at__lt=OuterRef("started_at"))
    return graded.filter(~Exists(earlier), number=1)


def sum_up(attempts, *, versions=None, excluded=None):
    """The Cells of all answers in a queryset of attempts, or of those to ``versions`` alone. ``excluded``: {version:
    its points} of what is left out of the score by which people are matched; the Cells have n and x alone then."""
    only, only_values = _restrict("AND version_id IN", versions)
    parts = {"excluded": "0", "excluded_points": "0", "windows": "", "more": MORE}
    values = []
    if excluded:
        marks = ", ".join(["%s"] * len(excluded))
        points = " ".join(["WHEN %s THEN CAST(%s AS double precision)"] * len(excluded))
        pairs = [value for version, worth in excluded.items() for value in (version, float(worth))]
        own = f"CASE WHEN version_id IN ({marks}) THEN x ELSE 0 END"
        own_points = f"CASE version_id {points} ELSE 0 END"
        parts = {
            "more": "", "excluded": f"(without_score - {own})", "excluded_points": f"(without_points - {own_points})",
            "windows": f""", SUM(CASE WHEN answer.version_id IN ({marks}) THEN CAST(answer.score AS double precision)
                                 ELSE 0 END) OVER (PARTITION BY answer.attempt_id) AS without_score,
                             SUM(CASE answer.version_id {points} ELSE 0 END)
                                 OVER (PARTITION BY answer.attempt_id) AS without_points"""}
        values = [*excluded, *pairs, *excluded, *pairs]
    rows = _read(SUM_UP, attempts, [*values, *only_values], only=only, **parts)
    return [Cell(version, activity, language, stratum, Sums(*sums[:6]), *sums[6:])
            for version, activity, language, stratum, *sums in rows]


def count_seconds(attempts, *, versions=None):
    """Rows of (version, language, seconds, how many answers took so long)."""
    only, values = _restrict("AND version_id IN", versions)
    return _read(COUNT_SECONDS, attempts, values, only=only)


def count_responses(attempts, *, versions=None):
    """Yields (version, response, its JSON as it is stored, how many gave it, the sum of their shares of the points of
    the test)."""
    only, values = _restrict("AND version_id IN", versions)
    load = Answer._meta.get_field("response").from_db_value
    for version, response, count, shares in _read(COUNT_RESPONSES, attempts, values, only=only):
        yield version, load(response, None, connection), response, count, shares


def count_scores(attempts):
    """Rows of (score, maximum, how many attempts)."""
    return attempts.order_by().values_list("score", "maximum").annotate(Count("pk"))


def sum_up_nested(attempts, *, unscored):
    """Rows of (items, people who answered so many, sums of their totals, of the squares of these, and of the squared
    deviations of their item scores from their own mean), without the ``unscored`` versions, which give no points."""
    without, values = _restrict("AND version_id NOT IN", unscored or None)
    return _read(SUM_UP_NESTED, attempts, values, without=without)


def _restrict(words, versions):
    if versions is None:
        return "", []
    versions = list(versions)
    return f"{words} ({', '.join(['%s'] * len(versions)) or 'NULL'})", versions


def _read(statement, attempts, values, **parts):
    score, most = Cast("score", FloatField()), Cast("maximum", FloatField())
    rows = attempts.order_by().annotate(share=score / most, most=most).values_list("pk", "activity", "share", "most")
    try:
        sql, chosen_values = rows.query.sql_with_params()
    except EmptyResultSet:  # the queryset knows that it is empty
        return
    # Rows come in parts: what people wrote can be as many rows as answers.
    in_parts = not connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS")
    with connection.chunked_cursor() if in_parts else connection.cursor() as cursor:
        cursor.execute(f"WITH chosen (id, activity, share, maximum) AS ({sql}) {statement.format(**parts)}",
                       [*chosen_values, *values])
        while found := cursor.fetchmany(CHUNK):
            yield from found
