"""A long article, written, asked about and signed by the people of the benchmark through the real verbs."""

import secrets
from dataclasses import replace

from django.utils import timezone

from articles import history
from articles.drafting import Text, save_draft, start_article, text_of
from articles.models import Reference, Revision, Topic
from reviews import requesting, signing
from reviews.benchmarking.people import PASSWORD, People
from reviews.models import ReviewRequest
from reviews.models.signoff import Kind

WORDS, CITATIONS = 3_000, 60
PER_SECTION = 6  # paragraphs, each with its citation
SENTENCE = "A sentence of ten plain words stands here for measuring"


def long_text() -> Text:
    """Sixty paragraphs in sections, a citation in each, at an address of its own."""
    keys = [f"measured{number}" for number in range(CITATIONS)]
    words = ". ".join([SENTENCE] * (WORDS // (10 * CITATIONS)))
    paragraphs = [f"{words} [@{key}]." for key in keys]
    parts = range(0, CITATIONS, PER_SECTION)
    sections = [f"## Part {part}\n\n" + "\n\n".join(paragraphs[part : part + PER_SECTION]) for part in parts]
    slug = f"measured-{secrets.token_hex(6)}"
    return Text(slug=slug, title=f"Measured {slug}", summary="Measured.", body="\n\n".join(sections))


def started(people: People) -> Revision:
    """A first draft."""
    sources(people)
    topic, _ = Topic.objects.get_or_create(slug="measured", defaults={"name": "Measured"})
    return start_article(long_text(), topic=topic, by=people.wren)


def next_words(revision: Revision) -> Text:
    """One sentence more."""
    words = text_of(revision)
    return replace(words, body=f"{words.body}\n\nAnd one more.", kind=Revision.Kind.UPDATE, change_note="Says more.")


def redrafted(revision: Revision, people: People) -> Revision:
    return save_draft(revision.article_id, next_words(revision), base=revision.pk, by=people.wren)


def sources(people: People) -> None:
    csl = {"type": "article-journal", "title": "Made up for measuring", "author": [{"family": "Measured", "given": "A"}]}
    if not Reference.objects.filter(key="measured0").exists():
        Reference.objects.bulk_create(
            Reference(key=f"measured{number}", csl=csl, source_class="trial", added_by=people.wren, added_at=timezone.now())
            for number in range(CITATIONS)
        )


def asked(revision: Revision, people: People, kind: Kind) -> ReviewRequest:
    reviewer = people.fay if kind == Kind.FACTS else people.ruth
    return requesting.request_review(revision, kind=kind, reviewer=reviewer, due=timezone.localdate(), by=people.ed)


def approved(revision: Revision, people: People) -> Revision:
    """Signed by both: ready to go out."""
    for kind in (Kind.FACTS, Kind.MEDICAL):
        request = asked(revision, people, kind)
        answer = signing.Answer(
            decision="approve",
            digest=revision.digest,
            seen=history.last_number(revision.article),
            password=PASSWORD,
            interests="None",
            credential=people.credential.pk if kind == Kind.MEDICAL else None,
            checklist=dict.fromkeys(signing.CHECKLISTS[kind], True),
            verdicts={citation.pk: ("supports", "") for citation in revision.citations.all()},
            accepted=True,
        )
        signing.sign(request.pk, answer, by=request.reviewer)
    return revision
