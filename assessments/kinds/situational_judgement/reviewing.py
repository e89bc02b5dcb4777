"""What the review page says of each option.

Without the key it tells of the experts what the answer has earned. Where options are chosen, that is what they said of
a chosen one; where all are rated or ranked, that would be the whole key, so it is what they said of the options that
were answered as they did."""

from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.kinds.situational_judgement.words import EFFECTIVENESS, VERDICTS
from assessments.texts import localise


@dataclass(frozen=True, slots=True)
class Mark:
    tone: str  # good, warn, bad, or nothing
    words: str

    @property
    def icon(self):
        return {"good": "check", "warn": "started", "bad": "close"}.get(self.tone, "todo")


@dataclass(frozen=True, slots=True)
class Review:
    """Of one option: ``answer`` is what was answered and ``experts`` what they said, sentences that are empty where
    there is nothing to tell; ``rationale``: (text, language). ``is_earned``: the answer alone lets the experts' be
    told."""

    marks: tuple[Mark, ...]
    experts: str
    is_earned: bool
    answer: str = ""
    is_chosen: bool = False
    text: tuple[str, str] = ("", "")
    rationale: tuple[str, str] = ("", "")


def review_option(item, option, response, *, show_key):
    """The Review of one frozen option."""
    make = {"rate": review_rating, "best_worst": review_verdict, "rank": review_rank, "panel": review_votes}
    review = replace(make[item["mode"]](item, option, response), text=localise(option["text"]))
    if show_key or review.is_earned:
        return replace(review, rationale=localise(option["rationale"]))
    return replace(review, experts="")


def review_rating(_item, option, response):
    rating, expert = response.get(option["id"]), option["expert"]
    answer = rating and _("Your rating: %(rating)s.") % {"rating": EFFECTIVENESS[rating - 1]}
    return Review(marks=(mark_distance(rating, expert),), is_earned=rating == expert, answer=answer or "",
                  experts=_("The experts' rating: %(rating)s.") % {"rating": EFFECTIVENESS[expert - 1]})


def review_rank(_item, option, response):
    rank, expert = response.get(option["id"]), option["expert"]
    is_shared = list(response.values()).count(rank) > 1
    mark = Mark("bad", _("Rank given to several options")) if is_shared else mark_distance(rank, expert)
    return Review(marks=(mark,), is_earned=rank == expert and not is_shared,
                  answer=_("Your rank: %(rank)s.") % {"rank": rank} if rank else "",
                  experts=_("The experts' rank: %(rank)s.") % {"rank": expert})


def mark_distance(answer, expert):
    if not answer:
        return Mark("", _("Not answered"))
    if answer == expert:
        return Mark("good", _("As the experts"))
    if abs(answer - expert) == 1:
        return Mark("warn", _("Close to the experts"))
    return Mark("bad", _("Far from the experts"))


def review_verdict(_item, option, response):
    words = {"best": (_("Your best, right"), _("Your best, not right")),
             "worst": (_("Your worst, right"), _("Your worst, not right"))}
    marks = tuple(Mark("good", right) if part == option["expert"] else Mark("bad", wrong)
                  for part, (right, wrong) in words.items() if response.get(part) == option["id"])
    return Review(marks=marks, is_earned=bool(marks), is_chosen=bool(marks), experts=str(VERDICTS[option["expert"]]))


def review_votes(item, option, response):
    votes, all_votes = option["expert"], [each["expert"] for each in item["options"]]
    is_chosen = option["id"] in response
    if votes == max(all_votes):
        mark = Mark("good", _("Your answer, and the one with most votes of the panel"))
    elif votes:
        mark = Mark("warn", _("Your answer, and that of a part of the panel"))
    else:
        mark = Mark("bad", _("Your answer, and that of nobody on the panel"))
    experts = ngettext("%(votes)s of %(total)s expert would do this.", "%(votes)s of %(total)s experts would do this.",
                       sum(all_votes)) % {"votes": votes, "total": sum(all_votes)}
    return Review(marks=(mark,) if is_chosen else (), is_earned=is_chosen, is_chosen=is_chosen, experts=experts)
