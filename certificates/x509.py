"""The X.509 certificates of a seal: its own and the root above it.

Every seal has a root of its own, whose private half lives only while it signs that one certificate. So no key lies
around that could make another seal, and to withdraw one says nothing of the rest. Whoever trusts the root, which is
published, trusts that seal. See docs/decisions/0025-keys-of-the-issuer.md."""

from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID, ObjectIdentifier
from django.conf import settings

# A document is checked with the certificate as it is then: it must outlive the wish to check. What ends the use of a
# key is that it is retired.
VALIDITY = timedelta(days=30 * 365)
CLOCK_SKEW = timedelta(minutes=5)
DOCUMENT_SIGNING = ObjectIdentifier("1.3.6.1.5.5.7.3.36")  # RFC 9336
EMAIL_PROTECTION = x509.ExtendedKeyUsageOID.EMAIL_PROTECTION  # what readers built on NSS ask for in its place


def make_chain(*, public_key, key_id, now):
    """PEM: the certificate of ``public_key`` (P-256), then its root."""
    root_key = ec.generate_private_key(ec.SECP256R1())
    root_name = _name(f"{settings.CERTIFICATE_ISSUER} Root {key_id}", key_id)
    root = _sign(
        _begin(root_name, root_name, root_key.public_key(), now)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True), root_key)
    leaf = _sign(
        _begin(_name(settings.CERTIFICATE_ISSUER, key_id), root_name, public_key, now)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(digital_signature=True, content_commitment=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([DOCUMENT_SIGNING, EMAIL_PROTECTION]), critical=False), root_key)
    return "".join(each.public_bytes(serialization.Encoding.PEM).decode() for each in (leaf, root))


def read_chain(text):
    """(certificate, root) of the ``public_key`` of a seal."""
    leaf, root = x509.load_pem_x509_certificates(text.encode())
    return leaf, root


def read_root(text):
    """The root of the ``public_key`` of a seal, as PEM."""
    return read_chain(text)[1].public_bytes(serialization.Encoding.PEM).decode()


def _name(common_name, key_id):
    return x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, settings.CERTIFICATE_ISSUER[:64]),
                      x509.NameAttribute(NameOID.SERIAL_NUMBER, key_id),
                      x509.NameAttribute(NameOID.COMMON_NAME, common_name[:64])])


def _begin(subject, issuer, public_key, now):
    return (x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(public_key)
            .serial_number(x509.random_serial_number()).not_valid_before(now - CLOCK_SKEW)
            .not_valid_after(now + VALIDITY)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False))


def _usage(**used):
    names = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
             "key_cert_sign", "crl_sign", "encipher_only", "decipher_only")
    return x509.KeyUsage(**{name: used.get(name, False) for name in names})


def _sign(builder, root_key):
    authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key())
    return builder.add_extension(authority, critical=False).sign(root_key, hashes.SHA256())
