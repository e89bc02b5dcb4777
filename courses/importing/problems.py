from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a file that stops an import: where it is and what is wrong, for the person who wrote the file."""

    file: str
    line: int | None
    text: str

    def __str__(self):
        return f"{self.file}:{self.line}: {self.text}" if self.line else f"{self.file}: {self.text}"


class CourseRejected(Exception):
    """The files cannot be loaded; nothing was changed. ``problems`` says everything that is wrong."""

    def __init__(self, problems):
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems
