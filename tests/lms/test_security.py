import pytest

from tests import factories

pytestmark = pytest.mark.django_db


def directives(response):
    parts = response["Content-Security-Policy"].split(";")
    return dict(part.strip().partition(" ")[::2] for part in parts if part.strip())


def test_pages_allow_no_inline_code(client):
    policy = directives(client.get("/healthz"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert "unsafe" not in " ".join(policy.values())


def test_only_the_admin_allows_what_wagtail_needs(client):
    client.force_login(factories.make_user(is_superuser=True))
    policy = directives(client.get("/admin/"))
    assert policy["style-src"] == "'self' 'unsafe-inline'"
    assert policy["frame-ancestors"] == "'self'"


def test_pages_carry_the_headers_that_browsers_obey(client):
    response = client.get("/healthz")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert response["Referrer-Policy"] == "same-origin"


def test_unknown_host_is_refused(client):
    assert client.get("/healthz", headers={"host": "elsewhere.example"}).status_code == 400
