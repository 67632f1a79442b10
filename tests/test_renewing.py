"""A page that was drawn with an earlier look is drawn anew when it is read, and never from records that are not sound."""

import threading
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from articles import pages, replica
from articles.locks import suspended
from articles.look import fingerprint
from articles.models import Article, Event, Page
from articles.renewing import renewed
from reviews.stale_pages import rebuild_stale
from tests import worlds
from tests.standing import SQLITE, run
from tests.test_races import postgresql

PAGE = "/articles/leg-cramps-at-night/"


@pytest.fixture
def page(cast):
    """As an earlier release drew it."""
    worlds.published(cast)
    page = Page.objects.get()
    page.html, page.look = page.html.replace("<footer", "<p>As it looked before.</p><footer", 1), "earlier"
    page.etag = pages.sha256(page.html.encode())
    columns = {"html": page.html, "etag": page.etag, "look": page.look}
    Page.objects.update(**columns, seal=pages.seal("page", pages.sealed(page)))
    return page


def test_a_reader_gets_the_page_as_pages_look_today(page, client):
    assert "As it looked before." in page.html
    answer = client.get(PAGE)
    assert answer.status_code == 200
    assert "As it looked before." not in answer.content.decode()
    assert Page.objects.get().look == fingerprint()


def test_what_was_drawn_anew_is_not_read_back_from_a_replica_that_has_the_old_one(page, monkeypatch):
    """A replica is some moments behind."""
    asked = []

    def get(alias):
        asked.append(replica.in_use())
        return Page.objects.get()

    monkeypatch.setattr("articles.models.page.PageQuerySet.with_latest", lambda self: SimpleNamespace(get=lambda pk: get(pk)))
    with replica.reading("replica"):
        renewed(page)
    assert asked == [replica.PRIMARY]


@pytest.mark.parametrize("none", [pytest.param(None, marks=postgresql)])
def test_a_reader_does_not_wait_for_whoever_works_on_the_article(none, transactional_db):
    worlds.published(worlds.the_cast())
    Page.objects.update(look="earlier")
    held, done = threading.Event(), threading.Event()

    def work() -> None:
        try:
            with transaction.atomic():
                Article.objects.locked(Page.objects.get().pk)
                held.set()
                done.wait(10)
        finally:
            connection.close()

    worker = threading.Thread(target=work)
    worker.start()
    held.wait(10)
    page = renewed(Page.objects.get())
    assert not done.is_set()
    done.set()
    worker.join()
    assert page.look == "earlier", "it is served as it stands"


def test_what_cannot_be_built_from_sound_records_is_served_as_it_stands(page, client):
    if not SQLITE:
        run("SET CONSTRAINTS ALL IMMEDIATE")
    with suspended(connection):
        run("UPDATE articles_revision SET body = 'Something else.'")
    answer = client.get(PAGE)
    assert (answer.status_code, answer.content.decode().count("As it looked before.")) == (200, 1)
    assert Page.objects.get().look == "earlier"


def test_the_rest_is_drawn_anew_bit_by_bit(page):
    assert rebuild_stale() == 1
    assert Page.objects.get().look == fingerprint()
    assert rebuild_stale() == 0
    assert not Event.objects.filter(name="pages.rebuilt").exists(), "a new look is a version of its own"


def test_a_page_made_before_looks_were_named_is_genuine_and_drawn_anew(page, client):
    page.look = ""
    Page.objects.update(look="", seal=pages.seal("page", pages.sealed(page)))
    assert pages.is_genuine(Page.objects.get())
    assert client.get(PAGE).status_code == 200
    assert Page.objects.get().look == fingerprint()


def test_drawing_all_of_them_anew_is_told(page, capsys):
    call_command("refresh_pages")
    assert Event.objects.get(name="pages.rebuilt").data == {"pages": 1}


def test_a_new_interval_is_told_because_no_other_event_tells_of_the_pages(cast):
    publication = worlds.published(cast)
    topic = publication.article.topic
    topic.review_interval_months = 6
    topic.save(update_fields=["review_interval_months"])
    assert rebuild_stale() == 1
    assert Event.objects.get(name="pages.rebuilt").data == {"pages": 1}
