import dataclasses
import datetime as dt

import pytest
from axes.models import AccessAttempt
from django.urls import reverse

from lms.accounts.models import AuditEvent, User
from lms.privacy import retention
from lms.privacy.models import RetentionRule
from lms.privacy.retention import TooShort, UnknownPurpose, apply_rules, get_rules, set_rule
from lms.privacy.tasks import apply_retention
from tests.factories import make_assignment, make_certificate, make_organisation, make_user

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)


def make_attempt(at):
    attempt = AccessAttempt.objects.create(username="ana@puentes.test", failures_since_start=1)
    AccessAttempt.objects.filter(pk=attempt.pk).update(attempt_time=at)
    return attempt


def test_what_is_older_than_its_rule_goes():
    make_attempt(dt.datetime(2025, 11, 21, tzinfo=dt.UTC))
    kept = make_attempt(dt.datetime(2025, 11, 23, tzinfo=dt.UTC))
    assert apply_rules(now=NOW)["sign-ins"] == 1
    assert AccessAttempt.objects.get() == kept
    rule = RetentionRule.objects.get(pk="sign-ins")
    assert (rule.applied_at, rule.removed) == (NOW, 1)
    assert apply_rules(now=NOW)["sign-ins"] == 0


def test_rule_without_months_keeps_everything():
    set_rule(purpose="sign-ins", months=None, by=make_user())
    make_attempt(dt.datetime(2000, 1, 1, tzinfo=dt.UTC))
    assert "sign-ins" not in apply_rules(now=NOW)
    assert AccessAttempt.objects.exists()


def test_rules_have_a_least_and_are_traced():
    with pytest.raises(TooShort) as caught:
        set_rule(purpose="texts", months=11, by=make_user())
    assert caught.value.least == 12
    with pytest.raises(UnknownPurpose):
        set_rule(purpose="nothing", months=1, by=make_user())
    set_rule(purpose="texts", months=12, by=make_user())
    assert AuditEvent.objects.get(action="retention.changed").details == {"months": 12}


def test_accounts_that_were_used_stay():
    long_ago = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    unused, holder, official, recent = (make_user(date_joined=long_ago), make_user(date_joined=long_ago),
                                        make_user(date_joined=long_ago), make_user(date_joined=NOW))
    signed_in = make_user(date_joined=long_ago, last_login=NOW)
    make_certificate(learner=holder)
    make_assignment(user=official, organisation=make_organisation())
    assert apply_rules(now=NOW)["unused-accounts"] == 1
    assert set(User.objects.all()) == {holder, official, recent, signed_in}
    assert unused not in User.objects.all()


def test_one_rule_that_fails_does_not_stop_the_others(monkeypatch, caplog):
    def fail(before):
        raise ValueError

    broken = dataclasses.replace(retention.PURPOSES["sign-ins"], remove=fail)
    monkeypatch.setitem(retention.PURPOSES, "sign-ins", broken)
    assert set(apply_rules(now=NOW)) == set(retention.PURPOSES) - {"sign-ins"}
    assert "sign-ins could not be applied" in caplog.text


def test_task_applies_the_rules():
    apply_retention()
    assert RetentionRule.objects.filter(applied_at__isnull=False).count() == len(get_rules())


def test_administrator_changes_a_rule(client):
    client.force_login(make_user(is_superuser=True))
    values = {purpose.name: rule.months or "" for purpose, rule in get_rules()}
    page = client.post(reverse("retention"), {**values, "texts": 1}).content.decode()
    assert "12" in page
    assert not RetentionRule.objects.exists()
    client.post(reverse("retention"), {**values, "texts": 24, "sign-ins": ""})
    assert dict(RetentionRule.objects.values_list("purpose", "months")) == {"texts": 24, "sign-ins": None}
