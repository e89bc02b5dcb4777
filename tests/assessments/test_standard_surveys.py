import pytest

from assessments.models import Survey
from assessments.standard_surveys import put_standard_surveys

pytestmark = pytest.mark.django_db


def get_texts(content):
    for item in content["items"]:
        yield item["stem"]
        yield from item.get("labels", [])
        for option in item.get("options", []):
            yield option["text"]


def test_standard_surveys_are_whole_in_each_language():
    put_standard_surveys()
    surveys = Survey.objects.filter(is_standard=True)
    assert sorted(surveys.values_list("purpose", flat=True)) == sorted(Survey.Purpose.values)
    for survey in surveys:
        assert survey.body.stream_block.clean(survey.body)
        for text in get_texts(survey.version.content):
            assert text["es"], survey.code
            assert text["en"], survey.code
            assert text["es"] != text["en"] or text["es"] == "No"


def test_standard_satisfaction_is_measured_by_one_named_statement():
    put_standard_surveys()
    content = Survey.objects.get(code="satisfaction").version.content
    measured = [option["text"]["en"] for item in content["items"] if item["kind"] == "scale"
                for option in item["options"] if option["satisfaction"]]
    assert measured == ["The course as a whole"]


def test_standard_surveys_that_people_changed_stay_as_they_are():
    put_standard_surveys()
    Survey.objects.filter(code="satisfaction").update(title="Mi encuesta", is_standard=False)
    put_standard_surveys()
    assert (Survey.objects.count(), Survey.objects.get(code="satisfaction").title) == (3, "Mi encuesta")
