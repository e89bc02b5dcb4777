"""The shape of every kind of credential, by the JSON schema in open_badge.schema.json (whose first lines say where it
is from) and by the validator of Open Badges 3.0 of LearnCard."""

import datetime as dt
import json
import subprocess
from decimal import Decimal
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator, ValidationError

from certificates.credentials.making import make_credential
from certificates.models import Certificate
from tests.certificates.credentials.conftest import NOW
from tests.factories import make_certificate
from tests.servers import ROOT

NO_RESULT = {"percentage": None, "grade": None, "grade_rule": ""}
SHAPES = {
    "with everything": {"expires_on": dt.date(2027, 11, 22)},
    "in one language": {"course": {"es": "Curso"}, "contents": []},
    "in English": {"language": "en"},
    "without a result": {"kind": "attendance", **NO_RESULT},
    "without hours": {"hours": Decimal(0)},
    "without hours and result": {"kind": "attendance", "hours": Decimal(0), **NO_RESULT},
    "of a path": {"kind": "path", "grade": Decimal("9.5"), "grade_rule": "mexico-70"},
    "of progress": {"kind": "progress", "progress": Decimal("37.5"), **NO_RESULT},
}
LEARNCARD = """
import {AchievementCredentialValidator} from '@learncard/types';
let text = '';
for await (const chunk of process.stdin) text += chunk;
const judged = JSON.parse(text).map(each => AchievementCredentialValidator.safeParse(each));
process.stdout.write(JSON.stringify(judged.map(({success, error}) => success ? '' : error.message)));
"""


@pytest.fixture(scope="module")
def validator():
    schema = json.loads((Path(__file__).parent / "open_badge.schema.json").read_text())
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def credential_of(key, **facts):
    return json.loads(make_credential(make_certificate(now=NOW, **facts), key=key, now=NOW))


@pytest.mark.parametrize("shape", SHAPES)
def test_every_credential_has_the_shape_of_an_open_badge(key, validator, shape):
    credential = credential_of(key, **SHAPES[shape])
    validator.validate(credential)
    # The standard lets them be absent; here they are only where there is nothing to say.
    subject, is_without = credential["credentialSubject"], shape == "without hours and result"
    assert ("result" not in subject) == ("resultDescription" not in subject["achievement"]) == is_without


def test_no_kind_of_certificate_is_forgotten():
    assert {facts.get("kind", "approval") for facts in SHAPES.values()} == set(Certificate.Kind.values)


@pytest.mark.parametrize("change", [
    lambda each: each.pop("validFrom"),
    lambda each: each.update(proof=each["proof"][0]),
    lambda each: each.update(email="ana@puentes.test"),
    lambda each: each["credentialSubject"].update(name="Ana"),
    lambda each: each["credentialSubject"]["achievement"].pop("criteria"),
    lambda each: each["@context"].reverse(),
])
def test_the_schema_refuses_another_shape(key, validator, change):
    credential = credential_of(key)
    change(credential)
    with pytest.raises(ValidationError):
        validator.validate(credential)


def test_the_validator_of_learncard_agrees(key):
    credentials = [credential_of(key, **facts) for facts in SHAPES.values()]
    wrong = credential_of(key)
    wrong["credentialSubject"]["achievement"].pop("criteria")
    run = subprocess.run(["node", "--input-type=module", "--eval", LEARNCARD], cwd=ROOT, capture_output=True, text=True,
                         input=json.dumps([*credentials, wrong]))
    assert run.returncode == 0, run.stderr
    *judged, refusal = json.loads(run.stdout)
    assert judged == [""] * len(SHAPES)
    assert "criteria" in refusal
