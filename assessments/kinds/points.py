"""Points on a short scale, such as 1 to 5, in the kinds in which statements or options get one. Pure."""

from assessments.grading import AnswerRefused


def check_point(value, most):
    """A whole number from 1 to ``most``; None for an empty one. Raises AnswerRefused."""
    if value is None or value == "":
        return None
    if not isinstance(value, int) or isinstance(value, bool):
        raise AnswerRefused("shape")
    if not 1 <= value <= most:
        raise AnswerRefused("unknown_option")
    return value


def read_points(post, name, ids, most):
    """{id: point} of the fields ``<name>-<id>`` of a posted form; what is no point stays text, for the check."""
    numbers = {str(point): point for point in range(1, most + 1)}
    return {each: numbers.get(text, text) for each in ids if (text := post.get(f"{name}-{each}"))}
