"""Letting words out, and taking them back. `publish` is the only code that creates a Publication."""

from django.db import transaction
from django.utils import timezone

from articles import history
from articles.models import Article, Page, Revision, User
from articles.pages import refresh
from articles.refusal import Refused, Stale
from reviews import gate, notices, report_answers, verification
from reviews.models import NoticeKind, Publication, Withdrawal


@transaction.atomic
def publish(revision: Revision, *, by: User) -> Publication:
    """Publishes the named revision, and no other. Raises Refused with every reason the gate gives."""
    article = Article.objects.locked(revision.article_id)
    case = gate.read(revision)
    if reasons := gate.blockers(case):
        raise Refused(*(reason.text for reason in reasons))
    assert case.medical and case.facts  # the gate has just said so
    publication = Publication.objects.create(
        article=article,
        revision=case.revision,
        revision_kind=case.revision.kind,
        reviewed=case.reviewed,
        medical=case.medical,
        medical_reviewer=case.medical.reviewer,
        facts=case.facts,
        facts_reviewer=case.facts.reviewer,
        look=case.look,
        look_reviewer=case.look.reviewer if case.look else None,
        by=by,
        at=timezone.now(),
    )
    history.record(
        "article.published", by=by, article=article, publication=publication.pk, revision=revision.pk,
        number=revision.number, digest=revision.digest,
    )  # fmt: skip
    if article.slug != case.revision.slug:  # a later draft had meant to move; the address is now settled
        article.slug = case.revision.slug
        article.save(update_fields=["slug"])
    refresh(article)
    if not case.is_carried:
        report_answers.answer(publication)
    if article.owner_id != by.pk:
        subject = f"Published: “{publication.revision.title}”"
        notices.tell(article.owner, NoticeKind.PUBLISHED, subject, notices.published(publication))
    return publication


@transaction.atomic
def rebuild(article_id: int) -> Page | None:
    """The finished page anew from its records: after an upgrade, say. A forged or altered record never becomes a page."""
    article = Article.objects.locked(article_id)
    publication = article.publications.order_by("-pk").first()
    if publication and (faults := list(verification.unsound(publication))):
        raise Refused(*faults)
    return refresh(article)


@transaction.atomic
def withdraw(publication: Publication, *, reason: str, by: User) -> Withdrawal:
    """Takes the named publication down; its address then answers 410 with the reason."""
    article = Article.objects.locked(publication.article_id)
    reason = reason.strip()
    if not reason:
        raise Refused("Say why the article is withdrawn: readers who follow a link to it will see the reason.")
    if len(reason) > 2000:
        raise Refused("The reason is longer than 2,000 characters: shorten it.")
    live = article.publications.order_by("-pk").first()
    if live is None or live.pk != publication.pk or hasattr(live, "withdrawal"):
        raise Stale("This publication is no longer live: it was withdrawn or replaced meanwhile. Look again.")
    return take_down(article, live, reason, by=by)


def take_down(article: Article, publication: Publication, reason: str, *, by: User) -> Withdrawal:
    """The record, the event and the notice; the caller holds the article and has decided."""
    withdrawal = Withdrawal.objects.create(publication=publication, reason=reason, by=by, at=timezone.now())
    history.record(
        "article.withdrawn", by=by, article=article, withdrawal=withdrawal.pk, publication=publication.pk, reason=reason
    )
    refresh(article)
    report_answers.tell_of(withdrawal)
    who = {article.owner}
    if not by.has_perm("reviews.add_withdrawal"):  # by a signature that was taken back: the editors have to act
        who |= set(notices.editors())
    for user in who - {by}:
        subject = f"Withdrawn: “{publication.revision.title}”"
        notices.tell(user, NoticeKind.PUBLISHED, subject, notices.withdrawn(withdrawal))
    return withdrawal
