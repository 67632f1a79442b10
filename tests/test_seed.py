"""The made-up archive: as true as one that people made, in numbers that were asked for, and never made by mistake."""

from collections import Counter

import pytest
from django.db import connection, transaction
from django.test import Client

from articles.locks import missing_locks
from articles.models import Article, Citation, Contributor, Page, Reference, Revision, SearchEntry, Topic, User
from articles.refusal import Refused
from reviews import gate, publishing, verification
from reviews.models import Concern, FeedbackReport, Publication, ReviewRequest, Schedule, SignOff, Withdrawal
from reviews.models.triage import untriaged
from reviews.seeding import library, people
from reviews.seeding.filling import Order, fill
from reviews.seeding.forms import FORMS
from reviews.seeding.plans import Course, Plans, course_at
from reviews.seeding.vocabulary import WORDS, rare

ARTICLES, WAITING, PASSWORD = 200, 100, "made-up-for-the-tests"
ORDER = Order(ARTICLES, WAITING, 1, PASSWORD)


@pytest.fixture(scope="module")
def archive(django_db_setup, django_db_blocker):
    """One for all tests of this file, and undone after them."""
    with django_db_blocker.unblock(), transaction.atomic():
        fill(ORDER)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def made(archive, db):
    """What a test changes in it is undone after the test."""


def test_every_record_is_as_a_verb_would_have_made_it(made):
    assert list(verification.faults()) == []
    assert missing_locks(connection) == []


def test_there_is_as_much_as_was_asked_for(made):
    assert Article.objects.count() == ARTICLES
    assert Article.objects.live().count() == ARTICLES * 9 // 10
    assert Withdrawal.objects.count() == ARTICLES // 100
    assert Revision.objects.count() == 3 * ARTICLES
    assert Citation.objects.count() == 15 * ARTICLES
    assert FeedbackReport.objects.count() >= 10 * ARTICLES
    assert Reference.objects.count() == library.FEWEST + library.FALLEN
    assert User.objects.filter(contributor__isnull=False).count() == sum(people.COUNTS.values())
    assert Publication.objects.count() > Page.objects.count()  # some have been replaced
    assert Article.objects.with_newer_draft().count() == ARTICLES // 10


def test_as_much_waits_as_was_asked_for(made):
    waiting = (untriaged().count(), ReviewRequest.objects.open().count(), Concern.objects.open().count())
    assert waiting == (50, 32, 18)
    assert sum(waiting) == WAITING
    assert SignOff.objects.objecting().count() == SignOff.objects.completing().count() == WAITING // 50
    assert Schedule.objects.open().count() == 2


def test_a_page_is_byte_for_byte_what_the_renderer_draws(made):
    drawn = set()
    for page in Page.objects.order_by("pk")[::5]:
        words = SearchEntry.objects.filter(pk=page.pk).values().first()
        again = publishing.rebuild(page.pk)
        assert (again.html, again.etag) == (page.html, page.etag)
        assert SearchEntry.objects.filter(pk=page.pk).values().first() == words
        drawn.add((page.article.draft.body.count("\n"), page.publication.revision.number, page.publication.revision.kind))
    assert len(drawn) > 8  # in that many forms


def test_nothing_is_wrong_with_live_pages_but_what_was_put_there(made):
    concerned = set(Concern.objects.values_list("article", flat=True))
    for page in [*Page.objects.live()[:8], *Page.objects.filter(pk__in=list(concerned)[:3])]:
        found = [reason.rule for reason in gate.concerns(page.publication)]
        assert found == (["sources_stand"] if page.pk in concerned else []), page


def test_what_is_scheduled_may_go_out(made):
    for planned in Schedule.objects.select_related("revision"):
        assert gate.blockers(gate.read(planned.revision)) == []


def test_readers_and_editors_find_their_way(made):
    page = Page.objects.live().select_related("publication__revision")[7]
    reader = Client()
    assert reader.get(page.get_absolute_url()).status_code == 200
    assert reader.get(page.get_absolute_url()[:-1] + ".json").json()["title"] == page.title
    found = reader.get("/search/", {"q": rare(page.pk)}).content.decode()
    assert page.title in found
    assert "Words for the measured reader" in reader.get("/search/", {"q": '"made up for measuring"'}).content.decode()
    withdrawn = Page.objects.filter(withdrawal__isnull=False).first()
    assert reader.get(withdrawn.get_absolute_url()).status_code == 410
    for role in people.GROUPS:
        user = User.objects.get(username=people.username(role, 1))
        assert user.check_password(PASSWORD)
        office = Client()
        office.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        assert office.get("/admin/").status_code == 200, role


def test_some_words_are_everywhere_and_some_almost_nowhere(made):
    texts = list(SearchEntry.objects.values_list("pk", "text"))
    holding = Counter(word for _, text in texts for word in set(text.lower().replace(",", " ").replace(".", " ").split()))
    assert holding["measuring"] == len(texts)
    assert holding[WORDS[0]] > 0.95 * len(texts)
    assert 1 <= holding[rare(texts[0][0])] <= 4
    assert sum(many < 10 for many in holding.values()) > 1000


def test_everything_says_of_itself_that_it_was_made_up(made):
    revision = Revision.objects.first()
    sentences = [line for line in revision.body.splitlines() if line and not line.startswith(("#", "|"))]
    assert all("made up for measuring" in line for line in sentences)
    assert "made up for measuring" in revision.summary
    assert all("made up for measuring" in csl["title"] for csl in Reference.objects.values_list("csl", flat=True))
    assert not Reference.objects.exclude(doi="", pmid="", pmcid="", isbn="", url__startswith="https://example.org/").exists()
    assert not Contributor.objects.exclude(name__endswith=" Madeup").exists()


def test_more_can_be_added_and_is_as_true(made):
    fill(Order(100, 10, 1, PASSWORD, add=True))
    assert Article.objects.count() == ARTICLES + 100
    assert User.objects.filter(contributor__isnull=False).count() == sum(people.COUNTS.values())
    assert list(verification.faults()) == []


def test_nothing_is_added_unless_asked_for(made):
    with pytest.raises(Refused) as refused:
        fill(ORDER)
    assert "--add" in refused.value.reasons[0]


def test_the_same_order_gives_the_same_archive(made):
    sources = [library.Source({"key": str(number)}, "") for number in range(500)]
    shelves = library.Library(list(Topic.objects.order_by("pk")), sources, sources[:8])
    once, again = (Plans(people.cast(), shelves, 1000, 100, 7) for _ in range(2))
    for place in (0, 10, 999):
        first, second = once.plan(place), again.plan(place)
        assert first.form.filled(first.draw) == second.form.filled(second.draw)
        assert (first.doctor, first.sources, first.age) == (second.doctor, second.sources, second.age)
    other = Plans(people.cast(), shelves, 1000, 100, 8).plan(0)
    assert other.form.filled(other.draw) != FORMS[other.form.number].filled(once.plan(0).draw)


def test_of_a_hundred_articles_ninety_are_live():
    ways = Counter(course_at(place) for place in range(100))
    assert ways == {course: course.value for course in Course}
