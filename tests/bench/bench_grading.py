"""``python -m tests.bench.bench_grading [--attempts 2000] [--questions 40]``: attempts graded in a CPU-second, pure and
without a database, for a form with all kinds of question in turn and for each kind alone."""

import argparse
import os
import random
import tempfile
import time
import warnings
from importlib import import_module
from pathlib import Path

from tests.bench.bench_pages import make_environment
from tests.bench.measure import measure_machine


def make_forms(kind, number):
    """``number`` (item, right response) pairs of one kind; the empty response where nothing is right."""
    module = import_module(f"tests.assessments.kinds.{kind}")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an example is all that is wanted here
        items = [module.ITEMS.example() for _number in range(number)]
    return [(item, module.get_right_response(item)) for item in items]


def measure(pairs, size, attempts):
    """Attempts of ``size`` items graded in a CPU-second."""
    from assessments.grading import grade
    from assessments.kinds import get_graders

    rng, graders = random.Random(1), get_graders()
    forms = [[rng.choice(pairs) for _number in range(size)] for _form in range(50)]
    began = time.process_time()
    for number in range(attempts):
        form = forms[number % len(forms)]
        grade([item for item, _response in form], dict(enumerate(response for _item, response in form)), graders)
    return attempts / (time.process_time() - began)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--attempts", type=int, default=2000)
    parser.add_argument("--questions", type=int, default=40)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="puentes-bench-") as name:
        os.environ |= make_environment(Path(name), {"PUENTES_EMBEDDED": "true"})
        import django  # not before the environment is made

        django.setup()
        from assessments.kinds import get_kinds

        print(f"a fixed piece of Python {measure_machine():.0f} ms of CPU; {options.questions} questions an attempt")
        pairs = {kind: make_forms(kind, 12) for kind in get_kinds()}
        every = [pair for each in pairs.values() for pair in each]
        print(f"{'all kinds':24}{measure(every, options.questions, options.attempts):10.0f} attempts a CPU-second")
        for kind, each in pairs.items():
            print(f"{kind:24}{measure(each, options.questions, options.attempts // 10):10.0f}")


if __name__ == "__main__":
    main()
