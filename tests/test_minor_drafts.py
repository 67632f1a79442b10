"""Saving a minor change: when it may be saved as one, and what the editor says and keeps when it may not."""

import pytest

from articles.bibliography.standing import Standing
from articles.models import Article, Revision
from articles.refusal import Refused
from reviews import publishing
from reviews.models.signoff import Kind
from tests import office, worlds
from tests.pages import Page

MINOR = Revision.Kind.MINOR
SLIPS = worlds.BODY.replace("little difference", "litle difference").replace("Talk to a doctor", "Talk to the doctor")


@pytest.fixture
def live(cast):
    return worlds.published(cast, worlds.drafted(cast, body=SLIPS))


def minor(revision, cast, **changes):
    given = {"kind": MINOR, "body": worlds.BODY, "change_note": "Mends a spelling.", **changes}
    return worlds.redrafted(revision, by=cast.wren, **given)


def test_a_mended_slip_is_saved_as_a_minor_change(live, cast):
    saved = minor(live.revision, cast)
    assert (saved.kind, saved.change_note, saved.number) == (MINOR, "Mends a spelling.", 2)


def test_what_changes_a_number_is_refused_with_every_reason_and_the_way_out(live, cast):
    with pytest.raises(Refused) as refused:
        minor(live.revision, cast, body=worlds.BODY.replace("11 trials", "12 trials"), change_note=" ", title="Cramps")
    assert list(refused.value.reasons) == [
        "Say in a few words what was mended and why.",
        "It changes the title: “Leg cramps at night” became “Cramps”.",
        "It changes a number: “11 trials” became “12 trials”.",
        "Save it as an update or a correction instead: then it is reviewed in full.",
    ]
    assert Revision.objects.count() == 1
    assert worlds.redrafted(live.revision, by=cast.wren, body=worlds.BODY.replace("11 trials", "12 trials")).kind == "update"


def test_nothing_is_minor_before_it_was_published_or_after_it_was_withdrawn(cast):
    draft = worlds.drafted(cast, body=SLIPS)
    with pytest.raises(Refused, match="this article is not live"):
        minor(draft, cast)
    live = worlds.published(cast, draft)
    publishing.withdraw(live, reason="Being looked at.", by=cast.ed)
    with pytest.raises(Refused, match="this article is not live"):
        minor(draft, cast)
    assert Revision.objects.count() == 1


def test_minor_changes_do_not_add_up(live, cast):
    """The second is compared with the words that were reviewed in full, not with the first."""
    first = minor(live.revision, cast)
    worlds.signed(first, Kind.LOOK, cast.dr_omar, by=cast.ed)
    out = publishing.publish(first, by=cast.ed)
    assert out.reviewed == live.revision
    three_more = worlds.BODY.replace("found that", "founded that").replace("keep you", "keeps you").replace("awake", "awaken")
    with pytest.raises(Refused, match="It changes 5 words; a minor change to this text changes 4 at most."):
        minor(first, cast, body=three_more)


def test_an_unreviewed_draft_in_between_does_not_lend_its_words(live, cast):
    update = worlds.redrafted(live.revision, by=cast.wren, body=SLIPS.replace("11 trials", "12 trials"))
    with pytest.raises(Refused, match="“11 trials” became “12 trials”"):
        minor(update, cast, body=worlds.BODY.replace("11 trials", "12 trials"))


def test_a_source_whose_entry_reads_otherwise_by_now_makes_it_more_than_minor(live, cast):
    source = live.revision.citations.get().reference
    source.csl = {**source.csl, "volume": "10"}
    source.save()
    with pytest.raises(Refused, match="It changes the sources"):
        minor(live.revision, cast)


def test_a_reason_why_a_retracted_source_is_cited_is_no_spelling(live, cast):
    worlds.said_of(live.revision.citations.get().reference, Standing.retracted)
    with pytest.raises(Refused, match="It changes the sources"):
        minor(live.revision, cast, retracted_reasons={"garrison2020magnesium": "For its history."})


def test_the_publishers_own_names_of_drugs_are_asked(cast, settings):
    settings.DRUG_NAMES = ["Neurolax"]
    live = worlds.published(cast, worlds.drafted(cast, body=worlds.BODY + "\nPeople who take neurolax sleep.\n"))
    with pytest.raises(Refused, match="It changes the name of a drug"):
        minor(live.revision, cast, body=worlds.BODY + "\nPeople who take neurolaks sleep.\n")


# --- In the editor -----------------------------------------------------------------------------------------------------


def kinds(answer) -> list[str]:
    return [e.attrs["value"] for e in Page(answer.content.decode()).all("input") if e.attrs.get("name") == "kind"]


def test_four_kinds_are_offered_once_there_is_a_live_page_and_three_while_it_is_withdrawn(cast, as_user):
    draft = worlds.drafted(cast, body=SLIPS)
    browser = as_user(cast.wren)
    assert kinds(browser.get(office.editor(draft))) == []
    live = worlds.published(cast, draft)
    assert kinds(browser.get(office.editor(draft))) == ["minor", "clarification", "correction", "update"]
    minor(draft, cast)
    publishing.withdraw(live, reason="Being looked at.", by=cast.ed)
    answer = browser.get(office.editor(draft))
    assert kinds(answer) == ["clarification", "correction", "update"]
    assert answer.context["form"]["kind"].value() == "update"
    forged = browser.post(office.editor(draft), office.typed(Article.objects.get().draft, kind="minor", title="Cramps"))
    assert forged.status_code == 422


def test_the_editor_saves_a_minor_change(live, cast, as_user):
    form = office.typed(live.revision, body=worlds.BODY, kind="minor", change_note="Mends a spelling.")
    answer = as_user(cast.wren).post(office.editor(live.revision), form, follow=True)
    assert "Saved as revision 2." in answer.content.decode()
    assert Article.objects.get().draft.kind == MINOR
    assert as_user(cast.wren).get(office.editor(live.revision)).context["form"]["kind"].value() == "minor"


def test_a_refused_minor_change_keeps_all_that_was_typed(live, cast, as_user):
    typed = {"body": worlds.BODY + "\nTake 5 mg.", "kind": "minor", "change_note": "A small thing.", "summary": "All of it."}
    answer = as_user(cast.wren).post(office.editor(live.revision), office.typed(live.revision, **typed))
    page = Page(answer.content.decode()).text
    assert answer.status_code == 422
    assert "Save it as an update or a correction instead: then it is reviewed in full." in page
    assert "It changes where lines begin and end." in page
    assert {name: answer.context["form"][name].value() for name in typed} == typed
    assert Revision.objects.count() == 1
    again = as_user(cast.wren).post(office.editor(live.revision), office.typed(live.revision, **{**typed, "kind": "update"}))
    assert again.status_code == 302


def test_reasons_are_text_on_the_page(live, cast, as_user):
    typed = {"title": office.HOSTILE, "body": SLIPS.replace("litle", office.HOSTILE), "kind": "minor", "change_note": "x"}
    answer = as_user(cast.wren).post(office.editor(live.revision), office.typed(live.revision, **typed))
    assert answer.status_code == 422
    office.assert_harmless(answer.content.decode())
