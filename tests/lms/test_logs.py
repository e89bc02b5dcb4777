import json
import logging

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from lms.logs import Formatter

TOKEN = "1vAbCd:8_geheim-geheim"


@pytest.fixture
def lines():
    """The lines of the log, as an installation writes them."""
    written, formatter = [], Formatter()
    handler = logging.Handler()
    handler.emit = lambda record: written.append(json.loads(formatter.format(record)))
    logger = logging.getLogger("django")
    logger.addHandler(handler)
    yield written
    logger.removeHandler(handler)


@pytest.mark.parametrize("name", ["follow_up", "name_supervisor", "supervisor"])
@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.django_db
def test_signed_link_of_a_refused_form_is_not_in_the_log(lines, name, language):
    with override(language):
        address = reverse(name, args=[TOKEN])
    assert Client(enforce_csrf_checks=True).post(address, {"email": "x"}).status_code == 403
    [line] = lines
    assert line["event"] == f"Forbidden (CSRF cookie not set.): {address.replace(TOKEN, '…')}"
    assert TOKEN not in json.dumps(line)


@pytest.mark.parametrize(("address", "shown"), [
    ("/es/account/password/reset/key/5-abc-123/", "/es/account/password/reset/key/…/"),
    ("/en/account/confirm-email/MQ:1v:x/", "/en/account/confirm-email/…/"),
    ("/es/certificates/7K4M-9XQ2/", "/es/certificates/…/"), ("/c/7K4M-9XQ2", "/c/…"),
    ("/es/courses/lo-que-sea/", "/es/courses/lo-que-sea/"), ("/admin/certificates/5/", "/admin/certificates/5/")])
def test_addresses_lose_what_lets_somebody_in(address, shown):
    record = logging.LogRecord("django.request", logging.WARNING, __file__, 1, "Not Found: %s", (address,), None)
    assert json.loads(Formatter().format(record))["event"] == f"Not Found: {shown}"
