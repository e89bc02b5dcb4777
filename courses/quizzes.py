"""From a quiz page to the rules that assessments works with."""

from assessments.attempts import Draw, QuizRules


def get_rules(page):
    """The QuizRules of a QuizPage: its questions by primary key and its draws, in order."""
    sections = []
    for block in page.items.raw_data:
        value = block["value"]
        if block["type"] == "question":
            sections.append(value)
        elif value["category"]:
            sections.append(Draw(count=value["count"], category=value["category"]))
    return QuizRules(
        sections=tuple(sections), pass_mark=page.pass_mark, attempts_allowed=page.attempts_allowed,
        time_limit=page.time_limit, shuffle_questions=page.shuffle_questions, shuffle_options=page.shuffle_options,
        layout=page.layout, feedback=page.feedback, delay=page.delay, honour=page.honour, counting=page.counting,
        anonymous_marking=page.anonymous_marking, second_marker=page.second_marker,
        mark_difference=page.mark_difference,
    )


def count_questions(page):
    """How many questions an attempt will have, without a query."""
    return sum(block["value"]["count"] if block["type"] == "draw" else 1 for block in page.items.raw_data)
