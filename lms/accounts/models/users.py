import uuid

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lms.accounts import identity
from lms.accounts.identity import DocumentKind


class Sex(models.TextChoices):
    """Sex as registered in the identity document; the gender a person declares is another matter and not asked."""

    FEMALE = "female", _("Female")
    MALE = "male", _("Male")
    X = "x", _("X (non-binary)")
    NOT_STATED = "not_stated", _("Not stated")


class UserManager(BaseUserManager):
    def create_user(self, email, password=None, **fields):
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        return self.create_user(email, password, is_superuser=True, **fields)

    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)


class User(AbstractBaseUser, PermissionsMixin):
    """A person. Who they are is here; where they work and since when, in Assignment; what they may do, in RoleGrant."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(_("e-mail"), unique=True, error_messages={
        "unique": _("An account with this e-mail already exists."),
    })
    given_names = models.CharField(_("given names"), max_length=100)
    first_surname = models.CharField(_("first surname"), max_length=100)
    second_surname = models.CharField(_("second surname"), max_length=100, blank=True)
    document_kind = models.CharField(_("kind of identity document"), max_length=10, choices=DocumentKind, blank=True)
    document_encrypted = models.TextField(blank=True, editable=False)
    document_fingerprint = models.CharField(max_length=64, blank=True, editable=False)
    sex = models.CharField(_("sex as registered"), max_length=10, choices=Sex, default=Sex.NOT_STATED)
    preferred_language = models.CharField(_("preferred language"), max_length=10, choices=settings.LANGUAGES,
                                          default=settings.LANGUAGE_CODE)
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(default=timezone.now, editable=False)

    USERNAME_FIELD = EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["given_names", "first_surname"]
    objects = UserManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["first_surname", "second_surname", "given_names", "id"]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_unique",
                                    violation_error_message=_("An account with this e-mail already exists.")),
            models.UniqueConstraint(fields=["document_kind", "document_fingerprint"], name="user_document_unique",
                                    condition=~models.Q(document_fingerprint=""),
                                    violation_error_message=_("This document is registered for another account.")),
        ]

    def __str__(self):
        return self.get_full_name() or self.email

    def get_full_name(self):
        return " ".join(part for part in (self.given_names, self.first_surname, self.second_surname) if part)

    def get_short_name(self):
        return self.given_names.split(" ")[0] if self.given_names else self.email

    @property
    def list_name(self):
        """Surnames first, as staff lists are ordered."""
        surnames = " ".join(part for part in (self.first_surname, self.second_surname) if part)
        return f"{surnames}, {self.given_names}"

    @property
    def document_number(self):
        """The number in clear. Only for the person, their HR officer and files made for them; never logged."""
        return identity.decrypt(self.document_encrypted)

    def set_document(self, *, kind, number):
        """Validate and keep an identity document (not saved). An empty number removes it. Raises ValidationError."""
        number = identity.normalise_document(kind=kind, number=number) if number else ""
        self.document_kind = kind if number else ""
        self.document_encrypted = identity.encrypt(number)
        self.document_fingerprint = identity.fingerprint(kind=kind, number=number) if number else ""

    def clean(self):
        self.email = self.email.strip().lower()


class RoleGrant(models.Model):
    """What a person may do beyond learning. Every person with an account is a learner."""

    class Role(models.TextChoices):
        TRAINER = "trainer", _("Trainer")
        HR_OFFICER = "hr_officer", _("HR officer")
        PROGRAMME_MANAGER = "programme_manager", _("Programme manager")
        ADMINISTRATOR = "administrator", _("Administrator")

    user = models.ForeignKey(User, models.CASCADE, related_name="role_grants", verbose_name=_("person"))
    role = models.CharField(_("role"), max_length=20, choices=Role)
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, null=True, blank=True,
                                     related_name="role_grants", verbose_name=_("organisation"))
    granted_at = models.DateTimeField(_("granted on"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        constraints = [
            # Two, because SQLite takes each absent organisation for a different one.
            models.UniqueConstraint(fields=["user", "role", "organisation"], name="role_grant_once_an_organisation",
                                    condition=models.Q(organisation__isnull=False)),
            models.UniqueConstraint(fields=["user", "role"], name="role_grant_once",
                                    condition=models.Q(organisation__isnull=True)),
            models.CheckConstraint(condition=models.Q(role="hr_officer", organisation__isnull=False)
                                   | (~models.Q(role="hr_officer") & models.Q(organisation__isnull=True)),
                                   name="role_grant_organisation_for_hr_only"),
        ]

    def __str__(self):
        return f"{self.user}: {self.get_role_display()}"
