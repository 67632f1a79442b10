"""The doors through which readers speak, walked as a browser without script and without cookies would."""

import datetime
import io
import logging
import re
import uuid

import pytest
import time_machine
from django.core.cache import caches
from django.db import connection
from django.test import Client

from articles.models import Event
from reviews import feedback, publishing, throttle
from reviews.models import FeedbackDetail, FeedbackReport, ReplyAddress
from tests import pages, worlds
from tests.visitor import Visitor

PATH = "/articles/leg-cramps-at-night/"


@pytest.fixture
def live(cast):
    return worlds.published(cast)


def token(client, path=PATH) -> str:
    return re.search(r'name="shown" value="([^"]+)"', client.get(path).content.decode())[1]


def votes(client, helpful="yes", **extra):
    return client.post(f"{PATH}feedback/", {"shown": token(client), "helpful": helpful}, **extra)


def report(client, **changes):
    typed = {"shown": token(client), "reason": "inaccurate", "text": "The trial says otherwise.", "key": str(uuid.uuid4())}
    return client.post(f"{PATH}report/", {**typed, **changes})


def everything_kept() -> tuple[int, int, int]:
    return FeedbackReport.objects.count(), FeedbackDetail.objects.count(), ReplyAddress.objects.count()


def test_a_reader_votes_says_why_leaves_an_address_and_has_it_deleted(live):
    reader = Visitor().open(PATH).submit("No")
    assert reader.status == 200
    assert "Thank you: your answer has been counted" in reader.text
    assert FeedbackReport.objects.get().helpful is False
    reader.submit(
        "Send the report",
        reason="outdated",
        quote="A review of 11 trials",
        text="There is a newer one.",
        address="pat@example.org",
    )
    assert "Thank you: your report is stored" in reader.text
    detail = FeedbackDetail.objects.get()
    assert (detail.report, detail.reason, detail.quote) == (FeedbackReport.objects.get(), "outdated", "A review of 11 trials")
    assert ReplyAddress.objects.get().address == "pat@example.org"
    reader.submit("Delete my e-mail address")
    assert "Your e-mail address has been deleted" in reader.text
    assert everything_kept() == (1, 1, 0)
    assert not reader.client.cookies


def test_a_reader_reports_a_passage_without_voting(live):
    reader = Visitor().open(PATH).follow("Report something that is wrong")
    assert "Tell us what is wrong" in reader.text
    reader.submit("Send the report", reason="harmful", quote="Talk to a doctor", text="Say when at once.")
    assert "Thank you" in reader.text
    assert FeedbackReport.objects.get().helpful is None


def test_selected_words_arrive_in_the_form(live, client):
    answer = client.get(f"{PATH}report/", {"shown": token(client), "quote": "made little difference <b>"})
    assert "made little difference &lt;b&gt;</textarea>" in answer.content.decode()


def test_a_report_is_bound_to_the_publication_that_was_on_the_screen(cast, live, client):
    seen = token(client)
    newer = worlds.published(cast, worlds.redrafted(live.revision, by=cast.wren))
    assert report(client, shown=seen).status_code == 303
    assert FeedbackReport.objects.get().publication == live
    report(client)
    assert FeedbackReport.objects.latest("pk").publication == newer


def test_a_page_withdrawn_while_it_was_read_is_still_reported_on(cast, live, client):
    seen = token(client)
    publishing.withdraw(live, reason="Wrong.", by=cast.ed)
    assert report_on(client, seen).status_code == 303
    assert FeedbackReport.objects.get().publication == live
    assert client.get(f"{PATH}report/").url == PATH
    page = client.get(f"{PATH}report/", {"shown": seen}).content.decode()
    assert "An article that was withdrawn" in page
    assert "Leg cramps" not in page


def report_on(client, shown):
    return client.post(f"{PATH}report/", {"shown": shown, "reason": "unclear"})


def test_an_article_that_has_moved_takes_reports_at_both_addresses(cast, live, client):
    seen = token(client)
    worlds.published(cast, worlds.redrafted(live.revision, by=cast.wren, slug="cramps"))
    assert client.post(f"{PATH}feedback/", {"shown": seen, "helpful": "yes"}).status_code == 303
    assert client.post("/articles/cramps/report/", {"shown": seen, "reason": "unclear"}).status_code == 303
    assert FeedbackReport.objects.filter(publication=live).count() == 2


@pytest.mark.parametrize("where", ["feedback/", "report/", "report/thanks/"])
@pytest.mark.parametrize("slug", ["leg-cramps-at-night", "never-was"])
def test_nothing_can_be_said_of_a_draft(cast, client, where, slug):
    worlds.approved(cast)
    for send in (client.get, client.post):
        assert send(f"/articles/{slug}/{where}", {"helpful": "yes"}).status_code in {404, 405}
    assert everything_kept() == (0, 0, 0)


TAMPERED = {
    "no token": lambda seen: "",
    "another number": lambda seen: "9" + seen,
    "no seal": lambda seen: seen.split(":")[0],
    "a seal of another purpose": lambda seen: seen[:-1] + ("0" if seen[-1] != "0" else "1"),
    "a large number": lambda seen: "9" * 400 + seen,
    "control characters": lambda seen: "\x00" + seen,
    "not ASCII": lambda seen: "١" + seen,
}


@pytest.mark.parametrize("tamper", TAMPERED.values(), ids=TAMPERED)
def test_a_form_that_was_changed_on_its_way_is_refused_in_words(live, client, tamper):
    shown = tamper(token(client))
    voted = client.post(f"{PATH}feedback/", {"shown": shown, "helpful": "yes"})
    assert voted.status_code == 400
    assert "Nothing was stored" in voted.content.decode()
    told = client.post(f"{PATH}report/", {"shown": shown, "reason": "unclear", "text": "Typed with care."})
    assert told.status_code == 400
    assert "Typed with care." in told.content.decode(), "what was typed is not lost"
    assert everything_kept() == (0, 0, 0)


def test_a_token_of_another_article_is_refused(cast, live, client):
    worlds.published(cast, worlds.drafted(cast, slug="other", title="Other"))
    shown = token(client, "/articles/other/")
    assert client.post(f"{PATH}feedback/", {"shown": shown, "helpful": "yes"}).status_code == 400
    assert everything_kept() == (0, 0, 0)


@pytest.mark.parametrize("voted", ["x", "1:abc:def", "\x00", "a" * 5000])
def test_a_tampered_follow_up_is_added_to_nobody_s_vote(live, client, voted):
    votes(client, "no")
    assert client.get(f"{PATH}report/", {"voted": voted}).status_code == 400
    answer = report(client, voted=voted, shown="")
    assert answer.status_code == 400
    assert not FeedbackDetail.objects.exists()


def test_a_follow_up_is_good_for_a_day_and_once(live, client):
    with time_machine.travel("2026-05-04 12:00Z"):
        where = votes(client, "no")["Location"]
        voted = where.split("voted=")[1]
        page = client.get(where).content.decode()
    given = re.search(r'name="voted" value="([^"]+)"', page)[1]
    assert voted
    with time_machine.travel("2026-05-05 11:00Z"):
        report(client, voted=given)
        report(client, voted=given, text="Once more.")
    assert everything_kept() == (1, 1, 0)
    assert FeedbackDetail.objects.get().text == "The trial says otherwise."
    with time_machine.travel("2026-05-05 13:00Z"):
        assert client.get(where).status_code == 400


def test_the_thanks_of_a_vote_are_not_a_key_to_somebody_s_address(live, client):
    voted = votes(client, "no")["Location"].split("voted=")[1]
    assert client.get(f"{PATH}report/thanks/?told={voted}").status_code == 400


BAD = {
    "a megabyte": ({"text": "x" * 1_000_000}, "at most 4,000 can be taken"),
    "no reason": ({"reason": ""}, "Choose what it is about."),
    "an unknown reason": ({"reason": "<script>"}, "Choose what it is about."),
    "a long passage": ({"quote": "q" * 2000}, "at most 1,000"),
    "an odd address": ({"address": "pat at example"}, "This is not an e-mail address"),
    "two lines in an address": ({"address": "pat@example.org\nBcc: all@example.org"}, "This is not an e-mail address"),
    "a filled trap": ({"website": "https://spam.example"}, "as if a program"),
}


@pytest.mark.parametrize(("typed", "why"), BAD.values(), ids=BAD)
def test_what_cannot_be_taken_comes_back_with_the_reason_and_what_was_typed(live, client, typed, why):
    answer = report(client, **{"quote": "Kept passage", **typed})
    assert answer.status_code == 422
    said = answer.content.decode()
    assert why in said
    assert "<title>Error:" in said
    assert "The trial says otherwise." in said or "xxx" in said
    assert "<script>" not in said
    assert everything_kept() == (0, 0, 0)
    form = re.search(r'name="key" value="([^"]+)"', said)
    assert uuid.UUID(form[1])


def test_control_characters_and_scripts_are_only_words(live, client):
    report(client, text="\x00\x1b[31m<script>alert(1)</script>\u202e", quote="\u2066<img src=x onerror=alert(1)>")
    detail = FeedbackDetail.objects.get()
    assert detail.text == "[31m<script>alert(1)</script>"
    assert detail.quote == "<img src=x onerror=alert(1)>"


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"},
    ],
    ids=str,
)
def test_what_another_site_makes_a_browser_send_is_refused(live, client, headers):
    seen = token(client)
    for path, data in (("feedback/", {"helpful": "yes"}), ("report/", {"reason": "unclear"})):
        answer = client.post(PATH + path, {"shown": seen, **data}, headers=headers)
        assert answer.status_code == 403
    assert everything_kept() == (0, 0, 0)


@pytest.mark.parametrize(
    "headers", [{}, {"Origin": "http://testserver"}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}], ids=str
)
def test_what_comes_from_our_own_page_is_taken(live, client, headers):
    assert client.post(f"{PATH}feedback/", {"shown": token(client), "helpful": "yes"}, headers=headers).status_code == 303


def test_one_network_votes_once_a_day_for_each_version_and_is_told_so(cast, live, client):
    with time_machine.travel("2026-05-04 12:00Z"):
        assert "voted=" in votes(client)["Location"]
        again = votes(client, "no")
        assert again.status_code == 303
        assert "voted=" not in again["Location"]
        assert "An answer from your network was counted today" in client.get(again["Location"]).content.decode()
        assert "voted=" in votes(Client(REMOTE_ADDR="198.51.100.7"), "no")["Location"]
    with time_machine.travel("2026-05-05 12:00Z"):
        assert "voted=" in votes(client)["Location"]
    assert FeedbackReport.objects.count() == 3


def test_a_vote_that_could_not_be_stored_may_be_sent_again(live, client, monkeypatch):
    client.raise_request_exception = False
    seen = {"shown": token(client), "helpful": "yes"}
    with monkeypatch.context() as broken:
        broken.setattr(feedback, "vote", lambda *args, **kwargs: 1 / 0)
        assert client.post(f"{PATH}feedback/", seen).status_code == 500
    assert "voted=" in client.post(f"{PATH}feedback/", seen)["Location"]
    assert FeedbackReport.objects.count() == 1


def test_a_flood_is_refused_politely_and_others_are_not_affected(live, client):
    seen = token(client)
    with time_machine.travel("2026-05-04 12:00:01Z"):
        answers = [
            client.post(
                f"{PATH}report/",
                {"shown": seen, "reason": "other", "text": f"Spam {n}"},
                headers={"X-Forwarded-For": f"203.0.113.{n}"},
            )
            for n in range(200)
        ]
        others = [
            Client(REMOTE_ADDR=f"198.51.100.{n}").post(f"{PATH}feedback/", {"shown": seen, "helpful": "yes"}) for n in range(50)
        ]
    assert [answer.status_code for answer in answers].count(303) == throttle.PER_CLIENT_A_MINUTE
    refused = answers[-1]
    assert refused.status_code == 429
    assert "Wait a minute" in refused.content.decode()
    assert "Spam 199" in refused.content.decode(), "what was typed comes back"
    assert {answer.status_code for answer in others} == {303}
    assert FeedbackReport.objects.count() == throttle.PER_CLIENT_A_MINUTE + 50
    assert FeedbackReport.objects.filter(helpful=True).count() == 50


def test_both_addresses_of_an_article_that_has_moved_share_one_limit(cast, live, client, monkeypatch):
    seen = token(client)
    worlds.published(cast, worlds.redrafted(live.revision, by=cast.wren, slug="cramps"))
    monkeypatch.setattr(throttle, "PER_ARTICLE_A_MINUTE", 2)
    with time_machine.travel("2026-05-04 12:00:01Z"):
        statuses = [
            Client(REMOTE_ADDR=f"203.0.113.{n}").post(f"{path}feedback/", {"shown": seen, "helpful": "yes"}).status_code
            for n, path in enumerate([PATH, "/articles/cramps/", PATH, "/articles/cramps/"])
        ]
        told = client.post("/articles/cramps/report/", {"shown": seen, "reason": "unclear"}).status_code
    assert (statuses, told) == ([303, 303, 429, 429], 429)


def test_after_a_minute_one_may_speak_again_and_after_many_in_a_day_not(live, client):
    seen = token(client)
    start = datetime.datetime(2026, 5, 4, 0, 0, 1, tzinfo=datetime.UTC)
    statuses = []
    for minute in range(13):
        with time_machine.travel(start + datetime.timedelta(minutes=minute)):
            statuses += [client.post(f"{PATH}report/", {"shown": seen, "reason": "unclear"}).status_code for _ in range(10)]
    assert statuses == [303] * throttle.PER_CLIENT_A_DAY + [429] * 30


def test_where_the_cache_is_away_reports_are_taken_all_the_same(live, client, settings, caplog):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}}
    assert votes(client).status_code == 303
    assert report(client).status_code == 303
    assert everything_kept() == (2, 1, 0)
    assert "The cache does not answer" in caplog.text


def test_nothing_ties_an_address_of_the_network_to_what_was_said(live, caplog, settings):
    caplog.set_level(logging.DEBUG)
    reader = Client(REMOTE_ADDR="203.0.113.77", HTTP_USER_AGENT="A very own browser/1.0")
    seen = token(reader)
    where = votes(reader, "no")["Location"]
    given = re.search(r'name="voted" value="([^"]+)"', reader.get(where).content.decode())[1]
    report(reader, voted=given, address="pat@example.org")
    for _ in range(12):
        report_on(reader, seen)
    assert ReplyAddress.objects.exists()
    stored = io.StringIO()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            stored.write(str(cursor.fetchall()))
    for trace in ("203.0.113.77", "A very own browser", "203.0"):
        assert trace not in stored.getvalue()
        assert trace not in caplog.text
    kept = caches["default"]._cache
    assert kept, "the limits are counted somewhere"
    assert "203.0" not in str(kept)
    assert not Event.objects.filter(name__startswith="feedback").exists()
    assert not reader.cookies


@pytest.mark.parametrize("path", [PATH, f"{PATH}report/", "/search/?q=x"])
def test_answers_to_readers_set_no_cookie(live, client, path):
    assert not client.get(path, follow=True).cookies


def test_feedback_pages_are_kept_by_nobody_and_found_by_no_search_engine(live, client):
    answer = client.get(f"{PATH}report/", follow=True)
    assert answer["Cache-Control"] == "no-store"
    assert '<meta name="robots" content="noindex">' in answer.content.decode()
    assert votes(client)["Cache-Control"] == "no-store"


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete", "head"])
def test_a_vote_is_only_ever_posted(live, client, method):
    assert getattr(client, method)(f"{PATH}feedback/").status_code == 405


def test_the_form_names_every_field_and_its_fault(live, client):
    page = pages.Page(report(client, reason="", address="x").content.decode())
    labelled = {label.attrs["for"] for label in page.all("label")}
    fields = [e for e in page.elements if e.tag in {"input", "textarea"} and e.attrs.get("type") != "hidden"]
    assert {e.attrs["id"] for e in fields} <= labelled
    [address] = [e for e in fields if e.attrs["name"] == "address"]
    assert address.attrs["aria-invalid"] == "true"
    assert "id_address_error" in address.attrs["aria-describedby"]
    ids = {e.attrs.get("id") for e in page.elements}
    assert {a.attrs["href"][1:] for a in page.all("a") if a.attrs["href"].startswith("#id_")} <= ids
