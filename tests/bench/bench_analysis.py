"""CPU and memory of the figures of a test with a million answers, on a PostgreSQL of its own.

    python -m tests.bench.bench_analysis [--answers 1000000] [--questions 40]

Makes one attempt of each of ``--answers``/``--questions`` people at a test of so many questions with four options, in
two languages, and then reads and computes everything that the pages of the test show. CPU is user and system time of
this process and of PostgreSQL; memory is the peak of this process, and after the «+» what the figures added to it."""

import argparse
import os
import tempfile
import time
from pathlib import Path

from tests.bench.bench_pages import make_environment, manage, own_services
from tests.bench.measure import get_cpu_seconds, get_peak_memory, measure_machine

# Everybody has an ability, every question a difficulty, and the question at 7 is harder in English.
ANSWER = """
    INSERT INTO assessments_answer (attempt_id, position, version_id, response, stamps, saved_at, language,
                                    seconds, score)
    SELECT taking.id, item.position, item.version, to_jsonb(ARRAY[
               item.options[CASE WHEN is_right THEN 1 ELSE 2 + floor(random() * 3)::int END]]),
           '[]', now(), taking.language, 20 + floor(random() * 100)::int, is_right::int
    FROM (SELECT id, (random() + random() + random() - 1.5) * 2 AS ability,
                 CASE WHEN random() < 0.4 THEN 'en' ELSE 'es' END AS language
          FROM assessments_attempt ORDER BY id) AS taking
    CROSS JOIN item CROSS JOIN LATERAL (
        SELECT random() < 1 / (1 + exp(item.position * 0.05 - 1 - taking.ability + CASE
            WHEN item.position = 7 AND taking.language = 'en' THEN 0.8 ELSE 0 END)) AS is_right) AS answered
"""


def make_test(answers, questions):
    """A QuizPage with this many answers to it."""
    from django.db import connection
    from django.utils import timezone

    from assessments.models import Attempt
    from tests import factories
    from tests.bench.data import make_learners

    options = [("Buena", True), ("Mala", False), ("Peor", False), ("Ninguna", False)]
    bank = [factories.make_question(stem=f"Pregunta {number}", options=options) for number in range(questions)]
    quiz = factories.make_quiz(parent=factories.make_course(), questions=bank)
    edition, now = factories.get_edition(quiz.get_parent().specific), timezone.now()
    from courses.models import Enrolment

    enrolments = Enrolment.objects.bulk_create([
        Enrolment(learner=learner, edition=edition, enrolled_at=now)
        for learner in make_learners(answers // questions)], batch_size=5000)
    Attempt.objects.bulk_create([
        Attempt(learner_id=enrolment.learner_id, enrolment=enrolment.pk, activity=quiz.translation_key, number=1,
                form=[], pass_mark=60, started_at=now, submitted_at=now, graded_at=now, score=0, maximum=questions,
                passed=False, closed_by="learner") for enrolment in enrolments], batch_size=5000)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE item (position int, version text, options text[])")
        cursor.executemany("INSERT INTO item VALUES (%s, %s, %s)", [
            (position, question.version_id, [option["id"] for option in question.version.content["options"]])
            for position, question in enumerate(bank)])
        cursor.execute(ANSWER)
        cursor.execute("UPDATE assessments_attempt SET score = total FROM (SELECT attempt_id, sum(score) AS total FROM "
                       "assessments_answer GROUP BY attempt_id) AS sums WHERE attempt_id = id")
        cursor.execute("VACUUM ANALYZE")
    return quiz


def measure(quiz, server):
    from assessments.analysis.report import analyse
    from assessments.models import Attempt

    own, services, memory = time.process_time(), get_cpu_seconds(server), get_peak_memory(os.getpid())
    began = time.perf_counter()
    analysis = analyse(Attempt.objects.filter(activity=quiz.translation_key))
    print(f"{time.perf_counter() - began:.1f} s; CPU of this process {time.process_time() - own:.2f} s, of PostgreSQL "
          f"{get_cpu_seconds(server) - services:.2f} s; memory {get_peak_memory(os.getpid()):.0f} MB "
          f"(+{get_peak_memory(os.getpid()) - memory:.0f})")
    return analysis


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--answers", type=int, default=1_000_000)
    parser.add_argument("--questions", type=int, default=40)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="puentes-bench-") as name, \
            own_services("postgresql", Path(name)) as (settings, services):
        environment = make_environment(Path(name), settings)
        os.environ.clear()
        os.environ.update(environment)
        Path(name, "data").mkdir()
        manage("migrate", "--verbosity", "0", "--skip-checks")
        import django

        django.setup()
        began = time.perf_counter()
        quiz = make_test(options.answers, options.questions)
        print(f"{options.answers} answers to {options.questions} questions (made in {time.perf_counter() - began:.0f} "
              f"s); a fixed piece of Python {measure_machine():.0f} ms of CPU")
        for _run in range(3):
            analysis = measure(quiz, services[0])
        flagged = [item.code for item in analysis.flagged]
        print(f"{analysis.n} attempts, mean {analysis.mean:.1f} %, reliability {analysis.reliability:.3f}, flagged: "
              f"{flagged}")


if __name__ == "__main__":
    main()
