"""A specialist from outside is asked for one review, by a link that opens once and for a while."""

from django.conf import settings
from django.db import models

from articles.locks import AppendOnly
from reviews.models.signoff import ReviewRequest


class Invitation(models.Model):
    """The link itself is in the mail alone: what is kept is its hash, from which it cannot be made."""

    request = models.ForeignKey(ReviewRequest, models.PROTECT, related_name="invitations")
    token_hash = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the link’s secret")
    expires_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        constraints = [AppendOnly(name="invitations_never_change")]

    def __str__(self) -> str:
        return f"Invitation: {self.request}"


class InvitationUse(models.Model):
    """Somebody set up their account through the link, which from then on opens nothing."""

    invitation = models.OneToOneField(Invitation, models.PROTECT, related_name="use")
    at = models.DateTimeField()

    class Meta:
        constraints = [AppendOnly(name="invitation_uses_never_change")]

    def __str__(self) -> str:
        return f"Used: {self.invitation}"
