import pytest


@pytest.mark.sqlite
@pytest.mark.django_db
def test_health_answers_when_the_database_does(client):
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok")
