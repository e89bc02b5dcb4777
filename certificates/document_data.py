"""What the document prints, as a JSON value: words of its languages around the frozen facts (documents/parts.typ)."""

from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from certificates import wording
from certificates.codes import grouped
from certificates.models import Certificate
from lms.typesetting import draw_qr

Kind = Certificate.Kind


def build(*, certificate, snapshot, look, languages, check_url):
    """``languages``: one or several, of which the first is that of the document. Queries nothing."""
    words = [_say(certificate, snapshot, look, language, check_url) for language in languages]
    first = words[0]
    title = first["course"]["text"]
    return {
        "layout": str(look.layout),
        "words": words,
        "file_title": f"{' · '.join(each['kind'] for each in words)} {certificate.folio}",
        "issuer": snapshot.issuer,
        "holder": snapshot.holder,
        "workplace": wording.workplace(snapshot),
        "other_titles": [{"text": text, "language": language} for language, text in snapshot.course.items()
                         if text and text != title],
        "folio": certificate.folio,
        "code": grouped(certificate.code).split("-"),
        "check_url": check_url,
        "check_text": check_url.removeprefix("https://").removeprefix("http://"),
        "qr": draw_qr(check_url),
        "logos": {name: look.text(f"{name}_alt", languages[0]) or snapshot.issuer
                  for name in ("logo", "second_logo") if name in look.pictures},
        "signatories": [_present(signatory, position, look, languages)
                        for position, signatory in enumerate(snapshot.signatories, start=1)],
    }


def _say(certificate, snapshot, look, language, check_url):
    """Every phrase in one language."""
    with override(language):
        issued = wording.day(certificate.issued_at.astimezone(ZoneInfo(settings.TIME_ZONE)))
        place = look.text("place", language)
        return {
            "language": language,
            "kind": certificate.get_kind_display(),
            "intro": look.text("intro", language) or _("%(issuer)s certifies that") % {"issuer": snapshot.issuer},
            "person": " · ".join(text for text in (wording.identity(snapshot), wording.staff_type(snapshot)) if text),
            "act": _say_act(certificate, snapshot, look, language),
            "course": {"text": snapshot.course_title(language),
                       "language": language if snapshot.course.get(language) else snapshot.language},
            "facts": [{"label": label, "value": value, "note": note}
                      for label, value, note in _list_facts(certificate, snapshot) if value],
            "contents_label": _label_contents(certificate),
            "contents": [{"text": item.get(language) or item[snapshot.language],
                          "language": language if item.get(language) else snapshot.language,
                          "hours": wording.hours_of_content(item)} for item in snapshot.contents],
            "closing": look.text("note", language),
            "folio_label": _("Folio"),
            "version": wording.version(certificate),
            "issued_label": _("Issued on"),
            "issued": issued,
            "place": place,
            "place-and-date": _("%(place)s, %(date)s") % {"place": place, "date": issued} if place else issued,
            "expires_label": _("Valid until"),
            "expires": wording.day(snapshot.expires_on) if snapshot.expires_on else "",
            "code_label": _("Code"),
            "check_label": _("Check this certificate"),
            "qr_alt": _("QR code with the address %(address)s") % {"address": check_url},
            "note": _say_what_it_is_not(certificate),
            "credential": _("Digital credential of this certificate (Open Badges 3.0)"),
        }


def _say_act(certificate, snapshot, look, language):
    """What the holder did. That of a constancy of progress is always ours: it must not sound like approval."""
    if certificate.kind == Kind.PROGRESS:
        facts = {"percent": wording.progress(snapshot), "date": wording.day(snapshot.completed_on)}
        if snapshot.progress is None:
            return _("was taking part on %(date)s, without having finished, in the course") % facts
        return _("had done %(percent)s on %(date)s, without having finished, of the course") % facts
    return look.text(f"act_{certificate.kind}", language) or {
        Kind.APPROVAL: _("completed and passed the course"),
        Kind.ATTENDANCE: _("attended the course"),
        Kind.PATH: _("completed the learning path"),
    }[certificate.kind]


def _list_facts(certificate, snapshot):
    """(label, value, note) of each fact in the active language."""
    unfinished = certificate.kind == Kind.PROGRESS
    result = ("", "") if unfinished else (wording.result(snapshot), wording.grade_rule(snapshot))
    return [
        (_("Length of the whole course") if unfinished else _("Duration"), wording.hours(snapshot), ""),
        (_("Dates"), wording.period(snapshot), ""),
        (_("Modality"), wording.modality(snapshot), ""),
        (_("Done so far"), wording.progress(snapshot) if unfinished else "", ""),
        (_("Result"), *result),
        (_("Edition"), snapshot.edition, ""),
    ]


def _label_contents(certificate):
    if certificate.kind == Kind.PATH:
        return _("Courses of the path")
    return _("Contents of the whole course") if certificate.kind == Kind.PROGRESS else _("Contents")


def _say_what_it_is_not(certificate):
    if certificate.kind == Kind.PROGRESS:
        return _("It says what was done until its date. It is not a certificate of approval or attendance, nor a "
                 "certification of labour competences. Whether it is valid can be checked at any time with its code.")
    return _("Certificate of training. It is not a certification of labour competences. Whether it is valid can be "
             "checked at any time with its code.")


def _present(signatory, position, look, languages):
    image = f"signature_{position}"
    role = signatory["role"]
    roles = [{"text": role[language], "language": language} for language in languages if role.get(language)]
    fallback = [{"text": text, "language": language} for language, text in role.items() if text][:1]
    with override(languages[0]):
        alt = _("Signature of %(name)s") % {"name": signatory["name"]}
    # The same position in both languages is said once.
    unique = {each["text"]: each for each in reversed(roles or fallback)}
    return {"name": signatory["name"], "roles": list(reversed(unique.values())), "alt": alt,
            "image": image if image in look.pictures else ""}
