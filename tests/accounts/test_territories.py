from collections import Counter
from io import StringIO

import pytest
from django.core.management import call_command

from lms.accounts.models import Territory
from lms.accounts.territories import DATA, load_territories

pytestmark = pytest.mark.django_db


def test_territories_are_there_after_migrate():
    counts = Counter(Territory.objects.values_list("country_code", "level"))
    assert counts == {("CL", "country"): 1, ("CL", "region"): 16, ("CL", "province"): 56, ("CL", "commune"): 346,
                      ("MX", "country"): 1, ("MX", "state"): 1, ("MX", "borough"): 16}


def test_territory_codes_keep_their_zeros_and_parents():
    antartica = Territory.objects.get(country_code="CL", code="12202")
    assert [antartica.parent.level, antartica.parent.parent.level] == ["province", "region"]
    assert Territory.objects.filter(country_code="CL", level="region", code="01").exists()


def test_same_file_twice_changes_nothing():
    before = list(Territory.objects.values_list())
    assert load_territories(model=Territory) == len(before)
    assert list(Territory.objects.values_list()) == before


def test_changed_name_is_brought_up_to_date_and_nothing_removed(tmp_path):
    before = Territory.objects.count()
    lines = DATA.read_text(encoding="utf-8").splitlines()
    path = tmp_path / "territories.csv"
    path.write_text("\n".join([lines[0], lines[1], "XX,country,XX,Nowhere,"]), encoding="utf-8")
    first = lines[1].split(",")
    Territory.objects.filter(country_code=first[0], code=first[2]).update(name="Old name")
    load_territories(model=Territory, path=path)
    assert Territory.objects.get(country_code=first[0], code=first[2]).name == first[3]
    assert Territory.objects.count() == before + 1


def test_load_territories_command_prints_counts():
    out = StringIO()
    call_command("load_territories", stdout=out)
    assert "346 commune" in out.getvalue()
    assert "16 borough" in out.getvalue()
