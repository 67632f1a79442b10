"""What entitles a person to sign a medical review, and who has checked that it is so."""

import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from articles.locks import Frozen


class CredentialQuerySet(models.QuerySet["Credential"]):
    def in_force(self, on: datetime.date) -> "CredentialQuerySet":
        """Verified by another person, not revoked, and valid on that day."""
        return self.filter(
            Q(valid_until=None) | Q(valid_until__gte=on),
            valid_from__lte=on,
            verified_at__isnull=False,
            revoked_at=None,
        ).exclude(verified_by=F("holder"))


class Credential(models.Model):
    """A registration with a professional body. Its facts never change: a renewal is a new credential."""

    holder = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="credentials")
    qualification = models.CharField(max_length=150, help_text="MBBS; Registered dietitian; …")
    registering_body = models.CharField(max_length=150, help_text="Who keeps the register: General Medical Council, …")
    number = models.CharField("registration number", max_length=60)
    specialty = models.CharField(max_length=150, blank=True)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True, help_text="Empty where the register gives no end")
    verified_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+")
    verified_at = models.DateTimeField(null=True, editable=False)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+")
    revoked_at = models.DateTimeField(null=True, editable=False)
    revoked_reason = models.CharField(max_length=500, blank=True, editable=False)

    objects = CredentialQuerySet.as_manager()

    class Meta:
        ordering = ["holder", "-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["id", "holder"], name="credential_of_holder"),
            models.CheckConstraint(
                condition=Q(verified_by=None, verified_at=None) | Q(verified_by__isnull=False, verified_at__isnull=False),
                name="verification_names_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(verified_by=None) | ~Q(verified_by=F("holder")), name="nobody_verifies_their_own_credential"
            ),
            models.CheckConstraint(
                condition=Q(revoked_by=None, revoked_at=None) | Q(revoked_by__isnull=False, revoked_at__isnull=False),
                name="credential_revocation_names_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="credential_ends_after_it_begins",
                violation_error_message="The credential ends before it begins.",
            ),
            Frozen(
                fields=[
                    "holder", "qualification", "registering_body", "number", "specialty", "valid_from", "valid_until",
                ],
                once=["verified_by", "verified_at", "revoked_by", "revoked_at"],
                name="credential_facts_never_change",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.holder.printed_name}: {self.as_printed}"

    @property
    def as_printed(self) -> str:
        """As it is copied into a signature."""
        specialty = f", {self.specialty}" if self.specialty else ""
        return f"{self.qualification}{specialty}; {self.registering_body} {self.number}"
