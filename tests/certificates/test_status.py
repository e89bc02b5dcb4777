from certificates import status
from certificates.models import Certificate, StatusList
from tests.factories import make_certificate


def test_certificates_take_places_of_their_own_in_a_list(db):
    places = {(certificate.status_list_id, certificate.status_index) for certificate in
              (make_certificate() for _each in range(3))}
    assert len(places) == 3
    assert all(0 <= index < StatusList.SIZE for _number, index in places)
    assert StatusList.objects.get().taken == 3


def test_a_place_that_is_taken_is_not_given_again(db, monkeypatch):
    first = make_certificate()
    drawn = iter([first.status_index, first.status_index, 7 if first.status_index != 7 else 8])
    monkeypatch.setattr(status.secrets, "randbelow", lambda size: next(drawn))
    assert make_certificate().status_index != first.status_index
    assert next(drawn, None) is None


def test_the_next_list_begins_when_one_is_full(db, monkeypatch):
    monkeypatch.setattr(status, "FULL", 2)
    for _each in range(3):
        make_certificate()
    assert list(Certificate.objects.order_by("number").values_list("status_list__number", flat=True)) == [1, 1, 2]
