import pytest
from django.http import HttpResponse

from certificates.throttling import throttled

WINDOW_START = 60 * 30_000_000


@pytest.fixture
def ask(rf, monkeypatch):
    view = throttled(name="test", limit=3)(lambda request: HttpResponse("answer"))

    def ask(address="203.0.113.1", second=0, **headers):
        monkeypatch.setattr("certificates.throttling.time.time", lambda: WINDOW_START + second)
        monkeypatch.setattr("certificates.throttling.render", lambda request, template, context, status: HttpResponse(
            f"wait {context['seconds']}", status=status))
        return view(rf.get("/", REMOTE_ADDR=address, **headers))
    return ask


def test_throttle_answers_until_the_limit(ask):
    assert [ask().status_code for _number in range(5)] == [200, 200, 200, 429, 429]


def test_throttle_says_how_long_to_wait(ask):
    for _number in range(3):
        ask(second=5)
    assert ask(second=20)["Retry-After"] == "40"
    assert ask(second=59)["Retry-After"] == "1"
    assert ask(second=60).status_code == 200


def test_throttle_counts_each_address(ask):
    for _number in range(4):
        ask("203.0.113.1")
    assert ask("203.0.113.2").status_code == 200


def test_throttle_counts_an_ipv6_network_as_one(ask):
    answers = [ask(f"2001:db8::{number:x}").status_code for number in range(1, 5)]
    assert answers == [200, 200, 200, 429]
    assert ask("2001:db8:0:1::1").status_code == 200


def test_throttle_believes_no_header_without_a_proxy(ask):
    answers = [ask(headers={"X-Forwarded-For": f"198.51.100.{number}"}).status_code for number in range(4)]
    assert answers[-1] == 429


def test_throttle_counts_the_address_before_the_trusted_proxy(ask, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for number in range(4):
        assert ask(headers={"X-Forwarded-For": f"10.0.0.1, 198.51.100.{number}"}).status_code == 200
    answers = [ask(headers={"X-Forwarded-For": f"10.0.0.{number}, 198.51.100.9"}).status_code for number in range(4)]
    assert answers[-1] == 429
