"""Telling people, by plain mail, after the deed is committed. A mail server that is away stops nothing.

The words of a mail say the fact in the first sentence, greet nobody, and put a link on a line of its own; why it came and
how to hear less is added when it is sent (reviews/letters.py).
"""

from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from articles.models import Revision, User
from reviews.models import (
    Concern,
    Notice,
    NoticeKind,
    Publication,
    Remark,
    RemarkReply,
    ReviewRequest,
    SignOff,
    Withdrawal,
)
from reviews.models.notice import How
from reviews.outbox import post
from reviews.tasks import hand_over


def tell(user: User, kind: NoticeKind, subject: str, text: str, *, key: str | None = None) -> None:
    """One mail to a person, as they chose: at once when the transaction holds, in the digest, or not. A key: once only."""
    _send_after_commit(post(kind, subject, text, to=user, key=key))


def editors() -> QuerySet[User]:
    """Every active one."""
    return User.objects.filter(groups__name="Editors", is_active=True)


def tell_editors(kind: NoticeKind, subject: str, text: str, *, key: str | None = None) -> None:
    """The same to every active editor."""
    for user in editors():
        tell(user, kind, subject, text, key=f"{key}:{user.pk}" if key else None)


def tell_reader(address: str, subject: str, text: str, *, key: str | None = None) -> None:
    """One mail to a reader who left an address for it."""
    _send_after_commit(post(NoticeKind.ANSWER, subject, text, address=address, key=key))


def alert(subject: str, text: str) -> None:
    """Sends one mail to the security contact at once."""
    if settings.SECURITY_CONTACT:
        _send_after_commit(post(NoticeKind.SECURITY, subject, text, address=settings.SECURITY_CONTACT))


def asked(request: ReviewRequest) -> str:
    note = f"\n\nThey write:\n{request.note}" if request.note else ""
    return (
        f"{request.asked_by.printed_name} asks you for a {request.get_kind_display().lower()} of "
        f"“{request.revision.title}” (revision {request.revision.number}) by {request.due:%-d %B %Y}.\n\n"
        f"Open it here:\n{_desk(request)}{note}\n"
    )


def signed(signoff: SignOff) -> str:
    note = f"\n\nThey write:\n{signoff.note}" if signoff.note else ""
    return (
        f"{signoff.signed_as} has signed on {signoff.signed_at:%-d %B %Y at %H:%M %Z}.\n"
        f"{signoff.meaning}, “{signoff.revision.title}” (revision {signoff.revision.number}).\n\n"
        f"Open it here:\n{_desk(signoff.request)}{note}\n"
    )


def remarked(remark: Remark) -> str:
    passage = f"\n\nOn the passage: “{remark.quote}”" if remark.quote else ""
    words = f"“{remark.revision.title}” (revision {remark.revision.number})"
    return f"{remark.author.printed_name} remarks on {words}:\n\n{remark.text}{passage}\n\n{_editor(remark.revision)}"


def remark_answered(reply: RemarkReply) -> str:
    does = "has settled a remark on" if reply.resolves else "has answered a remark on"
    said = f":\n\n{reply.text}" if reply.text else "."
    return f"{reply.author.printed_name} {does} “{reply.remark.revision.title}”{said}\n\n{_editor(reply.remark.revision)}"


def published(publication: Publication) -> str:
    page = settings.SITE_URL + reverse("articles:article", args=[publication.revision.slug])
    words = f"“{publication.revision.title}” (revision {publication.revision.number})"
    return f"{publication.by.printed_name} has published {words}.\n\nRead it here:\n{page}\n"


def withdrawn(withdrawal: Withdrawal) -> str:
    checklist = reverse("admin:reviews_publication_checklist", args=[withdrawal.publication.revision_id])
    title = withdrawal.publication.revision.title
    return (
        f"“{title}” is no longer live: {withdrawal.by.printed_name} took it down.\n\nReaders are told: {withdrawal.reason}\n\n"
        f"Its publishing checklist:\n{settings.SITE_URL}{checklist}\n"
    )


def concern(opened: Concern, number: int) -> str:
    return (
        f"Reference {number} of “{opened.article}”, {opened.reference.label}, now stands as: "  # type: ignore[union-attr]
        f"{opened.get_standing_display().lower()}.\n\nThe page is still live and shows nothing of it. Decide what follows:\n"
        f"{settings.SITE_URL}{reverse('admin:reviews_concern_change', args=[opened.pk])}\n"
    )


def locked_out(user: User, request: ReviewRequest) -> str:
    return (
        f"Five wrong passwords were given at signing for the account {user.get_username()}, the last on "
        f"“{request.revision.title}”. Signing is closed for that account for 15 minutes; nothing was signed.\n"
    )


def _editor(revision: Revision) -> str:
    return f"Open it here:\n{settings.SITE_URL}{reverse('admin:articles_article_change', args=[revision.article_id])}\n"


def _desk(request: ReviewRequest) -> str:
    return settings.SITE_URL + reverse("admin:reviews_reviewrequest_change", args=[request.pk])


def _send_after_commit(notice: Notice | None) -> None:
    if notice and notice.how == How.AT_ONCE:
        transaction.on_commit(partial(hand_over, notice.pk), robust=True)
