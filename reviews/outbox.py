"""The outbox: what is to be told is written with the deed itself, and sent once the deed holds.

Here notices are written, and people choose how they want to hear of what. reviews/delivery.py sends them, and says
what is promised of that. Where a notice stands is said here once.
"""

import datetime
from collections.abc import Mapping

from django.db import transaction
from django.db.models import Case, CharField, Q, QuerySet, Value, When
from django.utils import timezone

from articles import history
from articles.models import User
from articles.refusal import Refused, Stale
from reviews.models import Notice, NoticeKind, NoticePreference
from reviews.models.notice import ALWAYS_AT_ONCE, How

# Claimed until then: nobody tries to send it any more.
GIVEN_UP = datetime.datetime(9999, 1, 1, tzinfo=datetime.UTC)
STATES = {
    "sent": Q(sent_at__isnull=False),
    "digest": Q(sent_at=None, how=How.DIGEST),
    "failed": Q(sent_at=None, how=How.AT_ONCE, claimed_until__gte=GIVEN_UP),
    "waiting": Q(sent_at=None, how=How.AT_ONCE, claimed_until__lt=GIVEN_UP),
}
# Why nobody may hear later, or not at all, of what the office tells its own people.
FIXED = {
    NoticeKind.HARM: "Somebody may be harmed while it waits.",
    NoticeKind.FAILURE: "Until somebody mends it, it goes on failing.",
    NoticeKind.INVITATION: "An invitation holds for a while only.",
    NoticeKind.SECURITY: "Somebody may be trying to sign in another’s name.",
}


def post(
    kind: NoticeKind, subject: str, text: str, *, to: User | None = None, address: str = "", key: str | None = None
) -> Notice | None:
    """Writes one notice, within the transaction of the deed that it tells of.

    With a key it is written once: None where it was before, where the person wants none, or where there is no address.
    """
    address = to.email if to else address
    how = _wanted(to, kind) if to else How.AT_ONCE
    if not address or how == How.NEVER or (to and not to.is_active):
        return None
    if key and Notice.objects.filter(key=key).exists():
        return None
    now = timezone.now()
    facts = {
        "kind": kind, "recipient": to, "address": address, "subject": " ".join(subject.split())[:300], "text": text,
        "how": how, "made_at": now, "claimed_until": now,
    }  # fmt: skip
    if key is None:
        return Notice.objects.create(**facts)
    notice, made = Notice.objects.get_or_create(key=key, defaults=facts)
    return notice if made else None


@transaction.atomic
def try_again(pk: int, *, by: User) -> None:
    """What was given up is sent with what waits, as if it were new: the server is back, or the mailbox is mended."""
    failed = Notice.objects.filter(STATES["failed"], pk=pk).exclude(address="")
    if not failed.update(attempts=0, claimed_until=timezone.now()):
        raise Stale("This notice is not among those that were given up and can be tried again. Look again.")
    history.record("notice.tried_again", by=by, notice=pk)


def waiting(now: datetime.datetime) -> QuerySet[Notice]:
    """What may be sent now, the longest waiting first."""
    return Notice.objects.filter(sent_at=None, how=How.AT_ONCE, claimed_until__lte=now).order_by("claimed_until", "pk")


def waiting_for_digest() -> QuerySet[Notice]:
    return Notice.objects.filter(how=How.DIGEST, digest=None)


def with_state(notices: QuerySet[Notice]) -> QuerySet[Notice]:
    """Each with its `state`, a name in STATES."""
    cases = [When(condition, then=Value(name)) for name, condition in STATES.items()]
    return notices.annotate(state=Case(*cases, output_field=CharField()))


def preferences(user: User) -> dict[NoticeKind, How]:
    """How this person hears of each kind that the office tells its own people of."""
    chosen = {NoticeKind(row.kind): How(row.how) for row in user.notice_preferences.all()}
    offered = [kind for kind in NoticeKind if kind in FIXED or kind not in ALWAYS_AT_ONCE]
    return {kind: How.AT_ONCE if kind in FIXED else chosen.get(kind, How.AT_ONCE) for kind in offered}


def offered(kind: NoticeKind) -> list[How]:
    """Work that waits for somebody may be told later that day, but not never."""
    if kind in ALWAYS_AT_ONCE:
        return [How.AT_ONCE]
    return [How.AT_ONCE, How.DIGEST] if kind == NoticeKind.REQUEST else list(How)


@transaction.atomic
def set_preferences(user: User, wanted: Mapping[str, str]) -> None:
    """How one wants to hear of each of these kinds from now on. What waits already stays as it was promised."""
    reasons = [reason for kind, how in wanted.items() if (reason := _objection(kind, how))]
    if reasons:
        raise Refused(*reasons)
    now = preferences(user)
    changed = {kind: how for kind, how in wanted.items() if now[NoticeKind(kind)] != how}
    for kind, how in changed.items():
        NoticePreference.objects.update_or_create(user=user, kind=kind, defaults={"how": how})
    if changed:
        history.record("notices.chosen", by=user, chosen={str(kind): str(how) for kind, how in changed.items()})


def _objection(kind: str, how: str) -> str:
    if kind not in NoticeKind or how not in How or (kind in ALWAYS_AT_ONCE and kind not in FIXED):
        return "That is nothing one can choose. Reload this page, and choose again."
    known = NoticeKind(kind)
    if how in offered(known):
        return ""
    if known in FIXED:
        return f"“{known.label}” is always told at once. {FIXED[known]}"
    return f"“{known.label}” can wait for the digest, but you have to hear of it: somebody counts on you."


def _wanted(user: User, kind: NoticeKind) -> str:
    if kind in ALWAYS_AT_ONCE:
        return How.AT_ONCE
    return NoticePreference.objects.filter(user=user, kind=kind).values_list("how", flat=True).first() or How.AT_ONCE
