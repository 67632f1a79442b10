"""The outbox: what is to be told is written with the deed itself, and sent once the deed holds.

None is lost: a row stays until it is sent. Whoever sends it claims it first, so that no two do; should a machine die
between the mail server's yes and our note of it, that one mail is sent again, under the same Message-ID.
"""

from django.utils import timezone

from articles.models import User
from reviews.models import Notice, NoticeKind, NoticePreference
from reviews.models.notice import ALWAYS_AT_ONCE, How


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


def _wanted(user: User, kind: NoticeKind) -> str:
    if kind in ALWAYS_AT_ONCE:
        return How.AT_ONCE
    return NoticePreference.objects.filter(user=user, kind=kind).values_list("how", flat=True).first() or How.AT_ONCE
