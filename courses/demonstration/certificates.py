"""What the certificates of the demonstration look like and what signs them."""

from pathlib import Path

import yaml

from certificates import keys, templates
from certificates.models import CertificateTemplate, IssuerKey, Signatory
from courses.demonstration.signatures import draw_signature
from courses.models import Edition

FOLDER = Path(__file__).parent


def put_keys(*, since):
    """A key of each purpose that could be used ``since``, where there is none. A certificate has a digital credential
    when there was a key as it was issued, and those of the demonstration are issued in the past."""
    for purpose in IssuerKey.Purpose.values:
        if keys.get_signing_key(purpose=purpose, now=since) is None:
            keys.create_key(purpose=purpose, now=since)


def put_template(course, *, now):
    """A template that is the default and that the open edition of ``course`` (its key) names; once."""
    data = yaml.safe_load((FOLDER / "certificates.yaml").read_text(encoding="utf-8"))
    template = CertificateTemplate.objects.filter(name=data["name"]).first()
    if template is None:
        people = [templates.save_signatory(
            signatory=Signatory(), name=person["name"], role=person["role"], image=draw_signature(person["name"]),
            by=None, now=now) for person in data["signatories"]]
        template = CertificateTemplate(name=data["name"])
        templates.save_template(template=template, by=None, now=now, content=templates.Content(
            layout=data["layout"], texts={"place": data["place"], "note": data["note"]}, signatories=people))
        templates.make_default(template=template, by=None)
    Edition.objects.filter(course=course, is_default=True, certificate_template=None).update(
        certificate_template=template)
