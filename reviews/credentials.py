"""Checking that people are what they sign as. Nobody verifies their own credential (21 CFR 11.100(b))."""

from django.db import transaction
from django.utils import timezone

from articles.history import record
from articles.models import User
from articles.refusal import Refused, Stale
from reviews import signature_concerns
from reviews.models import Credential


@transaction.atomic
def add_credential(credential: Credential, *, by: User) -> Credential:
    """Keeps the facts of an unsaved credential. It entitles to nothing until another person has verified it."""
    credential.verified_by = credential.verified_at = credential.revoked_by = credential.revoked_at = None
    credential.save(force_insert=True)
    record("credential.added", by=by, credential=credential.pk, holder=credential.holder_id, facts=credential.as_printed)
    return credential


@transaction.atomic
def verify(credential: Credential, *, by: User) -> Credential:
    """Another person has looked the registration up, and vouches for it."""
    credential = Credential.objects.select_for_update(of=("self",)).get(pk=credential.pk)
    if credential.holder_id == by.pk:
        raise Refused("Nobody verifies their own credential: ask another editor.")
    if credential.verified_at or credential.revoked_at:
        raise Stale("This credential has been verified or revoked meanwhile. Look again.")
    credential.verified_by, credential.verified_at = by, timezone.now()
    credential.save(update_fields=["verified_by", "verified_at"])
    record("credential.verified", by=by, credential=credential.pk, holder=credential.holder_id)
    return credential


@transaction.atomic
def revoke_credential(credential: Credential, *, reason: str, by: User) -> Credential:
    """From now on nobody signs with it. What was signed before keeps its date; live pages that rest on it are a concern.

    The row is held without its key: a signature under way refers to it while it holds an article that is waited for here.
    """
    credential = Credential.objects.select_for_update(of=("self",), no_key=True).get(pk=credential.pk)
    if not reason.strip():
        raise Refused("Say why the credential is revoked: the reason stays with the record.")
    if len(reason.strip()) > 500:
        raise Refused("The reason is longer than 500 characters: shorten it.")
    if credential.revoked_at:
        raise Stale("This credential has already been revoked.")
    credential.revoked_by, credential.revoked_at, credential.revoked_reason = by, timezone.now(), reason.strip()
    credential.save(update_fields=["revoked_by", "revoked_at", "revoked_reason"])
    signature_concerns.open_for_revoked(credential)
    record("credential.revoked", by=by, credential=credential.pk, holder=credential.holder_id, reason=reason.strip())
    return credential
