"""Writing: every save of different words makes a Revision; nothing that was saved is ever changed or lost.

A save names the revision it was typed upon. If somebody else saved meanwhile it is refused as stale, and the door
shows both texts.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import IntegrityError, transaction
from django.utils import timezone

from articles import search
from articles.citing import cite, under_kept_keys, with_merged_keys
from articles.history import record
from articles.markup import picture_paths
from articles.models import Article, Citation, Contribution, Page, Picture, PictureUse, Revision, Topic, User
from articles.refusal import Refused, Stale
from articles.retouching import faults_of_minor
from articles.words import digest_of, words_of

LONGEST_BODY = 500_000  # characters; a written bound on what a page may cost to render
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufeff\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True)
class Text:
    """What a writer types. The kind matters once the article has been published: until then it is the first version."""

    slug: str
    title: str
    summary: str
    body: str
    picture: Picture | None = None
    picture_alt: str = ""
    picture_decorative: bool = False
    kind: str = Revision.Kind.UPDATE
    change_note: str = ""
    retracted_reasons: Mapping[str, str] = field(default_factory=dict)  # by citation key

    def tidied(self) -> "Text":
        """One form for one text: Unix line ends, composed characters (Unicode NFC), nothing unprintable."""
        return replace(
            self,
            slug=self.slug.strip().lower(),
            title=" ".join(_printable(self.title).split()),
            summary=" ".join(_printable(self.summary).split()),
            body=with_merged_keys(_printable(self.body).strip()),
            picture_alt="" if self.picture_decorative else " ".join(_printable(self.picture_alt).split()),
            change_note=" ".join(_printable(self.change_note).split()),
            retracted_reasons={
                key: " ".join(_printable(why).split()) for key, why in under_kept_keys(self.retracted_reasons).items()
            },
        )


def text_of(revision: Revision) -> Text:
    """What was typed, read back: the start of the next draft."""
    return Text(**{name: getattr(revision, name) for name in Text.__dataclass_fields__})


@transaction.atomic
def start_article(text: Text, *, topic: Topic, by: User) -> Revision:
    """A new article with its first draft, owned by whoever starts it."""
    text = text.tidied()
    _refuse_unless_sound(text, article=None)
    try:
        with transaction.atomic():
            article = Article.objects.create(slug=text.slug, topic=topic, owner=by, created_at=timezone.now())
    except IntegrityError as error:  # somebody took the address in this very moment
        raise Refused(_address_taken(text.slug)) from error
    record("article.started", by=by, article=article, topic=topic.slug)
    return _save(article, text, parent=None, by=by)


@transaction.atomic
def save_draft(article_id: int, text: Text, *, base: int | None, by: User) -> Revision:
    """The next draft, or the present one where the words are the same.

    `base` is the id of the revision that was typed upon; raises Stale when it is no longer the newest.
    """
    article = Article.objects.locked(article_id)
    text = text.tidied()
    draft = article.draft
    unsaved = _compose(article, text, draft)
    citations = cite(text.body, text.retracted_reasons)
    if draft and _same_words(unsaved, citations, draft):
        return draft
    if draft and draft.pk != base:
        raise Stale(
            f"{draft.author.printed_name} saved revision {draft.number} of this article while you were writing. "
            "Nothing of yours is lost: compare the two texts below, keep what is right, and save again."
        )
    _refuse_unless_sound(text, article)
    if text.kind == Revision.Kind.MINOR:
        _refuse_unless_minor(unsaved, citations)
    return _save(article, text, parent=draft, by=by)


@transaction.atomic
def open_correction(article_id: int, *, change_note: str, by: User) -> Revision:
    """A correction begins with the words that readers see, even while they are the same.

    A newer draft is not lost: it stays among the revisions, and what is right in it can be taken from there.
    """
    article = Article.objects.locked(article_id)
    page = Page.objects.live().filter(article=article).select_related("publication__revision").first()
    if page is None:
        raise Refused("The article is not live, so there is nothing to correct. Write on its draft instead.")
    live = text_of(page.publication.revision)
    text = replace(live, kind=Revision.Kind.CORRECTION, change_note=change_note).tidied()
    if not text.change_note:
        raise Refused("Say what is put right: readers see it as the note of the correction.")
    _refuse_unless_sound(text, article)
    return _save(article, text, parent=article.draft, by=by)


@transaction.atomic
def restore(revision: Revision, *, base: int | None, by: User) -> Revision:
    """An old revision's words as a new, unsigned draft. Its citations are made anew from the sources of today."""
    article = Article.objects.locked(revision.article_id)
    page = Page.objects.filter(article=article).first()
    text = replace(text_of(revision), slug=page.slug if page else article.slug)
    if page:
        note = f"Returns to the text of revision {revision.number}."
        text = replace(text, kind=Revision.Kind.UPDATE, change_note=note)
    return save_draft(article.pk, text, base=base, by=by)


@transaction.atomic
def assign(article_id: int, *, owner: User, by: User) -> Article:
    """Hands the article over. Whoever wrote before stays credited, and may still write."""
    article = Article.objects.locked(article_id)
    if not owner.is_active or not owner.has_perm("articles.change_article"):
        raise Refused(f"{owner.printed_name} may not write: choose an active writer or editor.")
    if article.owner_id != owner.pk:
        record("article.assigned", by=by, article=article, owner=owner.pk, before=article.owner_id)
        article.owner = owner
        article.save(update_fields=["owner"])
    return article


@transaction.atomic
def shelve(article_id: int, *, topic: Topic, by: User) -> Article:
    """Moves the article to another topic. A shelf is furniture, not signed: pages show it when next refreshed."""
    article = Article.objects.locked(article_id)
    if article.topic_id != topic.pk:
        record("article.shelved", by=by, article=article, topic=topic.slug, before=article.topic.slug)
        article.topic = topic
        article.save(update_fields=["topic"])
        search.move(article)
    return article


def _same_words(unsaved: Revision, citations: list[Citation], draft: Revision) -> bool:
    """Whether a save would change nothing. What is already published is not changed by a note about no change."""
    new, old = words_of(unsaved, citations), words_of(draft, draft.citations.all())
    notes = {"kind", "change_note"} if draft.publications.exists() else set()
    return all(new.get(name) == old[name] for name in old if name not in notes)


def _save(article: Article, text: Text, *, parent: Revision | None, by: User) -> Revision:
    revision = _compose(article, text, parent)
    revision.author, revision.created_at = by, timezone.now()
    citations = cite(text.body, text.retracted_reasons)
    contributions = _contributions(article, parent, by)
    revision.digest = digest_of(revision, citations, contributions)
    revision.save(force_insert=True)
    for citation in citations:
        citation.revision = revision
    for contribution in contributions:
        contribution.revision = revision
    Citation.objects.bulk_create(citations)
    Contribution.objects.bulk_create(contributions)
    shown = set(Picture.objects.filter(sha256__in=picture_paths(text.body))) | ({text.picture} if text.picture else set())
    PictureUse.objects.bulk_create(PictureUse(revision=revision, picture=picture) for picture in shown)
    article.draft = revision
    if not hasattr(article, "page"):
        article.slug = revision.slug
    article.save(update_fields=["draft", "slug"])
    record("revision.saved", by=by, article=article, revision=revision.pk, number=revision.number, digest=revision.digest)
    return revision


def _compose(article: Article, text: Text, parent: Revision | None) -> Revision:
    """The unsaved revision. Its kind is decided here: before anything was published there is only a first version."""
    published = Page.objects.filter(article=article).exists()
    kind = text.kind if published and text.kind != Revision.Kind.FIRST else Revision.Kind.UPDATE
    return Revision(
        article=article,
        number=parent.number + 1 if parent else 1,
        parent=parent,
        slug=text.slug,
        title=text.title,
        summary=text.summary,
        body=text.body,
        picture=text.picture,
        picture_alt=text.picture_alt,
        picture_decorative=text.picture_decorative,
        kind=kind if published else Revision.Kind.FIRST,
        change_note=text.change_note if published else "",
    )


def _contributions(article: Article, parent: Revision | None, by: User) -> list[Contribution]:
    """Everybody who ever had a hand in the words keeps their credit, and so can never sign them."""
    roles = {c.user: c.role for c in parent.contributions.select_related("user__contributor")} if parent else {}
    roles = {user: role for user, role in roles.items() if role != Contribution.Role.REVIEWER}
    edits = by.pk != article.owner_id and by.has_perm("articles.edit_any_article")
    roles.setdefault(by, Contribution.Role.EDITOR if edits else Contribution.Role.WRITER)
    return [Contribution(user=user, role=role, credited_as=user.printed_name) for user, role in roles.items()]


def _refuse_unless_sound(text: Text, article: Article | None) -> None:
    reasons = []
    if not text.title:
        reasons.append("Give the article a title.")
    for name, longest in (("title", 200), ("summary", 600), ("change_note", 500), ("picture_alt", 300), ("body", LONGEST_BODY)):
        if (length := len(getattr(text, name))) > longest:
            label = name.replace("_", " ").replace("body", "text")
            reasons.append(f"The {label} is {length:,} characters long; at most {longest:,} can be saved. Shorten or divide it.")
    try:
        validate_slug(text.slug)
        if len(text.slug) > 120:
            raise ValidationError("too long")
    except ValidationError:
        reasons.append("The address may hold letters, digits and hyphens only, up to 120: leg-cramps-at-night.")
    else:
        reasons += _address_faults(text.slug, article)
    if reasons:
        raise Refused(*reasons)


def _refuse_unless_minor(unsaved: Revision, citations: list[Citation]) -> None:
    if reasons := faults_of_minor(unsaved, citations):
        raise Refused(*reasons)


def _address_faults(slug: str, article: Article | None) -> list[str]:
    """No address is ever another article's, not even one that its article has left: readers are led on from there."""
    # An older revision, signed under an address that its article has left since, may still be published there.
    if Revision.objects.filter(slug=slug).exclude(article=article).exists():
        return [_address_taken(slug)]
    return []


def _address_taken(slug: str) -> str:
    return f"Another article has the address {slug}: choose a different one."


def _printable(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return UNPRINTABLE.sub("", unicodedata.normalize("NFC", text))
