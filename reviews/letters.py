"""How a notice looks as a mail: the fact, then one line that says why it came. And the text of the daily digest.

The site's name stands in the sender's name, so that the subject is free for the fact.
"""

import re
import textwrap
from collections.abc import Sequence
from email.utils import formataddr, parseaddr
from itertools import groupby
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import timezone

from reviews.models import Notice, NoticeKind

WIDTH = 78
BECAUSE = {
    NoticeKind.REQUEST: "this review is, or was, asked of you",
    NoticeKind.DECISION: "you asked for this review, or the text is yours",
    NoticeKind.PUBLISHED: "the text is yours, or you edit this site",
    NoticeKind.DUE: "this review is asked of you, or you asked for it",
    NoticeKind.REVIEW_DATE: "you look after this page",
    NoticeKind.SCHEDULE: "you take part in publishing this page",
    NoticeKind.REPORT: "this report is yours to look after",
    NoticeKind.HARM: "you are among those who hear of possible harm at once",
    NoticeKind.REMARK: "this text is yours, or the remark is",
    NoticeKind.CONCERN: "you edit this page, or signed it",
    NoticeKind.CREDENTIAL: "this credential is yours, or yours to check",
    NoticeKind.FAILURE: "you are among those who look after this office",
    NoticeKind.INVITATION: "you are invited to review",
    NoticeKind.ANSWER: "you left this address for a reply",
    NoticeKind.SECURITY: "this address is to hear at once when signing is closed",
    NoticeKind.DIGEST: "you chose to hear of these things once a day",
}


def letter(notice: Notice, connection: Any) -> EmailMessage:
    """The same one, by its Message-ID, however often it is sent."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    headers = {
        "Message-ID": f"<notice-{notice.pk}@{urlsplit(settings.SITE_URL).hostname or 'localhost'}>",
        "Auto-Submitted": "auto-generated",  # so that nobody's out-of-office answers it
    }
    return EmailMessage(
        notice.subject,
        f"{notice.text.strip()}\n\n-- \n{_footer(notice)}\n",
        formataddr((name or settings.SITE_NAME, address)),
        [notice.address],
        connection=connection,
        headers=headers,
    )


def digest(notices: Sequence[Notice]) -> tuple[str, str]:
    """Subject and text. The notices come sorted by kind; each is one line, with the link of its own mail below."""
    many = "One notice" if len(notices) == 1 else f"{len(notices)} notices"
    parts = [f"{many} since your last digest."]
    for kind, group in groupby(notices, key=lambda notice: notice.kind):
        heading = str(NoticeKind(kind).label)
        parts.append("\n".join([heading, "-" * len(heading), *(_line(notice) for notice in group)]))
    return f"Your digest: {many.lower()}", "\n\n".join(parts) + "\n"


def _line(notice: Notice) -> str:
    when = f"{timezone.localtime(notice.made_at):%-d %b}"
    subject = textwrap.shorten(notice.subject, WIDTH - len(when) - 5, placeholder=" …")
    found = re.search(rf"{re.escape(settings.SITE_URL)}/[^\s<>”]*", notice.text) if settings.SITE_URL else None
    return f"- {subject} ({when})" + (f"\n  {found[0].rstrip('.,;:)')}" if found else "")


def _footer(notice: Notice) -> str:
    because = f"You get this because {BECAUSE[NoticeKind(notice.kind)]}."
    if notice.recipient_id is None:
        return f"{because}\n{settings.SITE_NAME}: {settings.SITE_URL}"
    return f"{because}\nChange what you are told: {settings.SITE_URL}{reverse('admin:reviews_notice_preferences')}"
