"""The door before Django: what is sent from memory or from a row is what Django would send, and never what no longer stands."""

import datetime
import gzip

import brotli
import pytest
import time_machine
from django.db import connection
from django.utils import timezone
from django.utils.http import http_date, parse_http_date

from articles import site_version
from articles.models import StoredResponse
from articles.sealing import sha256
from reviews import publishing
from tests import worlds
from tests.readers import Process

PAGE = "/articles/leg-cramps-at-night/"
OF_THE_FRONT = {"ETag", "Last-Modified", "Vary", "Content-Length"}


@pytest.fixture
def live(cast):
    return worlds.published(cast)


@pytest.fixture
def process(live):
    return Process()


def travel(**by):
    return time_machine.travel(timezone.now() + datetime.timedelta(**by), tick=False)


@pytest.fixture
def deed(django_capture_on_commit_callbacks):
    """Does a deed as a process does it that commits."""

    def do(verb, *args, **kwargs):
        with django_capture_on_commit_callbacks(execute=True):
            return verb(*args, **kwargs)

    return do


ADDRESSES = [
    PAGE, f"{PAGE}history/", "/articles/leg-cramps-at-night.json", "/about/", "/privacy/", "/disclaimer/", "/feed/",
    "/feed/atom/", "/sitemap.xml", "/sitemaps/pages.xml", "/sitemaps/articles-1.xml", "/robots.txt", "/", "/topics/",
    "/topics/sleep-and-pain/", "/people/", "/people/wren/", "/policy/", "/corrections/",
]  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_is_kept_is_what_django_answers_header_for_header(process, address):
    first, second, other = process.get(address), process.get(address), Process().get(address)
    by_django = process.straight(address)
    assert process.asked == 1, "Django was asked again"
    for answer in (first, second, other):
        assert answer.status == by_django.status == 200
        assert answer.content == by_django.content
        ours = {name: value for name, value in answer.headers.items() if name not in OF_THE_FRONT}
        assert ours == {name: value for name, value in by_django.headers.items() if name not in OF_THE_FRONT}
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert answer.headers["Content-Length"] == str(len(answer.content))
        assert {"ETag", "Last-Modified"} <= answer.headers.keys()
    assert first.headers == second.headers == other.headers


def test_a_page_in_memory_costs_no_query(process, django_assert_num_queries):
    process.get(PAGE)
    with django_assert_num_queries(0):
        assert process.get(PAGE).status == 200


def test_a_page_that_another_process_finished_costs_one_query_and_no_work(process, django_assert_num_queries):
    process.get(PAGE)
    fresh = Process()
    with django_assert_num_queries(1):
        assert fresh.get(PAGE).status == 200
    assert fresh.asked == 0


def test_without_memory_each_reading_costs_one_query(process, settings, django_assert_num_queries):
    settings.PAGE_MEMORY_MB = 0
    process.get(PAGE)
    bare = Process()
    for _ in range(2):
        with django_assert_num_queries(1):
            assert bare.get(PAGE).status == 200
    assert bare.asked == 0


@pytest.mark.parametrize(("asked", "form", "unpacked"), [
    ("gzip", "gzip", gzip.decompress),
    ("gzip, deflate, br, zstd", "br", brotli.decompress),
    ("br;q=0, gzip;q=0.5", "gzip", gzip.decompress),
    ("GZIP", "gzip", gzip.decompress),
    ("identity", None, bytes),
    ("zstd", None, bytes),
    ("", None, bytes),
])  # fmt: skip
def test_each_browser_gets_the_smallest_form_that_it_takes(process, asked, form, unpacked):
    whole = process.straight(PAGE).content
    for each in (process, process, Process()):
        answer = each.get(PAGE, Accept_Encoding=asked)
        assert answer.headers.get("Content-Encoding") == form
        assert unpacked(answer.content) == whole
        assert answer.headers["Content-Length"] == str(len(answer.content))


def test_the_forms_of_a_page_have_tags_of_their_own(process):
    tags = {process.get(PAGE, Accept_Encoding=form).headers["ETag"] for form in ("", "gzip", "br")}
    assert len(tags) == 3


@pytest.mark.parametrize("form", ["", "gzip", "br"])
def test_who_has_the_page_is_told_that_it_still_stands(process, form):
    whole = process.get(PAGE, Accept_Encoding=form)
    for condition in (whole.headers["ETag"], f"W/{whole.headers['ETag']}", f'"old", {whole.headers["ETag"]}', "*"):
        answer = process.get(PAGE, Accept_Encoding=form, If_None_Match=condition)
        assert (answer.status, answer.content) == (304, b"")
        assert answer.headers["ETag"] == whole.headers["ETag"]
        assert answer.headers["Cache-Control"] == whole.headers["Cache-Control"]
        assert "default-src" in answer.headers["Content-Security-Policy"]
        assert not {"Content-Length", "Content-Encoding", "Content-Type"} & answer.headers.keys()
    assert process.get(PAGE, If_Modified_Since=whole.headers["Last-Modified"]).status == 304


def test_who_has_an_older_page_is_sent_the_new_one(process):
    modified = process.get(PAGE).headers["Last-Modified"]
    assert process.get(PAGE, If_None_Match='"old"').status == 200
    assert process.get(PAGE, If_None_Match='"old"', If_Modified_Since=modified).status == 200, "tags count before dates"
    assert process.get(PAGE, If_Modified_Since="Mon, 01 Jan 2024 00:00:00 GMT").status == 200
    assert process.get(PAGE, If_Modified_Since="yesterday").status == 200


def test_a_first_reading_that_asks_for_less_still_keeps_the_whole(process):
    assert process.send("HEAD", PAGE, Range="bytes=0-9").content == b""
    assert process.get(PAGE).content == process.straight(PAGE).content


def test_a_date_that_is_not_the_pages_own_confirms_nothing(process):
    """A later one, too: it may be that of another state, which came and went."""
    dated = process.get(PAGE).headers["Last-Modified"]
    later = http_date(parse_http_date(dated) + 3600)
    assert process.get(PAGE, If_Modified_Since=dated).status == 304
    assert process.get(PAGE, If_Modified_Since=later).status == 200


def test_whether_the_site_is_well_and_its_style_sheets_do_not_wait_for_the_version(process, monkeypatch):
    monkeypatch.setattr(site_version, "current", lambda: pytest.fail("the version was asked for"))
    assert process.get("/healthz").status == 200
    assert process.get("/static/articles/nowhere.css").status == 404


def test_head_is_told_all_but_the_body(process):
    whole, head = process.get(PAGE, Accept_Encoding="br"), process.send("HEAD", PAGE, Accept_Encoding="br")
    assert (head.headers, head.content) == (whole.headers, b"")


def test_what_is_withdrawn_is_gone_at_once_where_it_was_done(process, live, cast, deed):
    before = process.get(PAGE)
    deed(publishing.withdraw, live, reason="The dose was wrong.", by=cast.ed)
    for answer in (process.get(PAGE, If_None_Match=before.headers["ETag"]), process.get(PAGE), Process().get(PAGE)):
        assert answer.status == 410
        assert b"The dose was wrong." in answer.content
    assert b"Leg cramps at night" not in process.get("/topics/sleep-and-pain/").content


def test_a_process_that_knows_nothing_of_it_asks_within_a_second(process, live, cast):
    process.get(PAGE)
    publishing.withdraw(live, reason="The dose was wrong.", by=cast.ed)
    assert process.get(PAGE).status == 200
    site_version._Known.asked -= site_version.ASKED_EVERY  # a second passes
    assert process.get(PAGE).status == 410


def test_a_new_edition_takes_the_place_of_the_old_one(process, live, cast, deed):
    process.get(PAGE)
    words = {"body": worlds.BODY + "\n\nAnd one thing more.", "kind": "update", "change_note": "One thing more."}
    newer = worlds.approved(cast, worlds.redrafted(live.revision, by=cast.wren, **words))
    deed(publishing.publish, newer, by=cast.ed)
    for each in (process, Process()):
        assert b"And one thing more." in each.get(PAGE).content
    assert StoredResponse.objects.filter(pk=f"http:{PAGE}").count() == 1


def test_the_date_of_a_page_moves_only_when_its_bytes_do(process, live, cast, deed):
    with travel(hours=1):
        robots, page = process.get("/robots.txt"), process.get(PAGE)
        version = site_version.current()
    with travel(hours=2):
        deed(publishing.withdraw, live, reason="Gone.", by=cast.ed)
        assert site_version.current() != version
        assert process.get("/robots.txt").headers["Last-Modified"] == robots.headers["Last-Modified"]
        assert process.get(PAGE).headers["Last-Modified"] != page.headers["Last-Modified"]


def test_the_next_day_is_another_version(live):
    before = site_version.current()
    with travel(days=1):
        site_version.forget()
        assert site_version.current() != before


def test_parameters_that_mean_nothing_do_not_multiply_what_is_kept(process):
    whole = process.get(PAGE)
    for query in ("?utm_source=x", "?page=2", "?x", "?" + "y" * 2000):
        assert process.get(PAGE + query).content == whole.content
    assert process.asked == 1
    assert StoredResponse.objects.count() == 1


def test_a_leaf_of_a_list_is_left_to_django(process):
    first = process.get("/topics/sleep-and-pain/")
    for _ in range(2):
        assert process.get("/topics/sleep-and-pain/?utm=x&after=").status == 200
    assert process.asked == 3
    assert process.get("/topics/sleep-and-pain/?utm=x") == first
    assert StoredResponse.objects.count() == 1


@pytest.mark.parametrize("header", [
    "X-Forwarded-Host", "X-Forwarded-Proto", "X-Original-URL", "X-Rewrite-URL", "X-HTTP-Method-Override", "Forwarded",
    "Accept-Language", "User-Agent", "Referer", "Cookie",
])  # fmt: skip
def test_headers_that_strangers_may_write_neither_change_nor_miss_what_is_kept(process, header):
    plain = process.get(PAGE)
    assert process.get(PAGE, **{header: "theme=evil.example"}) == plain
    assert process.asked == 1


def test_whoever_is_logged_in_is_answered_by_django(process, cast):
    process.get(PAGE)
    process.get(PAGE, Cookie="theme=dark; sessionid=abc")
    process.get(PAGE, Authorization="Basic eDp5")
    process.send("POST", PAGE)
    assert process.asked == 4


def test_another_host_gets_nothing_that_is_kept(process, settings):
    settings.ALLOWED_HOSTS = ["testserver"]
    process.get(PAGE)
    assert process.get(PAGE, Host="evil.example").status == 400
    assert process.get(PAGE, Host="").status == 400


def test_plain_http_is_sent_on_to_https_and_never_answered_from_memory(live, settings):
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 60
    process = Process()
    assert process.get(PAGE, scheme="https").status == 200
    assert process.get(PAGE, scheme="https").headers["Strict-Transport-Security"].startswith("max-age=60")
    assert process.get(PAGE).status == 301


def test_only_a_trusted_proxy_says_that_it_was_https(live, settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.SECURE_SSL_REDIRECT = True
    process = Process()
    assert process.get(PAGE, X_Forwarded_Proto="https").status == 200
    assert process.get(PAGE, X_Forwarded_Proto="http").status == 301
    assert process.get(PAGE).status == 301


@pytest.mark.parametrize("address", [
    "/articles/no-such-page/", "/articles/leg-cramps-at-night", "/search/?q=cramps", "/admin/login/", "/healthz", "/reports/",
    f"{PAGE}report/", f"{PAGE}x.css", f"{PAGE};x.css", "/articles/leg-cramps-at-night%2fx.css", "/%0a/articles/",
])  # fmt: skip
def test_nothing_else_is_kept(process, address):
    process.get(address)
    process.get(address)
    assert process.asked == 2
    assert not StoredResponse.objects.exists()


def test_a_draft_is_as_unknown_as_ever(process, cast):
    worlds.drafted(cast, slug="not-out")
    assert process.get("/articles/not-out/").status == 404
    assert not StoredResponse.objects.exists()


def altered(**columns):
    StoredResponse.objects.filter(pk=f"http:{PAGE}").update(**columns)


def test_a_row_that_another_hand_wrote_is_never_sent(process, caplog):
    whole = process.get(PAGE).content
    forged = gzip.compress(whole.replace(b"magnesium", b"mercury"))
    row = StoredResponse.objects.get(pk=f"http:{PAGE}")
    for columns in ({"gzip": forged}, {"gzip": forged, "gzip_sha256": sha256(forged)}, {"headers": [["Set-Cookie", "a=b"]]},
                    {"status": 410}):  # fmt: skip
        altered(gzip=row.gzip, gzip_sha256=row.gzip_sha256, headers=row.headers, status=row.status)
        altered(**columns)
        assert Process().get(PAGE).content == whole
        assert "was not written by this site" in caplog.text
        caplog.clear()


def test_a_row_of_an_earlier_version_is_not_sent_again(process, live, cast, deed):
    process.get(PAGE)
    earlier = StoredResponse.objects.get(pk=f"http:{PAGE}")
    deed(publishing.withdraw, live, reason="The dose was wrong.", by=cast.ed)
    altered(**{name: getattr(earlier, name) for name in ("version", "status", "headers", "gzip", "brotli", "sha256", "seal")})
    assert Process().get(PAGE).status == 410
    altered(version=site_version.current())
    assert Process().get(PAGE).status == 410, "its seal names the version that it was made in"


def test_a_page_that_django_refuses_to_show_is_not_kept(process, live):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE articles_page SET title = 'Forged'")
    assert process.get(PAGE).status == 503
    assert not StoredResponse.objects.exists()
