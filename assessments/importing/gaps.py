"""Gaps of a text, both ways: a record has answers, numbers or options with percentages; our block has what is accepted,
other answers with their credit, and whether one chooses from a list."""

from decimal import Decimal

from assessments.formats import model
from assessments.formats.model import ALL, EMPTY, NONE, QuestionRefused, Remark
from assessments.importing.texts import from_plain

ANY = "*"
FEEDBACK = Remark("gap_feedback", "Feedback to every other answer in a gap is left out.")


def make_gap(maker, number, gap):
    """The raw value of the block of the gap with that ``number``. ``maker``: of the values of its question. Raises
    QuestionRefused."""
    entries = get_entries(gap)
    counting = [place for place, entry in enumerate(entries) if not is_anything(entry)]
    if len(counting) < len(entries):
        maker.remarks.append(FEEDBACK)
    full = [place for place in counting if entries[place].percent == ALL]
    if not full:
        raise QuestionRefused("no_right_answer", "No answer in one of its gaps earns 100%.")
    first = entries[full[0]]
    same = [place for place in full if is_like(entries[place], first)]

    def make_row(place, _each=None):
        return {"accepted": join(maker, number, [place]), "tolerance": get_tolerance(entries[place]),
                "credit": entries[place].percent, "feedback": make_feedback(maker, number, place)}

    others = [place for place in counting if place not in same]
    return {
        "accepted": join(maker, number, same), "case": gap.case, "accents": bool(gap.accents),
        "feedback": maker.text(lambda each: each.parts.gaps[number].feedback), "tolerance": get_tolerance(first),
        "when_right": make_feedback(maker, number, full[0]), "is_list": bool(gap.options), "weight": gap.weight,
        "others": maker.rows(others, lambda _row, place: make_row(place))}


def get_entries(gap):
    return gap.options or gap.numbers or gap.answers


def is_anything(entry):
    """Is it the feedback to every answer that no other takes? What else has stars is refused."""
    if isinstance(entry, model.Answer) and entry.match != "exact":
        if entry.text.strip() == ANY and entry.percent == NONE:
            return True
        raise QuestionRefused("gap_credit", "An answer in a gap has a * that stands for anything.")
    if not NONE <= entry.percent <= ALL:
        raise QuestionRefused("weight", "A percentage of an answer in a gap is less than 0 or more than 100.")
    return False


def is_like(entry, first):
    return entry.feedback == first.feedback and get_tolerance(entry) == get_tolerance(first)


def get_tolerance(entry):
    """None for what is no number."""
    if not isinstance(entry, model.Number):
        return None
    return entry.tolerance * abs(entry.value) / 100 if entry.tolerance_kind == "percent" else entry.tolerance


def join(maker, number, places):
    """{language: text with an answer a line}."""
    def get_text(entry):
        if isinstance(entry, model.Number):
            return f"{entry.value:f}"
        if isinstance(entry, model.Option):
            return " ".join(maker.text(lambda _each: entry.text)[next(iter(maker.languages))].split())
        return entry.text

    return {language: "\n".join(get_text(entries[place]) for place in places if place < len(entries))
            for language, each in maker.languages.items() for entries in [get_entries(each.parts.gaps[number])]}


def make_feedback(maker, number, place):
    def get(each):
        entries = get_entries(each.parts.gaps[number])
        return entries[place].feedback if place < len(entries) else EMPTY

    return maker.text(get)


def make_record_gap(reader, gap):
    """The Gap of a frozen gap. ``reader``: of the records of its question."""
    when_right, others = reader.remark(gap.get("when_right")), gap.get("others", ())
    rows = [(gap, ALL, when_right), *((other, Decimal(other["credit"]), reader.remark(other["feedback"]))
                                      for other in others)]
    written = [(line, percent, feedback, row.get("tolerance")) for row, percent, feedback in rows
               for line in reader.lines(row["accepted"])]
    common = {"feedback": reader.remark(gap["feedback"]), "weight": Decimal(gap.get("weight", 1))}
    if gap.get("is_list"):
        return model.Gap(options=tuple(model.Option(from_plain(line), percent, feedback)
                                       for line, percent, feedback, _tolerance in written), **common)
    if gap.get("tolerance") is not None:
        return model.Gap(numbers=tuple(
            model.Number(Decimal(line.replace(",", ".")), Decimal(tolerance or 0), percent, feedback)
            for line, percent, feedback, tolerance in written), **common)
    return model.Gap(tuple(model.Answer(line, percent, feedback) for line, percent, feedback, _tolerance in written),
                     gap["case"], gap["accents"], **common)
