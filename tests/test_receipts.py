"""Receipts: a code that says nothing of its reader, and under which they see what became of their report."""

import uuid

import pytest
import time_machine

from reviews import feedback, publishing, receipts, triaging
from reviews.feedback import Told
from reviews.models import FeedbackDetail
from tests import worlds
from tests.pages import Page
from tests.visitor import Visitor

PATH = "/reports/"
WORDS, ADDRESS = "My own words about it", "pat.private@example.org"


@pytest.fixture
def live(cast):
    return worlds.published(cast)


def told(live):
    return feedback.tell(live, Told("inaccurate", "little difference", WORDS, ADDRESS), key=uuid.uuid4())


def seen(client, code, status=200) -> str:
    answer = client.post(PATH, {"code": code})
    assert answer.status_code == status
    assert answer.headers["Cache-Control"] == "no-store"
    html = answer.content.decode()
    assert '<meta name="robots" content="noindex">' in html
    assert not answer.cookies
    shown = " ".join(Page(html.replace("</dt>", "</dt> ")).text.split())
    for secret in (WORDS, ADDRESS, "Edith Castellanos"):
        assert secret not in html
    return shown


def decided(cast, report, outcome, **words):
    return triaging.triage([report], outcome=outcome, reason="Inner reason.", answer="We looked again.", by=cast.ed, **words)


WAYS = [
    str.lower,
    lambda code: code.replace("-", ""),
    lambda code: code.replace("-", " – "),
    lambda code: f" {code}\n",
    lambda code: code.replace("0", "o").replace("1", "i"),
    lambda code: code.replace("1", "L").replace("0", "O"),
]


@pytest.mark.parametrize("write", WAYS)
def test_a_code_is_known_however_it_is_typed(write):
    for _ in range(20):
        code = receipts.new_code()
        assert receipts.meant(write(code)) == code
        assert len(code) == 14
        assert not set("ILOU") & set(code)


@pytest.mark.parametrize("typed", ["", "K7PM", "K7PM-2QXD-94TRR", "K7PM-2QXD-94TU", "é" * 12, "K" * 5000, "\x00" * 12, "١" * 12])
def test_anything_else_is_no_code(typed):
    assert receipts.meant(typed) == ""


def test_a_reader_gets_a_code_and_looks_it_up_without_script(live):
    reader = Visitor().open("/articles/leg-cramps-at-night/report/").submit("Send the report", reason="outdated", text="Old.")
    code = FeedbackDetail.objects.get().receipt
    assert code in reader.text
    assert "Please note this code" in reader.text
    reader.open(PATH).submit("Look it up", code=code.lower())
    assert reader.status == 200
    assert "An editor has not decided about it yet." in reader.text


def test_it_tells_what_was_decided_and_what_changed_and_never_who_or_in_whose_words(cast, live, client):
    with time_machine.travel("2026-11-25 12:00Z"):
        report = told(live)
        code = report.detail.receipt
        assert "Received 25 November 2026" in seen(client, code)
        [triage] = decided(cast, report, "correct", change_note="We had the dose wrong.")
        shown = seen(client, code)
        assert "The page is being corrected." in shown
        assert "We looked again." in shown
        assert "Inner reason." not in shown
        assert "We had the dose wrong." not in shown, "what is not signed is not told"
    note, draft = "We had the dose wrong.", triage.draft
    publication = worlds.published(
        cast, worlds.redrafted(draft, by=cast.wren, kind="correction", change_note=note, summary="What is known by now.")
    )
    shown = seen(client, code)
    assert "It has been dealt with: a new version of the page is out." in shown
    assert "We had the dose wrong." in shown
    links = Page(client.get(PATH, {"code": code}).content.decode()).values("href")
    assert f"/corrections/correction-{publication.pk}/" in links
    publishing.withdraw(publication, reason="Wrong after all.", by=cast.ed)
    assert "We had the dose wrong." not in seen(client, code)


@pytest.mark.parametrize(
    ("outcome", "words", "says"),
    [
        ("dismiss", {}, "The page was not changed for it."),
        ("review", {}, "The page is being reviewed again."),
        ("withdraw", {"withdrawal_reason": "It could do harm."}, "The page has been withdrawn."),
    ],
)
def test_each_decision_in_plain_words(cast, live, client, outcome, words, says):
    report = told(live)
    decided(cast, report, outcome, **words)
    assert says in seen(client, report.detail.receipt)


def test_a_code_that_nobody_was_given_is_not_found_and_guessing_is_slowed(cast, live, client):
    assert "There is no report under this code." in seen(client, "K7PM-2QXD-94TR", 404)
    assert "A code has twelve letters and digits" in seen(client, "nonsense", 404)
    for _ in range(8):
        seen(client, "K7PM-2QXD-94TR", 404)
    seen(client, told(live).detail.receipt, 429)
    assert client.get(PATH).status_code == 200
