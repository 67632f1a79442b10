"""Lists as files: what the screen shows and no more, for whoever may see the list, and harmless in a spreadsheet."""

import csv
import io
import uuid

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from articles.admin import csv_export
from reviews.models import FeedbackDetail, FeedbackReport, ReplyAddress
from tests import worlds
from tests.office import url

ADDRESS = "reader@example.net"
REPORTS = "reviews_feedbackreport"
LISTS = (
    "articles_article", "reviews_reviewrequest", REPORTS, "reviews_concern", "reviews_publication", "reviews_signoff",
    "reviews_credential", "reviews_schedule", "articles_page",
)  # fmt: skip


def told(publication, text="Something.", reason="inaccurate", address=""):
    report = FeedbackReport.objects.create(publication=publication, key=uuid.uuid4(), on=timezone.localdate())
    FeedbackDetail.objects.create(report=report, reason=reason, text=text, on=report.on)
    if address:
        ReplyAddress.objects.create(report=report, address=address, on=report.on)
    return report


def rows(answer) -> list[list[str]]:
    assert answer.status_code == 200
    whole = b"".join(answer.streaming_content).decode()
    assert whole.startswith("\ufeff")
    return list(csv.reader(io.StringIO(whole[1:])))


@pytest.mark.parametrize("name", LISTS)
def test_every_list_is_offered_as_a_file_with_the_columns_of_the_screen(cast, as_user, name):
    told(worlds.published(cast))
    client = as_user(cast.ed)
    shown = client.get(url(f"{name}_changelist"))
    assert "Download as CSV" in shown.content.decode()
    head, *lines = rows(client.get(shown.context["cl"].export_url))
    assert len(head) == len(shown.context["cl"].list_display)
    assert len(lines) == len(shown.context["cl"].result_list)
    assert not [cell for line in lines for cell in line if "<" in cell or "&" in cell]


def test_filters_search_and_order_go_with_it_and_the_page_does_not(cast, as_user):
    live = worlds.published(cast)
    for n in range(3):
        told(live, f"Harm {n}", "harmful")
    told(live, "Other")
    client = as_user(cast.ed)
    shown = client.get(url(f"{REPORTS}_changelist") + "?reason=harmful&q=Harm&o=5&p=1")
    address = shown.context["cl"].export_url
    assert "p=1" not in address
    _, *lines = rows(client.get(address))
    assert [line[2] for line in lines] == [str(r.detail.text) for r in shown.context["cl"].queryset]
    assert len(lines) == 3


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x","y")'])
def test_nothing_that_a_reader_writes_is_a_formula(cast, as_user, text):
    told(worlds.published(cast), text)
    _, line = rows(as_user(cast.ed).get(url(f"{REPORTS}_export")))
    assert text.strip() in line[2]
    assert line[2].startswith("'")


def test_the_answer_is_a_dated_attachment_that_nobody_keeps(cast, as_user):
    with time_machine.travel("2026-11-25 12:00Z", tick=False):
        answer = as_user(cast.ed).get(url(f"{REPORTS}_export"))
    assert answer["Content-Disposition"] == 'attachment; filename="feedback-reports-2026-11-25.csv"'
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert "no-store" in answer["Cache-Control"]


def test_a_reply_address_is_in_no_file(cast, as_user):
    told(worlds.published(cast), address=ADDRESS)
    client = as_user(cast.root)
    for name in LISTS:
        assert ADDRESS not in str(rows(client.get(url(f"{name}_export")))), name


@pytest.mark.parametrize("who", ["wren", "fay", "dr_ruth"])
def test_whoever_may_not_open_the_list_gets_no_file(cast, as_user, who):
    told(worlds.published(cast))
    for name in (REPORTS, "reviews_credential", "reviews_publication"):
        assert as_user(getattr(cast, who)).get(url(f"{name}_export")).status_code == 403
    assert Client().get(url(f"{REPORTS}_export")).status_code == 302
    assert as_user(cast.ed).post(url(f"{REPORTS}_export")).status_code == 405


def test_a_writer_takes_away_their_own_articles_alone(cast, as_user):
    worlds.drafted(cast, title="Wren’s own")
    worlds.drafted(cast, title="Milo’s own", slug="milos", by=cast.milo)
    _, *lines = rows(as_user(cast.wren).get(url("articles_article_export")))
    assert [line[0] for line in lines] == ["Wren’s own"]


def test_a_long_list_is_cut_and_says_so(cast, as_user, monkeypatch, django_assert_max_num_queries):
    live = worlds.published(cast)
    for n in range(5):
        told(live, f"Words {n}")
    monkeypatch.setattr(csv_export, "AT_ONCE", 2)
    monkeypatch.setattr(csv_export, "MOST_ROWS", 4)
    client = as_user(cast.ed)
    with django_assert_max_num_queries(20):
        _, *lines = rows(client.get(url(f"{REPORTS}_export")))
    assert len(lines) == 5
    assert lines[-1] == ["Cut off after 4 rows: narrow the list with its filters to get the rest."]
    monkeypatch.setattr(csv_export, "MOST_ROWS", 6)
    assert "Cut off" not in str(rows(client.get(url(f"{REPORTS}_export"))))


def test_when_the_last_rows_vanish_meanwhile_the_file_ends_and_does_not_begin_again(cast, as_user, monkeypatch):
    last, *_ = [worlds.drafted(cast, slug=f"draft-{n}", title=f"Draft {n}") for n in range(3)]
    monkeypatch.setattr(csv_export, "AT_ONCE", 2)
    lines = as_user(cast.ed).get(url("articles_article_export"), {"stands": "draft"}).streaming_content
    begun = [next(lines).decode() for _ in range(3)]
    assert ["Draft 2" in begun[1], "Draft 1" in begun[2]] == [True, True]
    worlds.published(cast, last)
    assert list(lines) == []


def test_a_filter_that_does_not_exist_leads_back_to_the_list(cast, as_user):
    assert as_user(cast.ed).get(url(f"{REPORTS}_export") + "?nonsense__x=1").status_code == 302
