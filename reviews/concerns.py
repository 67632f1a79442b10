"""A source of a live page no longer stands: exactly one concern for each article, source and standing.

The editors and the signers are told once; nothing is unpublished by itself, and readers see only what editors decide.
"""

from django.db import transaction
from django.utils import timezone

from articles import history
from articles.bibliography.standing import Standing
from articles.models import Article, Page, Reference, User
from articles.pages import refresh
from articles.refusal import Refused, Stale
from reviews import notices
from reviews.models import Concern, ConcernDecision, NoticeKind

GRAVE = {Standing.retracted, Standing.concern}


def open_for(reference: Reference) -> list[Concern]:
    """Opens what is missing for every live page that cites the source; called whenever it was checked."""
    if reference.standing not in GRAVE:
        return []
    opened = []
    for same in (reference, *reference.merged.all()):
        live = Page.objects.live().filter(publication__revision__citations__reference=same)
        opened += [_open(pk, same) for pk in live.order_by("pk").values_list("pk", flat=True)]
    return [concern for concern in opened if concern]


@transaction.atomic
def decide(concern: Concern, *, reason: str, public_note: str, by: User) -> ConcernDecision:
    """An editor says what follows from a concern, for the record and, if they like, for readers."""
    article = Article.objects.locked(concern.article_id)
    public_note = " ".join(public_note.split())
    reasons = [] if reason.strip() else ["Say what you decided and why: the reason stays with the record."]
    if len(reason) > 2000:
        reasons.append("The reason is longer than 2,000 characters: shorten it.")
    if len(public_note) > 500:
        reasons.append("The note for readers is longer than 500 characters: shorten it.")
    if reasons:
        raise Refused(*reasons)
    if ConcernDecision.objects.filter(concern=concern).exists():
        raise Stale("Somebody has decided this concern meanwhile. Look again.")
    decision = ConcernDecision.objects.create(
        concern=concern, reason=reason.strip(), public_note=public_note, by=by, at=timezone.now()
    )
    history.record("concern.decided", by=by, article=article, concern=concern.pk, public_note=decision.public_note)
    refresh(article)
    return decision


@transaction.atomic
def _open(article_id: int, reference: Reference) -> Concern | None:
    article = Article.objects.locked(article_id)
    page = Page.objects.select_related("publication__medical__reviewer", "publication__facts__reviewer").get(pk=article_id)
    citation = page.publication.revision.citations.filter(reference=reference).first()
    if page.withdrawal_id or citation is None or (citation.retracted_reason and reference.standing == Standing.retracted):
        return None
    concern, made = Concern.objects.get_or_create(
        article=article, reference=reference, standing=reference.standing, defaults={"at": timezone.now()}
    )
    if not made:
        return None
    history.record("concern.opened", by=None, article=article, concern=concern.pk, key=reference.key, standing=concern.standing)
    for user in {*notices.editors(), page.publication.medical.reviewer, page.publication.facts.reviewer}:
        notices.tell(
            user, NoticeKind.CONCERN, f"A source of “{page.title}” no longer stands", notices.concern(concern, citation.number)
        )
    return concern
