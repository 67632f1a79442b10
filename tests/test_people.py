"""People: everybody with a part in something that is live, and a page for each."""

import datetime

from articles.models import Contributor
from reviews import publishing
from tests import pages, worlds


def said(client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return " ".join(pages.Page(answer.content.decode()).text.split()).split("Search ", 1)[1]


def test_everybody_with_a_part_in_what_is_live_is_named_with_it(cast, client):
    Contributor.objects.filter(slug="dr-ruth").update(specialty="General practice")
    worlds.published(cast, worlds.redrafted(worlds.drafted(cast), by=cast.ed))
    worlds.published(cast, worlds.drafted(cast, slug="another", title="Another", by=cast.milo))
    text = said(client, "/people/")
    assert "Ruth Okonkwo, MBBS, MRCGP General practice Medically reviewed: 2" in text
    assert "Fay Lindqvist, MSc Facts checked: 2" in text
    assert "Wren Adeyemi Written: 1" in text
    assert "Milo Brandt Written: 1" in text
    assert "Edith Castellanos Edited: 1" in text
    assert "Omar Haddad" not in text


def test_drafts_requests_and_newer_versions_name_nobody(cast, client):
    live = worlds.published(cast)
    worlds.asked(worlds.drafted(cast, slug="draft", title="Draft", by=cast.milo), "medical", cast.dr_omar, by=cast.ed)
    newer = worlds.redrafted(live.revision, by=cast.ed)
    worlds.signed(newer, "facts", cast.dr_omar, by=cast.ed)
    text = said(client, "/people/")
    assert "Fay Lindqvist, MSc Facts checked: 1" in text
    for name in ("Milo Brandt", "Omar Haddad", "Edith Castellanos", "Lateefah Quist"):
        assert name not in text
        slug = Contributor.objects.get(name=name).slug
        assert f"No article by {name} is published at present." in said(client, f"/people/{slug}/")
        assert '<meta name="robots" content="noindex">' in client.get(f"/people/{slug}/").content.decode()


def test_a_withdrawal_takes_people_off_the_list(cast, client):
    publishing.withdraw(worlds.published(cast), reason="Wrong.", by=cast.ed)
    assert "Wren Adeyemi" not in said(client, "/people/")
    assert "nobody is named here" in said(client, "/people/")
    assert client.get("/people/wren/").status_code == 200


def test_a_person_s_page_lists_each_part_they_took(cast, client):
    worlds.published(cast, worlds.drafted(cast, title="Checked by Fay"))
    text = said(client, "/people/fay/")
    assert "Facts checked 1 article Checked by Fay" in text
    for heading in ("Medically reviewed 1", "Written", "Edited"):
        assert heading not in text
    assert "Written 1 article Checked by Fay" in said(client, "/people/wren/")
    assert text.startswith("HomePeopleFay Lindqvist Fay Lindqvist MSc")


def test_interests_are_told_with_their_day_and_their_absence_too(cast, client):
    assert "Interests declared Not declared yet" in said(client, "/people/wren/")
    Contributor.objects.filter(slug="wren").update(interests="None", interests_on=datetime.date(2026, 11, 2))
    assert "Interests declared None Declared 2 November 2026" in said(client, "/people/wren/")


def test_only_credentials_in_force_are_told(cast, client):
    worlds.credential(cast.dr_ruth, number="NEW", qualification="Unverified diploma")
    assert "MBBS, Demonstration Medical Register" in said(client, "/people/dr-ruth/")
    assert "Unverified diploma" not in said(client, "/people/dr-ruth/")
    assert "Credentials" not in said(client, "/people/dr-late/")


def test_a_long_list_says_how_long_it_is(cast, client, monkeypatch):
    monkeypatch.setattr("articles.shelf_views.LONGEST_LIST", 2)
    for n in range(3):
        worlds.published(cast, worlds.drafted(cast, slug=f"article-{n}", title=f"Article {n}"))
    text = said(client, "/people/wren/")
    assert "The newest 2 of 3 articles Article 2" in text
    assert "Article 0" not in text
    part = "/people/wren/?part=wrote"
    assert "Edited" not in said(client, part)
    older = said(client, part.split("?")[0] + "?part=wrote&" + pages.beside(client, part).split("&")[1])
    assert "Article 0" in older
    assert "Article 2" not in older


def test_many_people_are_paged(cast, client, monkeypatch):
    monkeypatch.setattr("articles.shelf_views.PEOPLE", 2)
    worlds.published(cast)
    assert "Wren Adeyemi" not in said(client, "/people/")
    assert "Wren Adeyemi" in said(client, pages.beside(client, "/people/"))


def test_somebody_without_an_account_has_a_page(client, db):
    Contributor.objects.create(name="Ada Byron", slug="ada")
    assert "Ada Byron" in said(client, "/people/ada/")
