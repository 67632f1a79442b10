"""Remarks on a text, pinned to a passage, and what is said about them."""

from django.db import transaction
from django.utils import timezone

from articles import history
from articles.markup import plain
from articles.models import Article, Revision, User
from articles.refusal import Refused
from reviews import notices
from reviews.models import NoticeKind, Remark, RemarkReply


@transaction.atomic
def remark(revision: Revision, *, text: str, quote: str, by: User) -> Remark:
    """Pins a remark to the words quoted, or to the whole text where none are."""
    article = Article.objects.locked(revision.article_id)
    text, quote = text.strip(), " ".join(quote.split())
    reasons = []
    if not text:
        reasons.append("Write the remark first.")
    if len(text) > 4000 or len(quote) > 1000:
        reasons.append("A remark holds 4,000 characters, the passage 1,000: shorten it.")
    if quote and quote not in " ".join(readable(revision).split()):
        reasons.append("The passage is not in this text. Copy it word for word, or leave it empty.")
    if reasons:
        raise Refused(*reasons)
    made = Remark.objects.create(revision=revision, author=by, quote=quote, text=text, at=timezone.now())
    history.record("remark.made", by=by, article=article, remark=made.pk, revision=revision.pk)
    if article.owner_id != by.pk:
        notices.tell(article.owner, NoticeKind.REMARK, f"A remark on “{revision.title}”", notices.remarked(made))
    return made


@transaction.atomic
def reply(to: Remark, *, text: str, resolves: bool, by: User) -> RemarkReply:
    """Answers a remark, settles it, or both."""
    article = Article.objects.locked(to.revision.article_id)
    if not text.strip() and not resolves:
        raise Refused("Write an answer, or say that this settles the remark.")
    if len(text.strip()) > 4000:
        raise Refused("An answer holds 4,000 characters: shorten it.")
    made = RemarkReply.objects.create(remark=to, author=by, text=text.strip(), resolves=resolves, at=timezone.now())
    history.record("remark.settled" if resolves else "remark.answered", by=by, article=article, remark=to.pk)
    other = to.author if to.author_id != by.pk else article.owner
    if other.pk != by.pk:
        subject = f"A remark on “{to.revision.title}” is {'settled' if resolves else 'answered'}"
        notices.tell(other, NoticeKind.REMARK, subject, notices.remark_answered(made))
    return made


def readable(revision: Revision) -> str:
    """The words of the page as a person can select them."""
    return "\n".join([revision.title, revision.summary, plain(revision.body)])
