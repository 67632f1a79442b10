"""The desk of a second look: the difference to the reviewed words first, one line to tick, and a signature."""

import pytest

from articles.models import Revision
from reviews import publishing
from reviews.models import SignOff
from reviews.models.signoff import Kind
from tests import desks, worlds
from tests.pages import Page

SLIP = worlds.BODY.replace("little difference", "litle difference")
LINE = "No change of meaning: spelling, grammar or layout only"


@pytest.fixture
def live(cast):
    return worlds.published(cast, worlds.drafted(cast, body=SLIP))


@pytest.fixture
def look(live, cast):
    draft = worlds.redrafted(live.revision, by=cast.wren, kind=Revision.Kind.MINOR, body=worlds.BODY, change_note="A spelling.")
    return worlds.asked(draft, Kind.LOOK, cast.dr_omar, by=cast.ed)


def shown(answer) -> str:
    return " ".join(Page(answer.content.decode()).text.split())


def test_what_differs_from_the_reviewed_words_is_shown_first_and_marked(look, cast, as_user):
    answer = as_user(cast.dr_omar).get(desks.address(look))
    page, html = Page(answer.content.decode()), answer.content.decode()
    assert "Changes since the words that were reviewed in full" in page.text
    assert "From revision 1 to revision 2" in shown(answer)
    assert "litle" in [element.text for element in page.all("del")]
    assert "little" in [element.text for element in page.all("ins")]
    assert html.index("<del>litle</del>") < html.index("<iframe")
    assert html.count('id="changes"') == 1


def test_one_line_and_a_credential_are_asked_and_no_verdicts(look, cast, as_user):
    page = Page(as_user(cast.dr_omar).get(desks.address(look)).content.decode())
    names = {
        e.attrs["name"] for e in page.all("input") if e.attrs.get("name", "").startswith(("check_", "verdict_", "credential"))
    }
    assert names == {"check_meaning", "credential"}
    assert LINE in page.text


def test_a_complete_look_signs_and_the_change_can_go_out(look, cast, as_user):
    browser = as_user(cast.dr_omar)
    assert browser.post(desks.address(look), desks.filled(look)).status_code == 302
    signoff = SignOff.objects.get(kind=Kind.LOOK)
    assert signoff.checklist == [[LINE, True]]
    assert signoff.credential.holder == cast.dr_omar
    published = publishing.publish(look.revision, by=cast.ed)
    assert (published.look, published.reviewed.number) == (signoff, 1)
    after = shown(browser.get(desks.address(look)))
    assert "Second look: approved" in after
    assert "Changes since the words that were reviewed in full" in after


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("check_meaning", None, f"Not ticked: {LINE}."),
        ("credential", None, "Choose the credential that you sign with."),
        ("password", "wrong", "The password is not right."),
        ("accepted", None, "Accept the statement"),
    ],
)
def test_an_incomplete_look_signs_nothing_and_keeps_what_was_filled_in(look, cast, as_user, field, value, reason):
    answer = as_user(cast.dr_omar).post(desks.address(look), desks.filled(look, note="A thought.", **{field: value}))
    assert answer.status_code == 422
    assert reason in shown(answer)
    assert "A thought." in answer.content.decode()
    assert not SignOff.objects.filter(kind=Kind.LOOK).exists()


def test_whoever_finds_a_change_of_meaning_asks_for_changes_without_ticking(look, cast, as_user):
    form = desks.filled(look, decision="changes", note="“By night” is another claim.", check_meaning=None)
    assert as_user(cast.dr_omar).post(desks.address(look), form).status_code == 302
    assert SignOff.objects.get(kind=Kind.LOOK).decision == "changes"


def test_a_second_minor_change_is_compared_with_the_words_reviewed_in_full_and_with_what_is_live(look, cast, as_user):
    as_user(cast.dr_omar).post(desks.address(look), desks.filled(look))
    publishing.publish(look.revision, by=cast.ed)
    body = worlds.BODY.replace("to a doctor or", "to the doctor or")
    second = worlds.redrafted(look.revision, by=cast.wren, kind=Revision.Kind.MINOR, body=body, change_note="Grammar.")
    answer = as_user(cast.dr_omar).get(desks.address(worlds.asked(second, Kind.LOOK, cast.dr_omar, by=cast.ed)))
    said = shown(answer)
    assert said.index("From revision 1 to revision 3") < said.index("From revision 2 to revision 3")
    assert said.count("Changes since") == 2


def test_a_full_review_still_shows_its_changes_beside_the_page(live, cast, as_user):
    draft = worlds.redrafted(live.revision, by=cast.wren)
    review = worlds.asked(draft, Kind.MEDICAL, cast.dr_ruth, by=cast.ed)
    html = as_user(cast.dr_ruth).get(desks.address(review)).content.decode()
    assert html.index("<iframe") < html.index('id="changes"')
    assert "This is a minor change." not in html
