import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ValidationError
from django.db import connection

from lms.accounts.identity import _fernet, decrypt, encrypt, fingerprint, mask, normalise_document
from tests.accounts.people import make_user


@pytest.mark.parametrize(("number", "expected"), [
    ("12.345.678-5", "12345678-5"), ("12.678.579-8", "12678579-8"), ("15.509.661-6", "15509661-6"),
    ("30.686.957-4", "30686957-4"), ("12.956.784-8", "12956784-8"), ("1.000.005-K", "1000005-K"),
    ("20.347.878-K", "20347878-K"), ("20347878k", "20347878-K"), (" 12 345 678-5 ", "12345678-5"),
    ("01.000.005-k", "1000005-K"),
])
def test_rut_is_written_one_way(number, expected):
    assert normalise_document(kind="rut", number=number) == expected


@pytest.mark.parametrize("number", ["12.345.678-9", "12.345.678-K", "12345678", "1", "", "RUT", "12.345.678-55", "K-1"])
def test_rut_that_cannot_be_is_refused(number):
    with pytest.raises(ValidationError) as caught:
        normalise_document(kind="rut", number=number)
    assert caught.value.code == "document_invalid"


def with_check_digit(seventeen):
    from stdnum.mx import curp

    return seventeen + curp.calc_check_digit(seventeen)


@pytest.mark.parametrize(("number", "expected"), [
    ("HEGG560427MVZRRL04", "HEGG560427MVZRRL04"), ("BOXW310820HNERXN09", "BOXW310820HNERXN09"),
    ("hegg560427mvzrrl04", "HEGG560427MVZRRL04"), (" HEGG560427-MVZRRL04 ", "HEGG560427MVZRRL04"),
])
def test_curp_is_written_one_way(number, expected):
    assert normalise_document(kind="curp", number=number) == expected


def test_curp_with_sex_x_is_valid_with_its_own_check_digit_only():
    number = with_check_digit("HEGG560427XVZRRL0")
    assert normalise_document(kind="curp", number=number) == number
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    with pytest.raises(ValidationError):
        normalise_document(kind="curp", number=wrong)


@pytest.mark.parametrize("number", [
    "HEGG560427MVZRRL05", "HEGG561327MVZRRL04", "HEGG560427ZVZRRL04", "HEGG560427MVZRRL0", "HEGG560427MVZRRL044", "",
    with_check_digit("HEGG560427XZZRRL0"), with_check_digit("HEGG561327XVZRRL0"),
])
def test_curp_that_cannot_be_is_refused(number):
    with pytest.raises(ValidationError) as caught:
        normalise_document(kind="curp", number=number)
    assert caught.value.code == "document_invalid"


def test_passport_keeps_letters_and_digits():
    assert normalise_document(kind="passport", number=" ab 123.456 ") == "AB123456"
    for number in ["abc", "A" * 31, "<script>", "ñandú1"]:
        with pytest.raises(ValidationError):
            normalise_document(kind="passport", number=number)


def test_encryption_comes_back_and_differs_each_time():
    first, second = encrypt("12345678-5"), encrypt("12345678-5")
    assert first != second
    assert (decrypt(first), decrypt(second), decrypt(encrypt(""))) == ("12345678-5", "12345678-5", "")


def test_decryption_without_the_key_is_empty(settings):
    token = encrypt("12345678-5")
    settings.IDENTITY_KEYS = [Fernet.generate_key().decode()]
    assert decrypt(token) == ""


def test_rotation_reads_old_numbers_and_keeps_fingerprints(settings):
    token, before = encrypt("12345678-5"), fingerprint(kind="rut", number="12345678-5")
    settings.IDENTITY_KEYS = [Fernet.generate_key().decode(), *settings.IDENTITY_KEYS]
    assert decrypt(token) == "12345678-5"
    assert fingerprint(kind="rut", number="12345678-5") == before
    assert _fernet(tuple(settings.IDENTITY_KEYS[:1])).decrypt(encrypt("1-9").encode()) == b"1-9"


def test_fingerprint_depends_on_kind_number_and_key(settings):
    prints = {fingerprint(kind="rut", number="1-9"), fingerprint(kind="other", number="1-9"),
              fingerprint(kind="rut", number="2-7")}
    settings.IDENTITY_KEYS = [Fernet.generate_key().decode()]
    prints.add(fingerprint(kind="rut", number="1-9"))
    assert len(prints) == 4
    assert {len(text) for text in prints} == {64}


@pytest.mark.parametrize(("number", "expected"), [
    ("12345678-5", "••••5678-5"), ("HEGG560427MVZRRL04", "••••••••••••••RL04"), ("AB12", "••••"), ("", ""),
])
def test_mask_shows_the_end_only(number, expected):
    assert mask(number) == expected


@pytest.mark.django_db
def test_number_is_not_in_the_database_in_clear():
    user = make_user()
    user.set_document(kind="rut", number="12.345.678-5")
    user.save()
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM accounts_user WHERE id = %s", [user.pk])
        row = " ".join(map(str, cursor.fetchone()))
    assert "12345678" not in row
    assert "5678-5" not in row
    user.refresh_from_db()
    assert user.document_number == "12345678-5"


@pytest.mark.django_db
def test_empty_number_takes_the_document_away():
    user = make_user()
    user.set_document(kind="rut", number="12.345.678-5")
    user.set_document(kind="rut", number="")
    assert (user.document_kind, user.document_encrypted, user.document_fingerprint) == ("", "", "")
