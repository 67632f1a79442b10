"""A report from its arrival to its answer: who looks after it, what an editor decides, and who is told of it."""

import datetime
import uuid

import pytest
import time_machine
from django.core import mail

from articles.models import Event, Topic
from articles.refusal import Refused, Stale
from reviews import feedback, publishing, report_answers, report_owners, triaging
from reviews.feedback import Told
from reviews.models import FeedbackReport, Notice, Publication, ReportAnswer, ReportOwner, Triage, Withdrawal
from reviews.models.triage import unanswered, untriaged
from reviews.report_states import State, due, overdue, with_state
from tests import worlds
from tests.test_feedback_desk import LIST, one, rows, text

ADDRESS = "pat.private@example.org"
WORDS = "My own words about it"


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel("2026-11-25 12:00Z", tick=True):
        yield


@pytest.fixture
def live(cast):
    return worlds.published(cast)


def told(live, reason="inaccurate", quote="magnesium made little difference", address="", text=WORDS):
    live = Publication.objects.get(pk=live.pk)  # as a door would find it: nothing of the topic is remembered
    return feedback.tell(live, Told(reason, quote, text, address), key=uuid.uuid4())


def decided(cast, *reports, outcome="dismiss", **words):
    given = {"reason": "The source says just that.", "answer": "We compared it with its source again.", **words}
    return triaging.triage(list(reports), outcome=outcome, by=cast.ed, **given)


def mended(cast, draft):
    """The words of the correction, upon the draft that it began with."""
    note = draft.change_note
    return worlds.redrafted(draft, by=cast.wren, kind="correction", change_note=note, summary="What is known by now.")


def state(report) -> str:
    return with_state(FeedbackReport.objects.filter(pk=report.pk)).get().state


def letters(key: str) -> list[Notice]:
    return list(Notice.objects.filter(key__startswith=key))


# --- Who looks after it -----------------------------------------------------------------------------------------------


def test_the_editor_of_the_topic_is_the_first_owner_and_is_told_without_the_readers_words(cast, live):
    nora = worlds.person("nora", "Editors")
    Topic.objects.filter(pk=live.article.topic_id).update(editor=nora)
    report = told(live)
    owned = ReportOwner.objects.get(report=report)
    assert (owned.owner, owned.by) == (nora, None)
    assert owned.at.isoformat() == "2026-11-25T00:00:00+00:00", "of a reader no hour is kept"
    [notice] = letters(f"report:{report.pk}:{nora.pk}")
    assert "something is wrong" in notice.text
    assert one(report) in notice.text
    assert WORDS not in notice.text + notice.subject


@pytest.mark.parametrize("spoil", [{"is_active": False}, {}])
def test_an_editor_of_the_topic_who_has_left_gets_none(cast, live, spoil):
    gone = worlds.person("gone", *(["Editors"] if spoil else ["Writers"]), **spoil)
    Topic.objects.filter(pk=live.article.topic_id).update(editor=gone)
    assert report_owners.owner_of(told(live)) == cast.ed


def test_whoever_owns_the_article_comes_next_then_whoever_has_fewest_then_the_owner_all_the_same(cast, live):
    assert [report_owners.owner_of(told(live)) for _ in range(2)] == [cast.ed, cast.ed]
    busy_no_more = worlds.person("nora", "Editors")
    assert [report_owners.owner_of(told(live)) for _ in range(3)] == [busy_no_more, busy_no_more, cast.ed]
    own = worlds.published(cast, worlds.drafted(cast, by=worlds.person("own", "Editors"), slug="own"))
    assert report_owners.owner_of(told(own)).username == "own"
    type(cast.ed).objects.exclude(groups__name="Writers").update(is_active=False)
    assert report_owners.owner_of(told(live)) == cast.wren


def test_harm_is_cried_to_every_editor_once(cast, live):
    nora = worlds.person("nora", "Editors")
    report = told(live, "harmful")
    assert {notice.recipient for notice in letters(f"harm:{report.pk}")} == {cast.ed, nora}
    assert all(WORDS not in notice.text for notice in letters("harm:"))
    assert letters(f"harm:{told(live).pk}") == []


def test_it_is_handed_over_and_back_to_others_once_its_owner_has_left(cast, live):
    nora = worlds.person("nora", "Editors")
    report = told(live)
    report_owners.assign(report, nora, by=cast.ed)
    assert report_owners.owner_of(report) == nora
    assert letters(f"report:{report.pk}:{nora.pk}")
    for wrong in (nora, cast.wren):
        with pytest.raises(Refused):
            report_owners.assign(report, wrong, by=cast.ed)
    assert report_owners.reassign_orphans() == []
    type(nora).objects.filter(pk=nora.pk).update(is_active=False)
    assert [row.owner for row in report_owners.reassign_orphans()] == [cast.ed]
    assert report_owners.reassign_orphans() == []
    assert Event.objects.filter(name="report.assigned").count() == 2


def test_whoever_may_no_longer_decide_hands_their_reports_on(cast, live):
    other = worlds.person("other", "Editors")
    report = told(live)
    report_owners.assign(report, other, by=cast.ed)
    other.groups.clear()
    assert [row.owner for row in report_owners.reassign_orphans()] == [cast.ed]
    assert report_owners.reassign_orphans() == []


# --- What is decided --------------------------------------------------------------------------------------------------


def test_a_report_is_due_in_a_week_and_of_harm_the_next_day(live):
    calm, harm = told(live), told(live, "harmful")
    assert (str(due(calm.detail)), str(due(harm.detail))) == ("2026-12-02", "2026-11-26")
    for day, late in (("2026-11-26", []), ("2026-11-27", [harm]), ("2026-12-02", [harm]), ("2026-12-03", [harm, calm])):
        with time_machine.travel(f"{day} 12:00Z"):
            found = untriaged().filter(overdue(datetime.date.fromisoformat(day)))
            assert list(found) == late, day


def test_a_dismissal_answers_the_reader_and_keeps_the_reason_to_itself(cast, live):
    report = told(live, address=ADDRESS)
    [triage] = decided(cast, report)
    assert state(report) == State.DISMISSED
    assert triage.draft is None
    [letter] = letters(f"triaged:{report.pk}")
    assert letter.address in (ADDRESS, "")
    assert "We compared it with its source again." in letter.text
    assert report.detail.receipt in letter.text
    assert "The source says just that." not in letter.text
    event = Event.objects.get(name="report.triaged")
    assert (event.article, event.data) == (live.article, {"report": report.pk, "outcome": "dismiss"})
    assert list(unanswered()) == []


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ({"reason": " "}, "why you decide so"),
        ({"answer": ""}, "Answer the reader"),
        ({"outcome": "sell"}, "Choose what follows"),
        ({"reason": "x" * 2001}, "2,001 characters"),
        ({"answer": "x" * 1001}, "1,001 characters"),
        ({"outcome": "correct"}, "what is put right"),
        ({"outcome": "withdraw"}, "why the page is withdrawn"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_written(cast, live, words, says):
    report = told(live)
    with pytest.raises(Refused, match=says):
        decided(cast, report, **words)
    assert Triage.objects.count() == 0
    assert state(report) == State.OPEN


def test_several_are_decided_together_but_only_on_one_article_and_only_once(cast, live):
    first, second, third = told(live), told(live), told(live)
    decided(cast, first, second)
    with pytest.raises(Stale):
        decided(cast, second, third)
    assert state(third) == State.OPEN
    other = worlds.published(cast, worlds.drafted(cast, slug="other"))
    for wrong in ([third, told(other)], [], [feedback.vote(live.pk, helpful=True, key=uuid.uuid4())]):
        with pytest.raises(Refused):
            decided(cast, *wrong)


def test_a_correction_begins_with_the_live_words_and_answers_when_it_is_out(cast, live, django_capture_on_commit_callbacks):
    newer = worlds.redrafted(live.revision, by=cast.wren, body="Something else altogether [@garrison2020magnesium].")
    report, second = told(live, address=ADDRESS), told(live)
    [triage] = decided(cast, report, outcome="correct", change_note="We had the dose wrong.")
    draft = triage.draft
    assert (draft.kind, draft.change_note, draft.body) == ("correction", "We had the dose wrong.", live.revision.body)
    assert (draft.parent, draft.article.draft) == (newer, draft)
    [joined] = decided(cast, second, outcome="correct", answer="")
    assert joined.draft == draft
    assert state(report) == state(second) == State.CORRECTING
    with django_capture_on_commit_callbacks(execute=True):
        publication = worlds.published(cast, mended(cast, draft))
    assert {answer.triage for answer in ReportAnswer.objects.all()} == {triage, joined}
    assert state(report) == state(second) == State.ANSWERED
    assert all("We had the dose wrong." in notice.text for notice in letters(f"answered:{report.pk}"))
    assert [sent for sent in mail.outbox if ADDRESS in sent.to and f"/corrections/correction-{publication.pk}/" in sent.body]
    assert not [notice for notice in Notice.objects.all() if WORDS in notice.text]
    assert report_answers.answer(publication) == [], "once is enough"
    assert not list(unanswered())
    [third] = decided(cast, told(publication), outcome="correct", change_note="Another thing.")
    assert third.draft.number == publication.revision.number + 1


def test_an_older_revision_does_not_answer_a_correction_begun_after_it(cast, live):
    older = worlds.approved(cast, worlds.redrafted(live.revision, by=cast.wren))
    report = told(live)
    decided(cast, report, outcome="correct", change_note="We had the dose wrong.")
    again = told(live)
    decided(cast, again, outcome="review")
    publishing.publish(older, by=cast.ed)
    assert (state(report), state(again)) == (State.CORRECTING, State.ANSWERED)


def test_a_withdrawal_takes_the_page_down_and_keeps_every_promise_about_it(cast, live):
    waiting, report = told(live), told(live, "harmful")
    decided(cast, waiting, outcome="review")
    decided(cast, report, outcome="withdraw", withdrawal_reason="It could do harm.")
    assert Withdrawal.objects.get().reason == "It could do harm."
    assert state(report) == state(waiting) == State.WITHDRAWN
    with pytest.raises(Stale):
        decided(cast, told(live), outcome="withdraw", withdrawal_reason="Again.")
    with pytest.raises(Refused, match="not live"):
        decided(cast, told(live), outcome="correct", change_note="Too late.")


# --- The screens ------------------------------------------------------------------------------------------------------


def test_the_queue_shows_what_waits_first_who_has_it_and_how_many_are_like_it(cast, live, as_user):
    desk, nora = as_user(cast.ed), worlds.person("nora", "Editors")
    done, calm, _ = told(live, quote=""), told(live), told(live, "harmful", quote="MAGNESIUM  made little")
    decided(cast, done)
    if report_owners.owner_of(calm) != cast.ed:
        report_owners.assign(calm, cast.ed, by=nora)
    first, second, third = rows(desk.get(f"{LIST}?state=all"))
    assert "It could harm somebody" in first
    assert "+1 like it" in first
    assert "tomorrow" in first
    assert "in 7 days Edith Castellanos Open" in second
    assert third.endswith("Dismissed")
    for query, count in (
        ("", 2), ("state=all", 3), ("state=dismissed", 1), ("due=overdue", 0), ("state=open&reason=harmful", 1),
    ):  # fmt: skip
        assert len(rows(desk.get(f"{LIST}?{query}"))) == count, query
    mine, others = len(rows(desk.get(f"{LIST}?state=all&owner=me"))), len(rows(desk.get(f"{LIST}?state=all&owner=others")))
    assert mine + others == 3


def test_a_decision_is_made_on_the_page_about_all_that_are_ticked(cast, live, as_user):
    desk = as_user(cast.ed)
    report, like, unlike = told(live), told(live, quote="Magnesium made little"), told(live, quote="to get help")
    assert "Decide about these together with it" in text(desk.get(one(report)))
    typed = {"outcome": "dismiss", "reason": "Because I say so", "answer": "", "also": [like.pk]}
    address = one(report).replace("change", "triage")
    refused = desk.post(address, typed)
    assert refused.status_code == 422
    assert "Because I say so" in text(refused)
    assert "Answer the reader" in text(refused)
    assert f'value="{like.pk}" checked' in refused.content.decode()
    assert desk.post(address, {**typed, "answer": "No."}).status_code == 302
    assert [state(each) for each in (report, like, unlike)] == [State.DISMISSED, State.DISMISSED, State.OPEN]
    assert desk.post(address, {**typed, "answer": "No."}).status_code == 409
    shown = text(desk.get(one(report)))
    assert "Decided: No change" in shown
    assert "Edith Castellanos, 25 November 2026" in shown


def test_only_those_who_may_decide_do(cast, live, as_user):
    report = told(live)
    reader = worlds.person("kit", "Writers")
    reader.user_permissions.set(cast.ed.groups.get().permissions.filter(codename__in=["view_feedbackreport", "edit_any_article"]))
    client, typed = as_user(reader), {"outcome": "dismiss", "reason": "No.", "answer": "No."}
    assert "An editor decides what follows." in text(client.get(one(report)))
    for door in ("triage", "owner"):
        address = one(report).replace("change", door)
        assert client.post(address, {**typed, "owner": cast.ed.pk}).status_code == 403
        assert as_user(cast.fay).post(address, typed).status_code == 403
        assert as_user(cast.ed).get(address).status_code == 405
        assert as_user(cast.ed).post(address.replace(str(report.pk), "99999"), typed).status_code == 404
    assert Triage.objects.count() == 0
    decider = worlds.person("dora")
    type(decider).objects.filter(pk=decider.pk).update(is_staff=True)
    wanted = ["view_feedbackreport", "edit_any_article", "view_article", "add_triage"]
    decider.user_permissions.set(cast.ed.groups.get().permissions.filter(codename__in=wanted))
    client, address = as_user(type(decider).objects.get(pk=decider.pk)), one(report).replace("change", "triage")
    for more in ({"outcome": "withdraw", "withdrawal_reason": "No."}, {"outcome": "correct", "change_note": "No."}):
        assert client.post(address, {**typed, **more}).status_code == 403, more
    assert client.post(address, typed).status_code == 302


def test_it_is_handed_over_on_its_page(cast, live, as_user):
    report = told(live)
    nora = worlds.person("nora", "Editors")
    address, desk = one(report).replace("change", "owner"), as_user(cast.ed)
    assert desk.post(address, {"owner": nora.pk}).status_code == 302
    assert report_owners.owner_of(report) == nora
    assert desk.post(address, {"owner": nora.pk}).status_code == 422
    assert desk.post(address, {"owner": cast.wren.pk}).status_code == 404
    assert "Handed over by Edith Castellanos" in text(desk.get(one(report)))
