"""Two people at once. Real threads, each with its own connection and its own transaction; nobody gives way to anybody.

Whichever comes first, the records say one thing: every verb holds the article before it looks.
"""

import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from articles import history, pages
from articles.drafting import save_draft
from articles.models import Article, Contribution, Page, Revision
from articles.refusal import Refused, Stale
from articles.sealing import token
from reviews import credentials, publishing, signing
from reviews.models import Publication, SignOff, Withdrawal
from reviews.models.signoff import Kind
from tests import worlds

SQLITE = connection.vendor == "sqlite"
ROUNDS = 8  # of each race
postgresql = [
    pytest.mark.postgresql,
    pytest.mark.skipif(SQLITE, reason="needs PostgreSQL: SQLite lets one writer in at a time"),
    pytest.mark.django_db(transaction=True),
]
Deed = Callable[[], Any]


def at_once(*deeds: Deed, file: Path | None = None) -> list[Any]:
    """Everybody starts together. What each returned, or the refusal that each met; any other error fails the test.

    With a file, they all work on that SQLite database.
    """
    barrier = threading.Barrier(len(deeds))
    results: list[Any] = [None] * len(deeds)

    def work(place: int, deed: Deed) -> None:
        try:
            if file:
                connection.settings_dict = {**connection.settings_dict, "NAME": str(file)}
            connection.ensure_connection()
            barrier.wait(timeout=10)
            results[place] = deed()
        except Exception as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(place, deed)) for place, deed in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    for result in results:
        if isinstance(result, Exception) and not isinstance(result, Refused):
            raise result
    return results


def refusals(results: list[Any]) -> list[type[Exception]]:
    return [type(result) for result in results if isinstance(result, Refused)]


def all_is_well(article: Article) -> None:
    """What must be true of an article after anything whatever."""
    article = Article.objects.get(pk=article.pk)
    revisions = list(article.revisions.order_by("number"))
    assert [revision.number for revision in revisions] == list(range(1, len(revisions) + 1)), "a draft was lost"
    assert article.draft_id == revisions[-1].pk
    assert list(history.broken_links(list(article.events.order_by("number")))) == []
    for signoff in SignOff.objects.filter(revision__article=article).select_related("revision"):
        assert signoff.digest == signoff.revision.digest
        wrote = signoff.revision.contributions.exclude(role=Contribution.Role.REVIEWER)
        assert not wrote.filter(user=signoff.reviewer_id).exists()
    last = article.publications.order_by("-pk").select_related("medical", "facts", "withdrawal").first()
    page = Page.objects.filter(article=article).first()
    assert (page is None) == (last is None)
    if page and last:
        assert pages.is_genuine(page)
        assert page.publication_id == last.pk
        assert page.withdrawal == getattr(last, "withdrawal", None)
        if page.withdrawal is None:
            for signoff in (last.medical, last.facts):
                assert not hasattr(signoff, "revocation"), "it is live on a signature that was taken back"


def each_round(prepare: Callable[[int], Any]) -> list[Any]:
    """The worlds of all rounds, made in one transaction."""
    with transaction.atomic():
        return [prepare(number) for number in range(ROUNDS)]


def drafted(cast: SimpleNamespace, number: int) -> Revision:
    return worlds.drafted(cast, slug=f"article-{number}", title=f"Article {number}")


@pytest.fixture
def race(transactional_db):
    return worlds.the_cast()


def marked(test: Any) -> Any:
    for mark in postgresql:
        test = mark(test)
    return test


@marked
def test_publishing_against_an_objection_of_a_second_reviewer(race):
    """Either the objection came first and nothing went out, or it met what was live."""

    def prepare(number: int) -> Any:
        revision = worlds.approved(race, drafted(race, number))
        return worlds.asked(revision, Kind.MEDICAL, race.dr_omar, by=race.ed)

    for request in each_round(prepare):
        answer = worlds.answer(request, decision="decline", note="It is wrong.")
        published, declined = at_once(
            lambda request=request: publishing.publish(request.revision, by=race.ed),
            lambda request=request, answer=answer: signing.sign(request.pk, answer, by=race.dr_omar),
        )
        article = request.revision.article
        all_is_well(article)
        if isinstance(published, Publication):
            assert isinstance(declined, Stale), "the reviewer is told that it went out meanwhile"
        else:
            assert isinstance(declined, SignOff)
            assert not article.publications.exists()


@marked
def test_publishing_against_taking_a_signature_back(race):
    """Whoever is first, the words are not live afterwards."""
    for revision in each_round(lambda number: worlds.approved(race, drafted(race, number))):
        medical = revision.signoffs.approving(Kind.MEDICAL).get()
        at_once(
            lambda revision=revision: publishing.publish(revision, by=race.ed),
            lambda medical=medical: signing.revoke(medical, reason="I misread it.", by=race.dr_ruth),
        )
        all_is_well(revision.article)
        assert not Page.objects.live().filter(article=revision.article).exists()


@marked
def test_publishing_against_publishing(race):
    for revision in each_round(lambda number: worlds.approved(race, drafted(race, number))):
        results = at_once(*[lambda revision=revision: publishing.publish(revision, by=race.ed)] * 3)
        assert refusals(results) == [Refused, Refused]
        assert revision.publications.count() == 1
        all_is_well(revision.article)


@marked
def test_saving_against_signing(race):
    """A reviewer signs the words that were on the screen or nothing; no draft is lost either way."""

    def prepare(number: int) -> Any:
        return worlds.asked(drafted(race, number), Kind.FACTS, race.fay, by=race.ed)

    for request in each_round(prepare):
        answer, revision = worlds.answer(request), request.revision
        saved, signed = at_once(
            lambda revision=revision: worlds.redrafted(revision, by=race.wren),
            lambda request=request, answer=answer: signing.sign(request.pk, answer, by=race.fay),
        )
        assert isinstance(saved, Revision)
        assert saved.number == 2
        assert isinstance(signed, Stale) or signed.digest == revision.digest
        assert not saved.signoffs.exists()
        all_is_well(revision.article)


@marked
def test_signing_against_signing_by_one_person(race):
    def prepare(number: int) -> Any:
        return worlds.asked(drafted(race, number), Kind.FACTS, race.fay, by=race.ed)

    for request in each_round(prepare):
        answer = worlds.answer(request)
        results = at_once(*[lambda request=request, answer=answer: signing.sign(request.pk, answer, by=race.fay)] * 3)
        assert refusals(results) == [Stale, Stale]
        assert SignOff.objects.filter(request=request).count() == 1
        all_is_well(request.revision.article)


@marked
def test_withdrawing_against_publishing_newer_words(race):
    """The withdrawal names the publication that the editor saw: it never takes down what came after."""

    def prepare(number: int) -> Any:
        live = worlds.published(race, drafted(race, number))
        return live, worlds.approved(race, worlds.redrafted(live.revision, by=race.wren))

    for live, newer in each_round(prepare):
        withdrawn, published = at_once(
            lambda live=live: publishing.withdraw(live, reason="It is wrong.", by=race.ed),
            lambda newer=newer: publishing.publish(newer, by=race.ed),
        )
        assert isinstance(withdrawn, Withdrawal | Stale)
        assert isinstance(published, Publication)
        assert not hasattr(Publication.objects.get(pk=published.pk), "withdrawal")
        assert Page.objects.live().get(article=live.article).publication_id == published.pk
        all_is_well(live.article)


@marked
def test_saving_against_saving_on_the_same_words(race):
    for revision in each_round(lambda number: drafted(race, number)):
        results = at_once(*[
            lambda revision=revision, by=by: worlds.redrafted(revision, by=by, body=f"{revision.body}\n\n{by} was here.")
            for by in (race.wren, race.milo, race.ed)
        ])  # fmt: skip
        assert refusals(results) == [Stale, Stale]
        all_is_well(revision.article)


@marked
def test_asking_for_a_review_against_writing(race):
    """Nobody slips in as an author after they were found fit to review."""
    for revision in each_round(lambda number: drafted(race, number)):
        at_once(
            lambda revision=revision: worlds.asked(revision, Kind.FACTS, race.fay, by=race.ed),
            lambda revision=revision: worlds.redrafted(revision, by=race.fay),
        )
        all_is_well(revision.article)
        assert revision.article.revisions.count() == 2
        newest = Revision.objects.get(article=revision.article, number=2)
        assert not newest.requests.exists()


@marked
def test_one_signs_while_their_credential_is_revoked(race):
    """The signature and the revocation both stand, or the signature was refused; nothing is published on it after."""

    def prepare(number: int) -> Any:
        holder = worlds.person(f"doctor_{number}", "Reviewers")
        held = worlds.credential(holder, verified_by=race.ed)
        revision = drafted(race, number)
        worlds.signed(revision, Kind.FACTS, race.fay, by=race.ed)
        return worlds.asked(revision, Kind.MEDICAL, holder, by=race.ed), held

    for request, held in each_round(prepare):
        answer = worlds.answer(request)
        at_once(
            lambda request=request, answer=answer: signing.sign(request.pk, answer, by=request.reviewer),
            lambda held=held: credentials.revoke_credential(held, reason="Struck off.", by=race.ed),
        )
        with pytest.raises(Refused):
            publishing.publish(request.revision, by=race.ed)
        all_is_well(request.revision.article)


@marked
def test_the_chain_of_the_site_is_written_by_one_at_a_time(race):
    held = [worlds.credential(race.dr_omar, number=f"N{number}") for number in range(8)]
    at_once(*[lambda one=one: credentials.verify(one, by=race.ed) for one in held])
    events = list(history.Event.objects.filter(article=None).order_by("number"))
    assert len(events) == 2 + 1 + 8
    assert list(history.broken_links(events)) == []


@marked
def test_sixteen_writers_of_one_article_lose_nothing_on_postgresql(race):
    assert sixteen_writers(race, worlds.drafted(race)) == "nothing was lost"


@pytest.mark.skipif(not SQLITE, reason="about SQLite's one writer at a time; PostgreSQL has its own test")
@pytest.mark.django_db(transaction=True)
def test_sixteen_writers_of_one_article_lose_nothing_on_sqlite(race, tmp_path):
    """In a file, as in production: the test database in memory knows no waiting."""
    revision, file = worlds.drafted(race), tmp_path / "imprimatur.sqlite3"
    with sqlite3.connect(file) as copy:
        connection.connection.backup(copy)
    copy.close()
    [result] = at_once(lambda: sixteen_writers(race, revision, file), file=file)
    assert result == "nothing was lost"


def sixteen_writers(cast: SimpleNamespace, first: Revision, file: Path | None = None) -> str:
    """Each adds one line, and whenever somebody was faster reads again and adds it to that."""

    def write(number: int) -> Revision:
        while True:
            draft = Article.objects.get(pk=first.article_id).draft
            text = worlds.changed(draft, body=f"{draft.body}\n\nLine {number} of sixteen.")
            try:
                return save_draft(first.article_id, text, base=draft.pk, by=cast.wren)
            except Stale:
                assert draft.number < 17, "there is nobody left who could have been faster"

    at_once(*[lambda number=number: write(number) for number in range(16)], file=file)
    newest = Article.objects.get(pk=first.article_id).draft
    assert newest.number == 17
    for number in range(16):
        assert newest.body.count(f"Line {number} of sixteen.") == 1
    all_is_well(newest.article)
    return "nothing was lost"


@marked
def test_sixteen_readers_at_once_lose_nothing_that_was_acknowledged_on_postgresql(race):
    assert sixteen_readers(worlds.published(race)) == "nothing was lost"


@pytest.mark.skipif(not SQLITE, reason="about SQLite's one writer at a time; PostgreSQL has its own test")
@pytest.mark.django_db(transaction=True)
def test_sixteen_readers_at_once_lose_nothing_that_was_acknowledged_on_sqlite(race, tmp_path):
    live, file = worlds.published(race), tmp_path / "imprimatur.sqlite3"
    with sqlite3.connect(file) as copy:
        connection.connection.backup(copy)
    copy.close()
    [result] = at_once(lambda: sixteen_readers(live, file), file=file)
    assert result == "nothing was lost"


def sixteen_readers(live: Publication, file: Path | None = None) -> str:
    """Each votes from an address of their own, through the door that readers use."""
    form = {"shown": token("shown", live.pk), "helpful": "yes"}

    def speak(number: int) -> int:
        return Client(REMOTE_ADDR=f"198.51.100.{number}").post(f"{live.article.get_absolute_url()}feedback/", form).status_code

    assert at_once(*[lambda number=number: speak(number) for number in range(16)], file=file) == [303] * 16
    assert live.feedback.filter(helpful=True).count() == 16
    return "nothing was lost"
