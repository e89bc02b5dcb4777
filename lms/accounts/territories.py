"""Load the official territories. Safe to repeat: rows are found by country and code, names and parents are brought
up to date, and nothing is removed."""

import csv
from pathlib import Path

from django.db import transaction

DATA = Path(__file__).parent / "data" / "territories.csv"


@transaction.atomic
def load_territories(*, model, path=DATA):
    """Read ``path`` (country_code, level, code, name, parent_code; parents before children) into ``model``.

    ``model`` is Territory, or its historical version in a migration. Returns the number of lines."""
    known = {(row.country_code, row.code): row for row in model.objects.all()}
    with path.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    # Parents first; the file lists all of a level before the next one, countries apart.
    for line in lines:
        parent = known[(line["country_code"], line["parent_code"])] if line["parent_code"] else None
        values = {"level": line["level"], "name": line["name"], "parent": parent}
        row = known.get((line["country_code"], line["code"]))
        if row is None:
            known[(line["country_code"], line["code"])] = model.objects.create(
                country_code=line["country_code"], code=line["code"], **values)
        elif (row.level, row.name, row.parent_id) != (line["level"], line["name"], parent and parent.pk):
            for field, value in values.items():
                setattr(row, field, value)
            row.save()
    return len(lines)
