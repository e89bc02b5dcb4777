from certificates.models.certificates import Artifact, Certificate, CertificateEvent, FolioCounter
from certificates.models.corrections import CorrectionRequest
from certificates.models.documents import (
    CertificateTemplate,
    Signatory,
    SignatoryVersion,
    TemplateSignatory,
    TemplateVersion,
)
from certificates.models.earlier import EarlierRecord, HistoryImport
from certificates.models.keys import IssuerKey
from certificates.models.outbox import Outbox
from certificates.models.status import StatusList

__all__ = [
    "Artifact", "Certificate", "CertificateEvent", "CertificateTemplate", "CorrectionRequest", "EarlierRecord",
    "FolioCounter", "HistoryImport", "IssuerKey", "Outbox", "Signatory", "SignatoryVersion", "StatusList",
    "TemplateSignatory", "TemplateVersion",
]
