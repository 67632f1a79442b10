"""Credentials that end soon, and those that were looked up long ago: people are told in time, each of them once.

Nothing is renewed here. A renewal is a new credential that somebody else verifies; one that no longer holds is revoked.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from articles.models import User
from articles.pages import months_later
from reviews import notices
from reviews.models import Credential, Notice, NoticeKind
from reviews.models.credential import CredentialQuerySet

DAYS_BEFORE = (7, 30, 60)


@dataclass(frozen=True)
class Reminder:
    user: User
    key: str
    subject: str
    text: str


def remind(today: datetime.date) -> int:
    """Tells whoever has not been told; how many were. After a pause each hears of the nearest date only."""
    reminders = [*_of_ends(today), *_of_checks(today)]
    keys = [reminder.key for reminder in reminders]
    known = _told(keys)
    for reminder in reminders:
        if reminder.key not in known:
            notices.tell(reminder.user, NoticeKind.CREDENTIAL, reminder.subject, reminder.text, key=reminder.key)
    return len(_told(keys) - known)


def ending(today: datetime.date) -> CredentialQuerySet:
    """In force, with an end in sight."""
    return Credential.objects.in_force(today).filter(valid_until__lte=today + datetime.timedelta(days=max(DAYS_BEFORE)))


def to_check(today: datetime.date) -> CredentialQuerySet:
    """In force by what the register said too long ago."""
    return Credential.objects.in_force(today).filter(verified_at__date__lte=_looked_up_by(today))


def ends_in(credential: Credential, today: datetime.date) -> str:
    """In words, once the end is in sight."""
    days = (credential.valid_until - today).days if credential.valid_until else -1
    if not 0 <= days <= max(DAYS_BEFORE):
        return ""
    return {0: "ends today", 1: "ends tomorrow"}.get(days, f"ends in {days} days")


def is_to_be_checked(credential: Credential, today: datetime.date) -> bool:
    """For one that is in force."""
    return bool(credential.verified_at) and timezone.localdate(credential.verified_at) <= _looked_up_by(today)


def _looked_up_by(today: datetime.date) -> datetime.date:
    return months_later(today, -settings.CREDENTIAL_RECHECK_MONTHS)


def _of_ends(today: datetime.date) -> Iterator[Reminder]:
    renewed = Credential.objects.filter(
        Q(valid_until=None) | Q(valid_until__gt=OuterRef("valid_until")),
        holder=OuterRef("holder"), registering_body=OuterRef("registering_body"), revoked_at=None, verified_at__isnull=False,
    )  # fmt: skip
    for credential in ending(today).exclude(Exists(renewed)).select_related("holder__contributor", "verified_by"):
        assert credential.valid_until and credential.verified_by  # by `ending`
        near = next(days for days in DAYS_BEFORE if credential.valid_until <= today + datetime.timedelta(days=days))
        name, words = credential.holder.printed_name, ends_in(credential, today)
        text = (
            f"The credential of {name}, {credential.as_printed}, {words}: on {credential.valid_until:%-d %B %Y}. After that "
            "day nobody signs with it, and live pages that were reviewed with it become a concern.\n\n"
        )
        asked = {
            credential.holder: "If it has been renewed, tell the editors what the register says now.\n",
            credential.verified_by: "If it has been renewed, add the renewal as a new credential and have somebody else verify "
            f"it: {_page(credential)}\n",
        }
        for user, request in asked.items():
            key = f"credential:{credential.pk}:{near}:{user.pk}"
            yield Reminder(user, key, f"A credential {words}: {name}", text + request)


def _of_checks(today: datetime.date) -> Iterator[Reminder]:
    editors = list(notices.editors())
    for credential in to_check(today).select_related("holder__contributor"):
        assert credential.verified_at  # by `to_check`
        looked_up = timezone.localdate(credential.verified_at)
        due = months_later(looked_up, settings.CREDENTIAL_RECHECK_MONTHS)
        name = credential.holder.printed_name
        text = (
            f"The credential of {name}, {credential.as_printed}, was last looked up on {looked_up:%-d %B %Y}. Look in the "
            "register again: that the person is still on it, and free to practise.\n\n"
            "If it no longer holds, revoke it. If the register gives new facts, add them as a new credential, have it "
            f"verified, and revoke this one: {_page(credential)}\n"
        )
        for user in editors:
            key = f"credential:{credential.pk}:check:{due.isoformat()}:{user.pk}"
            yield Reminder(user, key, f"A credential has to be looked up again: {name}", text)


def _page(credential: Credential) -> str:
    return settings.SITE_URL + reverse("admin:reviews_credential_change", args=[credential.pk])


def _told(keys: list[str]) -> set[str | None]:
    return set(Notice.objects.filter(key__in=keys).values_list("key", flat=True))
