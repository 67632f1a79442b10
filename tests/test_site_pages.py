"""Home, topics, people, history, policy, pictures: lists of what is live, and nothing else."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from articles.models import Contributor
from articles.pictures import store_picture
from articles.views import REVALIDATE
from reviews import publishing
from reviews.demonstration import DATA
from reviews.models import Publication
from tests import pages, worlds

PUBLIC = ["/", "/topics/sleep-and-pain/", "/people/wren/", "/people/fay/", "/people/dr-ruth/", "/people/ed/", "/policy/"]


def said(client, path) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return " ".join(pages.Page(answer.content.decode()).text.split())


def picture(cast):
    png = (DATA / "pictures" / "quiet-night.png").read_bytes()
    return store_picture(SimpleUploadedFile("night.png", png), by=cast.wren)


@pytest.mark.parametrize("path", PUBLIC)
def test_no_public_page_tells_of_drafts_or_of_words_waiting_for_a_signature(cast, client, path):
    worlds.drafted(cast, title="Quite unsigned")
    live = worlds.published(cast, worlds.drafted(cast, slug="live", title="Live and signed", summary="All signed."))
    worlds.approved(cast, worlds.redrafted(live.revision, by=cast.wren, title="Signed, not published"))
    text = said(client, path)
    assert "unsigned" not in text
    assert "not published" not in text


@pytest.mark.parametrize("path", PUBLIC[:5])
def test_what_is_live_is_listed_and_what_is_withdrawn_is_not(cast, client, path):
    live = worlds.published(cast)
    assert "Leg cramps at night" in said(client, path)
    publishing.withdraw(live, reason="Wrong.", by=cast.ed)
    assert "Leg cramps at night" not in said(client, path)


@pytest.mark.parametrize("path", PUBLIC)
def test_public_pages_set_no_cookie_and_are_asked_for_again_each_time(cast, client, path):
    worlds.published(cast)
    answer = client.get(path)
    assert not answer.cookies
    assert answer["Cache-Control"] == REVALIDATE


def test_home_costs_a_bounded_number_of_queries(cast, client, django_assert_max_num_queries):
    for n in range(6):
        worlds.published(cast, worlds.drafted(cast, slug=f"article-{n}"))
    with django_assert_max_num_queries(12):
        client.get("/")
    with django_assert_max_num_queries(5):  # what is counted and ranked is kept
        client.get("/")


@pytest.mark.parametrize("number", ["9" * 40, "-1", "NaN", "", "2", "\x00", "1'--"])
def test_odd_page_numbers_show_a_page(cast, client, number):
    worlds.published(cast)
    assert client.get("/", {"page": number}).status_code == 200


def test_the_history_tells_every_published_version_who_signed_it_and_its_digest(cast, client):
    live = worlds.published(cast)
    worlds.published(cast, worlds.redrafted(live.revision, by=cast.wren, change_note="We added a trial."))
    text = said(client, "/articles/leg-cramps-at-night/history/")
    assert "Version 2 What readers see now Update · Published" in text
    assert "We added a trial." in text
    assert "Fay Lindqvist, MSc Fact check: approved" in text
    assert live.revision.digest in text


def test_the_history_of_a_withdrawn_article_says_when_and_why(cast, client):
    publishing.withdraw(worlds.published(cast), reason="A newer trial contradicts it.", by=cast.ed)
    text = said(client, "/articles/leg-cramps-at-night/history/")
    assert "A newer trial contradicts it." in text
    assert "What readers see now" not in text


def test_a_person_is_shown_with_credentials_in_force_and_declared_interests(cast, client):
    Contributor.objects.filter(slug="dr-ruth").update(biography="Works in <b>practice</b>.", interests="None")
    text = said(client, "/people/dr-ruth/")
    assert "Ruth Okonkwo MBBS, MRCGP" in text
    assert "Demonstration Medical Register" in text
    assert "Works in <b>practice</b>." in text
    assert "Demonstration Medical Register" not in said(client, "/people/dr-late/")


def test_a_draft_s_picture_is_not_to_be_had_by_strangers_until_it_is_live(cast, client, as_user):
    shown = picture(cast)
    revision = worlds.drafted(cast, picture=shown, picture_alt="Night")
    assert client.get(shown.get_absolute_url()).status_code == 404
    private = as_user(cast.wren).get(shown.get_absolute_url())
    assert private.status_code == 200
    assert private["Cache-Control"] == "private, no-store"
    live = worlds.published(cast, revision)
    public = client.get(shown.get_absolute_url())
    assert public["Content-Type"] == "image/png"
    assert public["Content-Security-Policy"] == "default-src 'none'; sandbox"
    publishing.withdraw(live, reason="Wrong.", by=cast.ed)
    assert client.get(shown.get_absolute_url()).status_code == 404


def test_a_picture_in_the_text_is_shown_with_the_page(cast, client):
    shown = picture(cast)
    worlds.published(cast, worlds.drafted(cast, body=worlds.BODY + f"\n![Night]({shown.get_absolute_url()})\n"))
    assert client.get(shown.get_absolute_url()).status_code == 200


def test_the_history_shows_no_publication_that_another_hand_wrote(cast, client):
    live = worlds.published(cast)
    copied(live).save()
    assert Publication.objects.count() == 2
    assert said(client, "/articles/leg-cramps-at-night/history/").count("Version 1") == 1


def copied(publication: Publication) -> Publication:
    publication = Publication.objects.get(pk=publication.pk)
    publication.pk = None
    return publication


@pytest.mark.parametrize("width", [320, 640])
def test_small_copies_of_a_picture_are_seen_by_whoever_may_see_the_picture(cast, client, as_user, width):
    shown = picture(cast)
    path = f"/pictures/{shown.sha256}-{width}.webp"
    revision = worlds.drafted(cast, picture=shown, picture_alt="Night")
    assert client.get(path).status_code == 404
    assert as_user(cast.wren).get(path)["Cache-Control"] == "private, no-store"
    live = worlds.published(cast, revision)
    for _ in range(2):
        answer = client.get(path)
        assert answer["Content-Type"] == "image/webp"
        copy = Image.open(io.BytesIO(b"".join(answer.streaming_content)))
        assert (copy.format, copy.width) == ("WEBP", width)
    assert path in client.get("/").content.decode()
    assert path in client.get("/articles/leg-cramps-at-night/").content.decode()
    publishing.withdraw(live, reason="Wrong.", by=cast.ed)
    assert client.get(path).status_code == 404


def test_no_other_size_is_drawn(cast, client):
    worlds.published(cast, worlds.drafted(cast, picture=picture(cast), picture_alt="Night"))
    assert client.get(f"/pictures/{picture(cast).sha256}-5000.webp").status_code == 404
