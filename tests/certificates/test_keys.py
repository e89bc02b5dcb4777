import datetime as dt
import os
import stat

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from django.core.management import CommandError, call_command

from certificates import x509
from certificates.keys import (
    KeyAlreadyEnded,
    KeyExposed,
    KeyUnavailable,
    create_key,
    get_certificates_signed_by,
    get_key_file,
    get_signing_key,
    load_signing_key,
    mark_compromised,
    retire,
    sign,
)
from certificates.models import Artifact, Certificate, IssuerKey
from lms.accounts.models import AuditEvent
from tests.factories import make_certificate, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("keys_dir")]
NOW = dt.datetime(2026, 11, 22, 15, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(days=1)


def make_key(purpose="pdf", **fields):
    return create_key(**{"purpose": purpose, "now": NOW, **fields})


def verify(key, signature, data):
    """Raises InvalidSignature."""
    if key.purpose == "pdf":
        public = x509.read_chain(key.public_key)[0].public_key()
        return public.verify(signature, data, ec.ECDSA(hashes.SHA256()))
    alphabet, number = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz", 0
    for letter in key.public_key.removeprefix("z"):
        number = number * 58 + alphabet.index(letter)
    return ed25519.Ed25519PublicKey.from_public_bytes(number.to_bytes(34)[2:]).verify(signature, data)


def make_commands_keys(*options):
    call_command("create_issuer_keys", *options)
    return IssuerKey.objects.order_by("pk")


def test_create_key_keeps_the_private_half_where_only_the_platform_reads(keys_dir):
    key = make_key()
    assert stat.S_IMODE(keys_dir.stat().st_mode) == 0o700
    assert [(file.name, stat.S_IMODE(file.stat().st_mode)) for file in keys_dir.iterdir()] == [
        (f"{key.key_id}.pem", 0o600)]
    assert "PRIVATE" not in key.public_key


def test_create_key_of_a_seal_makes_its_certificate_and_root(settings):
    settings.CERTIFICATE_ISSUER = "Municipalidad de Ñuñoa"
    leaf, root = x509.read_chain(make_key().public_key)
    leaf.verify_directly_issued_by(root)
    root.verify_directly_issued_by(root)
    assert "CN=Municipalidad de Ñuñoa" in leaf.subject.rfc4514_string()
    assert leaf.not_valid_before_utc <= NOW
    assert leaf.not_valid_after_utc - NOW == x509.VALIDITY
    usage = leaf.extensions.get_extension_for_class(x509.x509.KeyUsage).value
    assert (usage.digital_signature, usage.content_commitment, usage.key_cert_sign) == (True, True, False)


def test_create_key_of_a_credential_is_a_multikey():
    key = make_key("credential", now=dt.datetime(2026, 3, 2, 1, tzinfo=dt.UTC))
    assert key.public_key.startswith("z6Mk")  # what every Ed25519 Multikey begins with
    assert key.key_id.startswith("credential-2026-03-01-")  # the day in the platform's time zone


def test_create_key_refuses_a_folder_that_others_can_open(keys_dir):
    keys_dir.mkdir(mode=0o755)
    keys_dir.chmod(0o755)
    with pytest.raises(KeyExposed, match=f"chmod 700 {keys_dir}"):
        make_key()
    assert not IssuerKey.objects.exists()


@pytest.mark.parametrize("purpose", IssuerKey.Purpose.values)
def test_sign_is_verified_by_the_public_half(purpose):
    key = make_key(purpose)
    signature = sign(key=key, data=b"facts")
    verify(key, signature, b"facts")
    with pytest.raises(InvalidSignature):
        verify(key, signature, b"other")


@pytest.mark.parametrize(("of_the_folder", "mode", "advice"), [
    (False, 0o640, "chmod 600"), (False, 0o604, "chmod 600"), (True, 0o750, "chmod 700"), (True, 0o701, "chmod 700"),
])
def test_sign_refuses_a_key_that_others_may_use(of_the_folder, mode, advice):
    key = make_key()
    sign(key=key, data=b"facts")
    file = get_key_file(key)
    (file.parent if of_the_folder else file).chmod(mode)
    with pytest.raises(KeyExposed, match=advice):
        sign(key=key, data=b"facts")


def test_sign_says_where_a_missing_file_should_be():
    key = make_key()
    get_key_file(key).unlink()
    with pytest.raises(KeyUnavailable, match=str(get_key_file(key))):
        sign(key=key, data=b"facts")


@pytest.mark.parametrize("purpose", IssuerKey.Purpose.values)
def test_sign_notices_another_key_in_the_file(purpose):
    key, other = make_key(purpose), make_key(purpose)
    sign(key=key, data=b"facts")
    get_key_file(other).replace(get_key_file(key))
    with pytest.raises(KeyUnavailable, match="another key"):
        sign(key=key, data=b"facts")


def test_sign_refuses_a_file_that_holds_no_key():
    key = make_key()
    get_key_file(key).write_text("no key")
    with pytest.raises(KeyUnavailable, match="cannot be used"):
        sign(key=key, data=b"facts")


def test_load_signing_key_does_not_look_for_a_key_of_a_module_in_files():
    key = make_key()
    key.storage = IssuerKey.Storage.PKCS11
    with pytest.raises(KeyUnavailable, match="not kept in a file"):
        load_signing_key(key)


def test_signing_key_is_the_newest_in_use():
    first, second = make_key(), make_key(now=LATER)
    make_key("credential")
    assert get_signing_key(purpose="pdf", now=NOW) == first
    assert get_signing_key(purpose="pdf", now=LATER) == second
    retire(key=second, by=None, now=LATER)
    assert get_signing_key(purpose="pdf", now=LATER) == first
    mark_compromised(key=first, by=None, now=LATER)
    assert get_signing_key(purpose="pdf", now=LATER) is None


def test_retired_key_stays_published():
    key = retire(key=make_key(), by=make_user(), now=LATER)
    assert list(IssuerKey.objects.published()) == [key]
    with pytest.raises(KeyAlreadyEnded):
        retire(key=key, by=None, now=LATER)


def test_compromised_key_is_published_no_more():
    key = make_key()
    certificate, other, revoked = (make_certificate() for _number in range(3))
    for each, kind, signed_by in ((certificate, "pdf_es", key), (certificate, "pdf_en", key), (revoked, "pdf_es", key),
                                  (other, "pdf_es", None)):
        Artifact.objects.create(certificate=each, kind=kind, sha256="0" * 64, size=1, storage_key="x", key=signed_by)
    Certificate.objects.filter(pk=revoked.pk).update(state="revoked", ended_at=NOW)
    administrator = make_user(is_superuser=True)
    key = mark_compromised(key=key, by=administrator, now=LATER)
    assert (key.compromised_at, key.retired_at) == (LATER, LATER)
    assert not IssuerKey.objects.published().exists()
    assert list(get_certificates_signed_by(key)) == [certificate]
    event = AuditEvent.objects.get(action="issuer_key.compromised")
    assert (event.actor, event.subject, event.details) == (
        administrator, f"issuer_key:{key.key_id}", {"certificates": 1})
    with pytest.raises(KeyAlreadyEnded):
        mark_compromised(key=key, by=None, now=LATER)


def test_retired_key_can_still_be_compromised():
    key = mark_compromised(key=retire(key=make_key(), by=None, now=NOW), by=None, now=LATER)
    assert (key.retired_at, key.compromised_at) == (NOW, LATER)


def test_command_makes_both_keys_once():
    keys = list(make_commands_keys())
    assert sorted(key.purpose for key in keys) == ["credential", "pdf"]
    assert list(make_commands_keys()) == keys


def test_command_rotates():
    old = list(make_commands_keys())
    make_commands_keys("--rotate")
    assert list(IssuerKey.objects.exclude(retired_at=None).order_by("pk")) == old
    assert sorted(IssuerKey.objects.filter(retired_at=None).values_list("purpose", flat=True)) == ["credential", "pdf"]
    assert IssuerKey.objects.published().count() == 4


def test_command_says_when_the_key_in_use_is_not_here(keys_dir):
    for key in make_commands_keys():
        (keys_dir / f"{key.key_id}.pem").unlink()
    with pytest.raises(CommandError, match="create_issuer_keys --rotate"):
        make_commands_keys()
    make_commands_keys("--rotate")
    assert sign(key=get_signing_key(purpose="pdf", now=dt.datetime.now(dt.UTC)), data=b"facts")


def test_command_says_when_no_hardware_module_is_named():
    with pytest.raises(CommandError, match="PUENTES_PKCS11_MODULE"):
        make_commands_keys("--pkcs11")


def test_command_makes_keys_in_a_hardware_module(hardware_module, keys_dir):
    keys = {key.purpose: key for key in make_commands_keys("--pkcs11")}
    assert {key.storage for key in keys.values()} == {"pkcs11"}
    assert not keys_dir.exists()
    for key in keys.values():
        verify(key, sign(key=key, data=b"facts"), b"facts")


def test_hardware_module_that_is_away_is_found_again(hardware_module, settings):
    key = make_key(storage="pkcs11")
    from certificates import key_module

    key_module._disconnect()
    settings.PKCS11_PIN = "wrong"
    with pytest.raises(KeyUnavailable, match=hardware_module) as refusal:
        sign(key=key, data=b"facts")
    assert "wrong" not in str(refusal.value)
    settings.PKCS11_PIN = "5678"
    assert sign(key=key, data=b"facts")


def test_hardware_module_signs_in_a_process_that_was_forked_from_one_that_used_it(hardware_module):
    key = make_key(storage="pkcs11")
    sign(key=key, data=b"facts")
    child = os.fork()
    if not child:
        try:
            verify(key, sign(key=key, data=b"facts"), b"facts")
        except BaseException:
            os._exit(1)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    verify(key, sign(key=key, data=b"facts"), b"facts")
