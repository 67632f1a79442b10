"""How long the daily work takes, measured against a bare view in the same run, so that machines can be compared.

Everything is made in one transaction, through the real verbs, and rolled back: the archive is left as it was.
"""

import resource
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any

from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import include, path, reverse
from django.utils import timezone

from articles import history
from articles.bibliography.standing import Standing
from articles.drafting import Text, save_draft, start_article, text_of
from articles.models import Reference, Revision, Topic, User
from articles.source_checks import Answer
from reviews import archive, publishing, requesting, signing, source_checking
from reviews.models import Credential
from reviews.models.signoff import Kind

WORDS, CITATIONS, LIBRARY, CHECKED, ROUNDS = 3_000, 60, 10_000, 1_000, 25
ARCHIVE, OPEN = 20_000, 5_000  # articles, and things that wait, under the desks
PASSWORD = "measured-and-rolled-back"


def bare(request: HttpRequest) -> HttpResponse:
    """As little as a page can be: the measure of all the others."""
    return HttpResponse("ok")


urlpatterns = [path("bare", bare), path("", include("cms.urls"))]


@dataclass(frozen=True)
class Figure:
    """The median of several runs."""

    name: str
    milliseconds: float
    queries: int
    ratio: float  # to the bare view of the same run


def figures() -> Iterator[Figure]:
    """Each figure as it is measured. The settings name this module as ROOT_URLCONF meanwhile."""
    with transaction.atomic():
        yield from _measured()
        transaction.set_rollback(True)


def desks(settled: Callable[[], object] = lambda: None) -> Iterator[Figure]:
    """What the first page costs each role, over a large archive with much open; `settled` is called once that is made."""
    with transaction.atomic():
        ed, fay, ruth = _person("chief", "Editors"), _person("fay", "Reviewers"), _person("ruth", "Reviewers")
        writers = [_person("wren", "Writers"), _person("milo", "Writers")]
        archive.fill(archive.People(writers, ed, fay, ruth), ARCHIVE, OPEN)
        settled()
        reader = Client()
        _median(lambda: reader.get("/bare"))  # warms up
        timed = _Timed(_median(lambda: reader.get("/bare")))
        everybody = {
            "writer": writers[0],
            "fact checker": fay,
            "medical reviewer": ruth,
            "editor": ed,
            "all roles": _person("all", "Writers", "Reviewers", "Editors"),
        }
        for role, user in everybody.items():
            browser = Client()
            browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
            yield timed(f"desk, {role}", partial(browser.get, reverse("admin:index")))
        transaction.set_rollback(True)


def _measured() -> Iterator[Figure]:
    wren, ed, fay, ruth = _person("wren"), _person("ed"), _person("fay", "Reviewers"), _person("ruth", "Reviewers")
    text = _text(by=wren)
    topic = Topic.objects.create(name="Measured", slug="measured-and-rolled-back")
    revision = start_article(text, topic=topic, by=wren)
    browser, reader = Client(), Client()
    browser.force_login(ed, backend="django.contrib.auth.backends.ModelBackend")

    _median(lambda: reader.get("/bare"))  # warms up
    base = _median(lambda: reader.get("/bare"))
    timed = _Timed(base)
    yield timed("bare view", lambda: reader.get("/bare"))
    preview = reverse("admin:articles_article_preview")
    yield timed("preview, 3,000 words and 60 citations", lambda: browser.post(preview, {"content": text.body}))
    yield timed("editor", lambda: browser.get(reverse("admin:articles_article_change", args=[revision.article_id])))
    request = _approve(revision, ed, fay, ruth)
    yield timed("review desk", lambda: browser.get(reverse("admin:reviews_reviewrequest_change", args=[request.pk])))
    checklist = reverse("admin:reviews_publication_checklist", args=[revision.pk])
    yield timed("publishing checklist", lambda: browser.get(checklist))

    saves, publications = [], []
    for n in range(9):
        publications.append(_seconds(partial(publishing.publish, revision, by=ed)))
        words = text_of(revision)
        changed = Text(**{**words.__dict__, "body": words.body + f"\n\nAnd {n}.", "kind": "update", "change_note": "More."})
        saves.append(_seconds(partial(save_draft, revision.article_id, changed, base=revision.pk, by=wren)))
        revision = Revision.objects.filter(article=revision.article_id).order_by("-number")[0]
        _approve(revision, ed, fay, ruth)
    yield Figure("save a draft", statistics.median(saves) * 1000, 0, statistics.median(saves) / base)
    yield Figure("publish", statistics.median(publications) * 1000, 0, statistics.median(publications) / base)

    page = f"/articles/{revision.slug}/"
    reader.get(page)  # puts together what stands around it, until something changes that readers could see
    yield timed("reader's page", lambda: reader.get(page))
    etag = reader.get(page)["ETag"]
    yield timed("reader's page, not modified", lambda: reader.get(page, headers={"If-None-Match": etag}))
    yield timed("home", lambda: reader.get("/"))
    yield timed("search", lambda: reader.get("/search/", {"q": "measured words"}))
    yield timed("list of articles", lambda: browser.get(reverse("admin:articles_article_changelist")))
    yield from _library(timed, browser, wren)


def _library(timed: "_Timed", browser: Client, by: User) -> Iterator[Figure]:
    """A library of ten thousand sources: its list, search and filters, and what a check of a source costs."""
    _sources([f"library{n}" for n in range(LIBRARY)], by)
    listed = reverse("admin:articles_reference_changelist")
    yield timed("list of 10,000 references", lambda: browser.get(listed))
    yield timed("search in 10,000 references", lambda: browser.get(listed, {"q": "measured library77"}))
    yield timed("references that are retracted", lambda: browser.get(listed, {"standing__exact": "retracted"}))
    yield timed("references cited on live pages", lambda: browser.get(listed, {"cited": "live"}))
    checked = source_checking.check(Reference.objects.filter(key__startswith="library"), _nothing_known)
    _seconds(partial(_take, checked, CHECKED // 4))  # warms up
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    seconds = _seconds(partial(_take, checked, CHECKED)) / CHECKED
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    yield Figure(f"check of a source ({CHECKED:,} took {grown / 1024:.1f} MB more)", seconds * 1000, 0, seconds / timed.base)


def _nothing_known(references: Sequence[Reference]) -> Iterator[tuple[Reference, list[Answer]]]:
    return ((reference, [Answer("measured", Standing.ok)]) for reference in references)


def _take(found: Iterator[Any], count: int) -> None:
    for _ in islice(found, count):
        pass


class _Timed:
    def __init__(self, base: float) -> None:
        self.base = base

    def __call__(self, name: str, deed: Callable[[], Any]) -> Figure:
        with CaptureQueriesContext(connection) as queries:
            answer = deed()
        if answer.status_code not in {200, 304}:
            raise RuntimeError(f"{name}: answered {answer.status_code}, so there is nothing to measure")
        asked = len(queries)  # before the next request empties the log
        median = _median(deed)
        return Figure(name, median * 1000, asked, median / self.base)


def _median(deed: Callable[[], object]) -> float:
    return statistics.median(_seconds(deed) for _ in range(ROUNDS))


def _seconds(deed: Callable[[], object]) -> float:
    start = time.perf_counter()
    deed()
    return time.perf_counter() - start


def _person(name: str, *groups: str) -> User:
    user = User(username=f"measured-{name}", is_staff=True, is_superuser=name == "ed")
    user.choose_password(PASSWORD)
    user.save()
    user.groups.set(Group.objects.filter(name__in=groups))
    return user


def _sources(keys: list[str], by: User) -> None:
    csl = {"type": "article-journal", "title": "Measured", "author": [{"family": "Measured", "given": "A"}]}
    Reference.objects.bulk_create(
        Reference(key=key, csl=csl, source_class="trial", added_by=by, added_at=timezone.now(), url=f"https://example.org/{key}")
        for key in keys
    )


def _text(by: User) -> Text:
    """A long article: forty paragraphs of plain words in sections, a citation or two in each."""
    keys = [f"measured{n}" for n in range(CITATIONS)]
    _sources(keys, by)
    sentence = "A sentence of ten plain words stands here for measuring"
    per_paragraph = WORDS // (10 * CITATIONS)
    paragraphs = [". ".join([sentence] * per_paragraph) + f" [@{key}]." for key in keys]
    sections = [f"## Part {n}\n\n" + "\n\n".join(paragraphs[n * 6 : n * 6 + 6]) for n in range(CITATIONS // 6)]
    return Text(slug="measured-and-rolled-back", title="Measured", summary="Measured.", body="\n\n".join(sections))


def _approve(revision: Revision, ed: User, fay: User, ruth: User) -> signing.ReviewRequest:
    credential = Credential.objects.filter(holder=ruth).first() or Credential.objects.create(
        holder=ruth, qualification="MD", registering_body="Measured", number="1", valid_from=timezone.localdate(),
        verified_by=ed, verified_at=timezone.now(),
    )  # fmt: skip
    for kind, reviewer in ((Kind.FACTS, fay), (Kind.MEDICAL, ruth)):
        request = requesting.request_review(revision, kind=kind, reviewer=reviewer, due=timezone.localdate(), by=ed)
        answer = signing.Answer(
            decision="approve",
            digest=revision.digest,
            seen=history.last_number(revision.article),
            password=PASSWORD,
            interests="None",
            credential=credential.pk,
            checklist=dict.fromkeys(signing.CHECKLIST, True),
            verdicts={citation.pk: ("supports", "") for citation in revision.citations.all()},
            accepted=True,
        )
        signing.sign(request.pk, answer, by=reviewer)
    return request
