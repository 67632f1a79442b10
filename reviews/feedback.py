"""What readers tell us, kept without a trace of who they are: a vote, what is wrong, and where to reply if they wish.

Nobody acts here in their own name, so there is no `by`. A report is bound to the publication that its reader saw, and the
article is not held: readers never wait for editors, nor for each other.
"""

import datetime
import re
import unicodedata
import uuid
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from articles import history
from articles.dialect import shown
from articles.pages import months_later
from articles.refusal import Refused
from reviews import receipts, report_owners
from reviews.models import FeedbackDetail, FeedbackReport, Publication, ReplyAddress

LONGEST_TEXT, LONGEST_QUOTE, LONGEST_ADDRESS = 4000, 1000, 254
REMOVED_ADDRESS, REMOVED_NUMBER = "[e-mail address removed]", "[number removed]"
_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\"]{1,64}@[^\s@<>()\[\],;:\"]{1,190}\.\w{2,24}")
# Seven digits or more, with the signs that telephone numbers are written with; but not those that name a paper.
_NUMBER = re.compile(r"(?<![\w./])\+?\(?\d(?:[ ()/.\u2010-\u2015-]{0,2}\d){6,30}(?![\w/])")
_YEARS = re.compile(r"(?:1[5-9]|20)\d\d\D{1,3}(?:1[5-9]|20)\d\d")
_NAMES_A_PAPER = re.compile(r"(?:PMID|PMC|PubMed|DOI|ISBN|ISSN|ORCID)[:\s]*(?:iD\s*)?$", re.IGNORECASE)


@dataclass(frozen=True)
class Told:
    """What a reader typed. The reason is one of FeedbackDetail.Reason."""

    reason: str
    quote: str = ""
    text: str = ""
    address: str = ""


class NotTaken(Refused):
    """Why a report cannot be taken as it is, by the field that it is about."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(*faults.values())
        self.faults = faults


def vote(publication_id: int, *, helpful: bool, key: uuid.UUID) -> FeedbackReport:
    """Was it helpful? The same key twice is one vote."""
    return _report(publication_id, helpful=helpful, key=key)


@transaction.atomic
def tell(publication: Publication, told: Told, *, key: uuid.UUID, voted: FeedbackReport | None = None) -> FeedbackReport:
    """What is wrong with a page; after a vote it is added to that, once. Raises NotTaken with every reason.

    Addresses and long numbers are taken out of the words before they are stored: they are seldom meant for us.
    """
    told = Told(told.reason, tidied(told.quote), tidied(told.text), told.address.strip())
    if faults := dict(_faults(told)):
        raise NotTaken(faults)
    report = voted if voted and voted.publication_id == publication.pk else _report(publication.pk, helpful=None, key=key)
    if FeedbackDetail.objects.filter(report=report).exists():
        return report  # sent twice, or by another window: the first stands
    today = timezone.localdate()
    FeedbackDetail.objects.create(
        report=report,
        reason=told.reason,
        quote=redacted(told.quote),
        text=redacted(told.text),
        receipt=receipts.new_code(),
        on=today,
    )
    if told.address:
        ReplyAddress.objects.create(report=report, address=told.address, on=today)
    report_owners.receive(report)
    return report


@transaction.atomic
def forget_address(report: FeedbackReport) -> bool:
    """Deletes the reply address at the reader's own wish. Whether there was one."""
    deleted, _ = ReplyAddress.objects.filter(report=report).delete()
    return bool(deleted)


@transaction.atomic
def purge(today: datetime.date) -> tuple[int, int]:
    """Blanks readers' words and deletes their addresses once their time is up; votes and reasons stay. How many of each."""
    oldest_words = months_later(today, -settings.FEEDBACK_TEXT_MONTHS)
    oldest_address = today - datetime.timedelta(days=settings.REPLY_ADDRESS_DAYS)
    words = FeedbackDetail.objects.filter(on__lte=oldest_words).exclude(quote="", text="").update(quote="", text="")
    addresses, _ = ReplyAddress.objects.filter(on__lte=oldest_address).delete()
    if words or addresses:
        history.record("feedback.purged", by=None, words=words, addresses=addresses)
    return words, addresses


def tidied(text: str) -> str:
    """Composed characters, Unix line ends, and nothing that nobody sees but that changes what is read."""
    return shown(unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")).strip()


def redacted(text: str) -> str:
    """The text without e-mail addresses and telephone, account or record numbers."""

    def number(match: re.Match[str]) -> str:
        before = match.string[max(0, match.start() - 12) : match.start()]
        return match[0] if _YEARS.fullmatch(match[0]) or _NAMES_A_PAPER.search(before) else REMOVED_NUMBER

    return _NUMBER.sub(number, _ADDRESS.sub(REMOVED_ADDRESS, text))


def _report(publication_id: int, *, helpful: bool | None, key: uuid.UUID) -> FeedbackReport:
    # One statement needs no transaction of its own; within one, what the database refuses has to be undone.
    guard = transaction.atomic() if connection.in_atomic_block else nullcontext()
    try:
        with guard:
            return FeedbackReport.objects.create(publication_id=publication_id, helpful=helpful, on=timezone.localdate(), key=key)
    except IntegrityError:  # it has come before
        report = FeedbackReport.objects.get(key=key)
    if report.publication_id != publication_id:
        raise NotTaken({"": "This form belongs to another page. Open the page again, and send it from there."})
    return report


def _faults(told: Told) -> list[tuple[str, str]]:
    found = []
    if told.reason not in FeedbackDetail.Reason.values:
        found.append(("reason", "Choose what it is about."))
    elif told.reason == FeedbackDetail.Reason.OTHER and not told.text:
        found.append(("text", "Say in your own words what it is about."))
    for name, what, longest in (("quote", "passage", LONGEST_QUOTE), ("text", "text", LONGEST_TEXT)):
        if (length := len(getattr(told, name))) > longest:
            found.append((name, f"The {what} is {length:,} characters long; at most {longest:,} can be taken. Shorten it."))
    if told.address:
        try:
            validate_email(told.address)
            if len(told.address) > LONGEST_ADDRESS:
                raise ValidationError("too long")
        except ValidationError:
            found.append(("address", "This is not an e-mail address: write name@example.org, or leave it empty."))
    return found
