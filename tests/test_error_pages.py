"""Where something went wrong: whose site it is, how to write to them, and a way on. Never kept, never indexed."""

import logging

import pytest
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import include, path

from articles.furniture import server_error
from articles.models import Page
from cms import urls
from reviews import publishing
from tests import pages, worlds

pytestmark = pytest.mark.django_db


def fails(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a fault of ours")


def misses_the_database(request: HttpRequest) -> HttpResponse:
    raise DatabaseError("away")


def is_confused(request: HttpRequest) -> HttpResponse:
    raise BadRequest("what?")


def forbids(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


urlpatterns = [
    path("fails/", fails),
    path("away/", misses_the_database),
    path("confused/", is_confused),
    path("forbidden/", forbids),
    path("", include("cms.urls")),
]
handler400 = "articles.furniture.bad_request"
handler500 = "articles.furniture.server_error"

OWN = {"SITE_NAME": "Health House", "CONTACT_EMAIL": "desk@health.example.org", "ROOT_URLCONF": __name__}
ERRORS = {"/confused/": 400, "/forbidden/": 403, "/nowhere/": 404, "/articles/nowhere/": 404, "/fails/": 500, "/away/": 500}


def stranger() -> Client:
    return Client(raise_request_exception=False)


def assert_an_error_page(answer, status: int) -> pages.Page:
    assert answer.status_code == status
    assert answer["Cache-Control"] == "no-store"
    assert not answer.cookies
    page = pages.Page(answer.content.decode())
    assert {"name": "robots", "content": "noindex"} in [meta.attrs for meta in page.all("meta")]
    assert "Health House" in page.all("title")[0].text
    assert page.text.count("Health House") >= 2, "at the top and at the bottom"
    assert "Imprimatur" not in answer.content.decode()
    assert "mailto:desk@health.example.org" in page.values("href")
    assert len(page.all("h1")) == 1
    return page


@override_settings(**OWN)
@pytest.mark.parametrize("address", ERRORS)
def test_each_says_whose_site_it_is_and_where_to_write(address, caplog):
    caplog.set_level(logging.CRITICAL)
    assert_an_error_page(stranger().get(address), ERRORS[address])


@override_settings(**OWN)
def test_what_is_not_found_offers_search_and_the_topics():
    page = assert_an_error_page(stranger().get("/nowhere/"), 404)
    assert "/topics/" in page.values("href")
    assert [form.attrs["action"] for form in page.all("form")] == ["/search/"]


@override_settings(**OWN)
def test_a_form_without_its_token_says_so_under_our_name():
    client = Client(enforce_csrf_checks=True)
    assert_an_error_page(client.post("/admin/login/", {"username": "x", "password": "x"}), 403)


@override_settings(**OWN, AXES_FAILURE_LIMIT=1)
def test_too_many_tries_are_told_under_our_name():
    for _ in range(2):
        answer = stranger().post("/admin/login/", {"username": "wren", "password": "guess"})
    assert answer.status_code == 429
    assert "desk@health.example.org" in answer.content.decode()
    assert "Imprimatur" not in answer.content.decode()


@override_settings(**OWN)
def test_a_page_that_is_held_back_is_told_under_our_name(cast):
    worlds.published(cast)
    Page.objects.update(title="Forged")
    assert_an_error_page(stranger().get("/articles/leg-cramps-at-night/"), 503)


@override_settings(**OWN)
def test_a_withdrawn_article_answers_under_our_name(cast):
    publishing.withdraw(worlds.published(cast), reason="Wrong.", by=cast.ed)
    answer = stranger().get("/articles/leg-cramps-at-night/")
    assert answer.status_code == 410
    page = pages.Page(answer.content.decode())
    assert {"name": "robots", "content": "noindex"} in [meta.attrs for meta in page.all("meta")]
    assert "mailto:desk@health.example.org" in page.values("href")


@override_settings(**OWN)
def test_the_page_for_a_fault_of_ours_asks_the_database_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert server_error(RequestFactory().get("/")).status_code == 500


@override_settings(**OWN)
def test_where_not_even_that_page_can_be_drawn_a_few_words_are_said(monkeypatch):
    monkeypatch.setattr("articles.furniture.render_to_string", fails)
    answer = stranger().get("/fails/")
    assert answer.status_code == 500
    assert answer["Cache-Control"] == "no-store"
    text = answer.content.decode()
    assert "Health House" in text
    assert "desk@health.example.org" in text
    assert 'content="noindex"' in text


@override_settings(**OWN)
def test_a_fault_while_nothing_can_be_asked_is_answered_all_the_same(monkeypatch):
    def away(*args, **kwargs):
        raise DatabaseError("away")

    monkeypatch.setattr(connection, "cursor", away)
    assert_an_error_page(stranger().get("/"), 500)


def test_the_site_uses_these_handlers():
    assert (urls.handler400, urls.handler500) == (handler400, handler500)
