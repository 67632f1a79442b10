"""From a reader who finds a dose wrong to the receipt that says what was done about it; each step by the one whose step it is."""

import re
import uuid

import pytest
from django.core import mail
from django.test import Client

from articles import drafting, pages
from articles.models import Article, Page
from reviews import feedback, publishing, triaging
from reviews.helpfulness import of_articles
from reviews.models import FeedbackReport, Notice, ReplyAddress, SignOff
from reviews.triaging import Outcome
from tests import worlds
from tests.visitor import Visitor

DOSE = "\n\nIn the trials people took 300 grams of magnesium a day [@garrison2020magnesium]."


def mails_to(user_or_address) -> list[mail.EmailMessage]:
    address = getattr(user_or_address, "email", user_or_address)
    return [message for message in mail.outbox if message.to == [address]]


@pytest.fixture
def live(cast):
    first = worlds.drafted(cast, body=worlds.BODY.replace("\n\n## When", f"{DOSE}\n\n## When"))
    return worlds.published(cast, first)


def test_from_a_wrong_dose_to_the_receipt(cast, live, django_capture_on_commit_callbacks):
    page = Page.objects.get(article=live.article)
    for helpful in (True, False, False):
        feedback.vote(live.pk, helpful=helpful, key=uuid.uuid4())

    # A reader reports it, and is given a receipt
    reader = Visitor()
    with django_capture_on_commit_callbacks(execute=True):
        reader.open(page.get_absolute_url()).follow("Report something that is wrong")
        reader.submit(
            "Send the report", reason="harmful", quote="people took 300 grams", text="Surely milligrams!",
            address="pat@example.org",
        )  # fmt: skip
    [code] = set(re.findall(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b", reader.text))
    report = FeedbackReport.objects.get(detail__receipt=code)

    # Every editor is alerted at once, without the reader's words
    [alert] = [message for message in mails_to(cast.ed) if "harm" in message.subject.lower()]
    assert f"/admin/reviews/feedbackreport/{report.pk}/" in alert.body
    assert "milligrams" not in alert.body
    assert "pat@example.org" not in alert.body

    # An editor decides, and the reader is told
    with django_capture_on_commit_callbacks(execute=True):
        [triage] = triaging.triage(
            [report], outcome=Outcome.CORRECT, reason="The trial says milligrams.", answer="Thank you: you are right.",
            change_note="The dose in the trials was given in grams; it is milligrams.", by=cast.ed,
        )  # fmt: skip
    assert triage.draft.kind == "correction"
    assert "Thank you: you are right." in mails_to("pat@example.org")[-1].body
    receipt = Visitor().open("/reports/")
    receipt.submit("Look it up", code=code.lower().replace("-", ""))
    assert "Thank you: you are right." in receipt.text
    assert "Surely" not in receipt.text

    # The correction is written, checked, signed and published like everything else
    body = triage.draft.body.replace("300 grams", "300 milligrams")
    corrected = drafting.save_draft(
        live.article_id, worlds.changed(triage.draft, body=body, kind="correction", change_note=triage.draft.change_note),
        base=triage.draft.pk, by=cast.wren,
    )  # fmt: skip
    worlds.approved(cast, corrected)
    with django_capture_on_commit_callbacks(execute=True):
        publication = publishing.publish(corrected, by=cast.ed)
    assert "300 milligrams" in Client().get(page.get_absolute_url()).content.decode()

    # The report is answered: the reader has a mail, the receipt says so, the log says what was wrong and what is right
    assert triage.answered.publication == publication
    assert "it is milligrams" in mails_to("pat@example.org")[-1].body
    assert len(mails_to("pat@example.org")) == 2
    receipt = Visitor().open("/reports/")
    receipt.submit("Look it up", code=code)
    assert "it is milligrams" in receipt.text
    log = Visitor().open("/corrections/")
    assert "The dose in the trials was given in grams; it is milligrams." in log.text
    notice = Visitor().open(f"/corrections/correction-{publication.pk}/")
    for told in ("300 grams", "300 milligrams", "Edith Castellanos", "report from a reader"):
        assert told in notice.text, told
    assert f"/corrections/correction-{publication.pk}/" in receipt.html
    assert page.get_absolute_url() in notice.html

    # Votes are counted anew for what readers get now, beside those of before
    now, before = of_articles([live.article_id])[live.article_id]
    assert (now.publication, now.votes) == (publication, 0)
    assert (before.yes, before.no) == (1, 2)
    assert ReplyAddress.objects.filter(report=report).exists(), "kept until its time is up, in case the reader asks back"


def test_a_reader_who_left_no_address_can_look_it_up(cast, live):
    report = feedback.tell(live, feedback.Told("inaccurate", text="Grams?"), key=uuid.uuid4())
    triaging.triage([report], outcome=Outcome.DISMISS, reason="It is right.", answer="The trial did use grams.", by=cast.ed)
    receipt = Visitor().open("/reports/")
    receipt.submit("Look it up", code=report.detail.receipt)
    assert "The trial did use grams." in receipt.text


def test_a_report_that_asks_for_a_new_review_is_answered_by_it(cast, live):
    report = feedback.tell(live, feedback.Told("outdated", text="There is a newer trial."), key=uuid.uuid4())
    [triage] = triaging.triage([report], outcome=Outcome.REVIEW, reason="There may be.", answer="", by=cast.ed)
    worlds.signed(live.revision, "medical", cast.dr_omar, by=cast.ed)
    before = Page.objects.get(article=live.article)
    again = publishing.publish(Article.objects.get(pk=live.article_id).draft, by=cast.ed)
    after = Page.objects.get(article=live.article)
    assert triage.answered.publication == again
    assert (after.updated_at, after.etag != before.etag) == (before.updated_at, True), "nothing moves but the review"


def test_a_reader_with_a_promise_hears_that_the_page_came_down(cast, live):
    said = feedback.Told("outdated", text="There is a newer trial.", address="pat@example.org")
    report = feedback.tell(live, said, key=uuid.uuid4())
    triaging.triage([report], outcome=Outcome.REVIEW, reason="There may be.", answer="", by=cast.ed)
    publishing.withdraw(live, reason="A newer trial contradicts it.", by=cast.ed)
    last = Notice.objects.filter(address="pat@example.org").latest("pk")
    assert "A newer trial contradicts it." in last.text


def test_history_tells_a_renewal_and_a_minor_change_from_an_update(cast, live):
    worlds.signed(live.revision, "medical", cast.dr_omar, by=cast.ed)
    publishing.publish(live.revision, by=cast.ed)
    body = live.revision.body.replace("little difference", "litle difference")
    small = worlds.redrafted(live.revision, by=cast.wren, body=body, kind="minor", change_note="Mends a spelling.")
    worlds.signed(small, "look", cast.dr_ruth, by=cast.ed)
    publishing.publish(small, by=cast.ed)
    page = Page.objects.get(article=live.article)
    words = Visitor().open(f"{page.get_absolute_url()}history/").text
    for told in (
        "Reviewed again, no change needed",
        "Minor change",
        "Rests on the full review of version 1",
        "Mends a spelling.",
    ):
        assert told in words, told
    article = Client().get(page.get_absolute_url()).content.decode()
    assert "Small change since, checked by" in article
    assert page.updated_at == live.at
    assert page.review_due == pages.review_due(SignOff.objects.get(reviewer=cast.dr_omar).signed_at, live.article)
