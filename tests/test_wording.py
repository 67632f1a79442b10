"""The site's own words: set by editors, kept for good, and never made to look like an article."""

import pytest
from django.contrib.auth.models import Permission

from articles.history import genuine_events
from articles.models import Event, Wording
from articles.refusal import Refused, Stale
from articles.wording import LONGEST, set_wording
from tests import office, pages, worlds

SCREEN = office.url("articles_wording_changelist")
SHOWN = {
    "home": "/", "about": "/about/", "funding": "/about/", "policy": "/policy/", "privacy": "/privacy/",
    "disclaimer": "/disclaimer/", "corrections": "/corrections/",
}  # fmt: skip


def said(answer) -> str:
    return " ".join(pages.Page(answer.content.decode()).text.split())


@pytest.mark.parametrize("place", SHOWN)
def test_the_words_in_force_are_shown_in_their_place_as_markdown(cast, client, place):
    set_wording(place, "Our *own* words.\n\n## A heading", by=cast.ed)
    html = client.get(SHOWN[place]).content.decode()
    assert "<p>Our <em>own</em> words.</p>" in html
    assert f'<h2 id="{place}-section-a-heading">A heading</h2>' in html
    set_wording(place, "Other words.", by=cast.ed)
    html = client.get(SHOWN[place]).content.decode()
    assert "Other words." in html
    assert "<em>own</em>" not in html
    set_wording(place, "", by=cast.ed)
    assert "Other words." not in client.get(SHOWN[place]).content.decode()


def test_two_texts_on_one_page_may_have_headings_that_are_alike(cast, client):
    for place in ("about", "funding"):
        set_wording(place, "## Who\n\nWe.", by=cast.ed)
    ids = pages.Page(client.get("/about/").content.decode()).values("id")
    assert {"about-section-who", "funding-section-who"} <= set(ids)
    assert len(ids) == len(set(ids))


def test_every_text_is_kept_and_an_event_tells_of_each(cast):
    for text in ("One.", "Two.", "Two.", "  Two.\r\n"):
        set_wording("about", text, by=cast.ed)
    assert [wording.text for wording in Wording.objects.order_by("pk")] == ["One.", "Two."]
    told = genuine_events(None, "wording.changed")
    assert [(event.actor, event.data["place"]) for event in told] == [(cast.ed, "about")] * 2
    assert [event.data["wording"] for event in told] == list(Wording.objects.order_by("pk").values_list("pk", flat=True))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Magnesium helps [@garrison2020magnesium].", "cite a source, @garrison2020magnesium"),
        (f"![Night](/pictures/{'a' * 64}.png)", "Pictures can be shown in articles only"),
        ("A ![dot](https://elsewhere.example/dot.gif)", "Pictures can be shown in articles only"),
        ("[also read: leg-cramps]", "“Also read” belongs in articles"),
        ("[Click](javascript:alert(1))", "A link leads nowhere"),
        ("<script>alert(1)</script>", "HTML such as <script>"),
        ("Some <b>bold</b> words", "HTML such as <b>"),
        ("<!-- hidden -->", "HTML such as <!--"),
        ("x" * (LONGEST + 1), "shorten it to 20,000"),
    ],
)
def test_what_only_an_article_may_hold_is_refused_and_nothing_is_changed(cast, text, reason):
    with pytest.raises(Refused, match=reason):
        set_wording("about", text, by=cast.ed)
    assert not Wording.objects.exists()
    assert not Event.objects.filter(name="wording.changed").exists()


def test_every_reason_is_given_at_once(cast):
    with pytest.raises(Refused) as refused:
        set_wording("about", "<b>It helps</b> [@one] ![x](y.png) [z](data:text/html,x)", by=cast.ed)
    assert len(refused.value.reasons) == 4


def test_links_angle_brackets_and_code_are_no_html(cast):
    set_wording("about", "If a < b and c > d, see <https://example.org>, [us](/policy/) or `<b>`.", by=cast.ed)


def test_there_is_no_other_place(cast):
    with pytest.raises(Refused, match="no place called “footer”"):
        set_wording("footer", "Words.", by=cast.ed)
    with pytest.raises(Refused, match="nothing to save"):
        set_wording("about", "  ", by=cast.ed)


def test_a_text_that_another_hand_put_in_is_not_shown(cast, client):
    mine = set_wording("about", "Ours.", by=cast.ed)
    Wording.objects.create(place="about", text="Theirs.", by=cast.ed, at=mine.at)
    assert b"Theirs." not in client.get("/about/").content


# --- The screen -----------------------------------------------------------------------------------------------------------


def test_an_editor_sees_the_places_sets_words_and_reads_what_was_there_before(cast, as_user):
    ed = as_user(cast.ed)
    overview = said(ed.get(SCREEN))
    assert "These words are not medical and are not signed. Do not give medical advice here." in overview
    for label in Wording.Place.labels:
        assert label in overview
    for text, seen in (("Words one.", 0), ("Words two.", None)):
        known = seen if seen is not None else Wording.objects.get().pk
        answer = ed.post(f"{SCREEN}?place=about", {"text": text, "seen": known}, follow=True)
        assert "Readers see these words from now on." in said(answer)
    html = ed.get(f"{SCREEN}?place=about").content.decode()
    assert [area.text.strip() for area in pages.Page(html).all("textarea")] == ["Words two."]
    assert "Do not give medical advice here." in html
    assert "Words one." in html.split("What stood here before")[1]


def test_what_was_typed_survives_a_refusal(cast, as_user):
    answer = as_user(cast.ed).post(f"{SCREEN}?place=about", {"text": "Keep this [@one].", "seen": 0})
    assert answer.status_code == 422
    assert "Keep this [@one]." in pages.Page(answer.content.decode()).all("textarea")[0].text
    assert "Take the citation out." in said(answer)
    assert said(answer).startswith("Error: ")


def test_nobody_overwrites_what_a_colleague_has_set_meanwhile_without_seeing_it(cast, as_user):
    with pytest.raises(Stale, match="Edith Castellanos changed these words"):
        set_wording("about", "First.", by=cast.ed)
        set_wording("about", "Second.", by=cast.root, seen=0)
    answer = as_user(cast.root).post(f"{SCREEN}?place=about", {"text": "Second.", "seen": 0})
    assert answer.status_code == 409
    assert "First." in said(answer)
    form = pages.Page(answer.content.decode())
    [seen] = [field.attrs["value"] for field in form.all("input") if field.attrs.get("name") == "seen"]
    assert as_user(cast.root).post(f"{SCREEN}?place=about", {"text": "Second.", "seen": seen}).status_code == 302


def test_only_who_may_sets_words(cast, as_user):
    for who in (cast.wren, cast.fay):
        assert as_user(who).get(SCREEN).status_code == 403
        assert as_user(who).post(f"{SCREEN}?place=about", {"text": "Mine.", "seen": 0}).status_code == 403
    cast.fay.groups.clear()
    cast.fay.user_permissions.add(*_permissions("view_wording"))
    reader = as_user(cast.fay)
    assert not pages.Page(reader.get(f"{SCREEN}?place=about").content.decode()).all("textarea")
    assert reader.post(f"{SCREEN}?place=about", {"text": "Mine.", "seen": 0}).status_code == 403
    assert not Wording.objects.exists()


@pytest.mark.parametrize("query", ["?place=footer", "?place=%00", "?place=about'"])
def test_a_place_that_there_is_not_is_not_found(cast, as_user, query):
    assert as_user(cast.ed).get(SCREEN + query).status_code == 404


def test_hostile_words_are_shown_as_they_are_typed(cast, as_user):
    answer = as_user(cast.ed).post(f"{SCREEN}?place=about", {"text": office.HOSTILE + "</textarea>", "seen": "x"})
    assert answer.status_code == 422
    office.assert_harmless(answer.content.decode())


def _permissions(codename: str):
    return Permission.objects.filter(codename=codename)


def test_the_office_leads_there(cast, as_user):
    worlds.drafted(cast)
    assert SCREEN in as_user(cast.ed).get("/admin/").content.decode()
