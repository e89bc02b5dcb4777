"""Section 6 of the Law School Admission Test, five items answered by 1000 people, as R. D. Bock and M. Lieberman
published it (1970, «Fitting a response model for n dichotomously scored items», Psychometrika 35, 179-197)."""

# How many gave each pattern of answers, from 00000, 00001, 00010 to 11111 (1: right).
COUNTS = (3, 6, 2, 11, 1, 1, 3, 4, 1, 8, 0, 16, 0, 3, 2, 15, 10, 29, 14, 81, 3, 28, 15, 80, 16, 56, 21, 173, 11, 61, 28,
          298)


def get_people():
    """1000 lists of five scores."""
    return [[int(digit) for digit in f"{pattern:05b}"] for pattern, count in enumerate(COUNTS) for _person in
            range(count)]
