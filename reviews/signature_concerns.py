"""A signature that a live page rests on is worth less by now, or somebody objects to words that are live.

Exactly one concern for each signature and kind, however often it is looked for; the editors, the topic's editor and the
owner are told once. The page stays live, and what was signed keeps its date: people decide.
"""

import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from articles import history
from articles.models import Article, Page
from reviews import notices
from reviews.models import Concern, Credential, NoticeKind, SignOff
from reviews.models.signoff import Decision, SignOffQuerySet

Kind = Concern.Kind
SUBJECTS = {
    Kind.LAPSED: "A credential behind “{title}” has lapsed",
    Kind.REVOKED: "A credential behind “{title}” was revoked",
    Kind.OBJECTION: "Somebody objects to “{title}”, which is live",
}


def open_for_lapsed(today: datetime.date) -> int:
    """Opens what is missing for credentials that have ended by this day; how many. Each article in its own transaction.

    A page that was withdrawn when a credential was revoked, and is out again, is found here, too.
    """
    signed = SignOff.objects.all()
    ended = {
        Kind.LAPSED: signed.filter(credential__valid_until__lt=today, credential__revoked_at=None),
        Kind.REVOKED: signed.filter(credential__revoked_at__isnull=False),
    }
    return sum(
        len(_open_where_live(pk, kind, signoffs))
        for kind, signoffs in ended.items()
        for pk in _resting_on(signoffs.exclude(concerns__kind=kind))
    )


def open_for_revoked(credential: Credential) -> list[Concern]:
    """Within the transaction that revokes it. Whoever is about to publish on it is waited for, or waits and is refused."""
    signed = SignOff.objects.filter(credential=credential)
    touched = Article.objects.filter(Exists(signed.filter(revision__article=OuterRef("pk"), decision=Decision.APPROVE)))
    held = touched.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True)
    return [concern for pk in list(held) for concern in _open_where_live(pk, Kind.REVOKED, signed)]


def open_for_objection(signoff: SignOff, article: Article) -> Concern | None:
    """Within the transaction that signs; the caller holds the article. None where these words are not out."""
    if signoff.decision == Decision.APPROVE:
        return None
    live = Page.objects.live().filter(pk=article.pk, publication__revision__number__gte=signoff.revision.number)
    return _open(article, Kind.OBJECTION, signoff) if live.exists() else None


def _resting_on(signoffs: SignOffQuerySet) -> list[int]:
    rests = Q(publication__medical__in=signoffs) | Q(publication__look__in=signoffs)
    return list(Page.objects.live().filter(rests).order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _open_where_live(article_id: int, kind: Kind, signoffs: SignOffQuerySet) -> list[Concern]:
    """Looks again once the article is held: it may have been reviewed anew or withdrawn meanwhile."""
    article = Article.objects.locked(article_id)
    page = Page.objects.live().select_related("publication").filter(pk=article_id).first()
    if page is None:
        return []
    rests_on = signoffs.filter(pk__in=[page.publication.medical_id, page.publication.look_id]).order_by("pk")
    found = [_open(article, kind, signoff) for signoff in rests_on.select_related("credential", "revision")]
    return [concern for concern in found if concern]


def _open(article: Article, kind: Kind, signoff: SignOff) -> Concern | None:
    concern, made = Concern.objects.get_or_create(article=article, signoff=signoff, kind=kind, defaults={"at": timezone.now()})
    if not made:
        return None
    history.record("concern.opened", by=None, article=article, concern=concern.pk, kind=kind, signoff=signoff.pk)
    subject = SUBJECTS[kind].format(title=article.page.title)
    text, key = _told(concern, signoff), f"concern:{concern.pk}"
    notices.tell_editors(NoticeKind.CONCERN, subject, text, key=key)
    for user in filter(None, (article.owner, article.topic.editor)):
        notices.tell(user, NoticeKind.CONCERN, subject, text, key=f"{key}:{user.pk}")
    return concern


def _told(concern: Concern, signoff: SignOff) -> str:
    here = settings.SITE_URL + reverse("admin:reviews_concern_change", args=[concern.pk])
    return f"{_in_words(concern, signoff)}\n\nThe page is still live and shows nothing of it. Decide what follows: {here}\n"


def _in_words(concern: Concern, signoff: SignOff) -> str:
    """What is wrong. Why a credential was revoked is for editors only, and not said in a mail."""
    signed = f"{signoff.meaning}, {signoff.signed_as}, {signoff.signed_at:%-d %B %Y}"
    words = f"“{signoff.revision.title}” (revision {signoff.revision.number})"
    if concern.kind == Kind.OBJECTION:
        return f"An objection was signed to {words}, and these words are live.\n{signed}.\n\nThey write:\n{signoff.note}"
    credential = signoff.credential
    assert credential  # only what is signed with one can lapse
    ended = f"ended on {credential.valid_until:%-d %B %Y}" if concern.kind == Kind.LAPSED else "has been revoked since"
    return (
        f"{words} was signed with a credential that {ended}: {signoff.credential_as}.\n{signed}.\n\n"
        "What was signed keeps its date: the credential was in force then."
    )
