"""check_references and check_links: what is asked, what is kept, and how they go on after being stopped."""

import datetime
import io
from typing import Any

import httpx2
import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone

from articles.link_checks import is_dead
from articles.models import LinkCheck, Reference, ReferenceCheck
from reviews import checks, source_checking
from reviews.models import Concern
from tests import worlds
from tests.internet import answering
from tests.registers import json, text
from tests.test_crossref import update, work
from tests.test_pubmed import articles, hits, record
from tests.test_retraction_watch import line, written

QUICK = {"x_rate_limit_limit": "1000", "x_rate_limit_interval": "1s"}


def run(name: str, *args: Any, **options: Any) -> str:
    out = io.StringIO()
    call_command(name, *args, stdout=out, stderr=io.StringIO(), **options)
    return out.getvalue()


def crossref(request: httpx2.Request) -> httpx2.Response:
    """Knows every DOI; those that end in "bad" were retracted."""
    doi = request.url.path.removeprefix("/works/")
    fallen = [update("10.1000/notice", "retraction", "publisher", 2020, 6, 5)] if doi.endswith("bad") else None
    message = work(DOI=doi, **{"updated-by": fallen})
    return json({"status": "ok", "message-type": "work", "message-version": "1.0.0", "message": message}, **QUICK)


def registers(request: httpx2.Request) -> httpx2.Response:
    if "esearch" in request.url.path:
        return hits()
    if "eutils" in request.headers["host"]:
        return articles(*[record(pmid=pmid, doi=f"10.1000/{pmid}") for pmid in request.url.params["id"].split(",")])
    return crossref(request)


def sources(cast, many: int, **facts: Any) -> list[Reference]:
    return [worlds.reference(cast.wren, key=f"s{n}", doi=f"10.1000/s{n}", **facts) for n in range(many)]


def test_it_is_off_until_it_is_configured_and_says_how(db, settings):
    settings.LOOKUPS = []
    with pytest.raises(CommandError, match="switched off.*--retraction-watch") as error:
        run("check_references")
    assert error.value.returncode == 1


def test_only_sources_of_live_pages_are_asked_about_unless_all_are_wanted(cast, monkeypatch, settings):
    worlds.published(cast)
    sources(cast, 2)
    with answering(monkeypatch, settings, registers) as asked:
        assert "checked: 1." in run("check_references")
        assert "checked: 2." in run("check_references", "--all")
    assert len([one for one in asked if "crossref" in one]) == 3


def test_a_fallen_source_is_named_and_its_pages_get_their_concern(cast, monkeypatch, settings):
    worlds.reference(cast.wren, doi="10.1000/bad", pmid="")
    worlds.published(cast)
    with answering(monkeypatch, settings, registers, "crossref"):
        told = run("check_references")
    assert "garrison2020magnesium: retracted" in told
    assert "New concerns: 1." in told
    assert Concern.objects.count() == 1


def test_pubmed_is_asked_for_many_at_once(cast, monkeypatch, settings):
    for n in range(120):
        worlds.reference(cast.wren, key=f"p{n}", pmid=str(1000 + n))
    with answering(monkeypatch, settings, registers, "pubmed") as asked:
        run("check_references", "--all")
    assert len(asked) == 3
    assert set(Reference.objects.values_list("standing", flat=True)) == {"ok"}


def test_stopped_in_the_middle_it_asks_only_for_the_rest(cast, monkeypatch, settings):
    sources(cast, 5)
    seen: list[str] = []

    def stops(request: httpx2.Request) -> httpx2.Response:
        seen.append(request.url.path)
        if len(seen) == 3:
            raise KeyboardInterrupt
        return crossref(request)

    with answering(monkeypatch, settings, stops, "crossref"):
        with pytest.raises(CommandError, match="Stopped after 2 of 5") as stopped:
            run("check_references", "--all")
        assert stopped.value.returncode == 130
        seen.clear()
        seen += [""] * 3
        assert "checked: 3." in run("check_references", "--all")
        assert seen[3:] == [f"/works/10.1000/s{n}" for n in (2, 3, 4)]
        assert "checked: 0." in run("check_references", "--all")
    assert ReferenceCheck.objects.count() == 5


def test_it_asks_again_after_a_week_or_when_told_to(cast, monkeypatch, settings):
    sources(cast, 1)
    with answering(monkeypatch, settings, crossref, "crossref"):
        run("check_references", "--all")
        assert "checked: 1." in run("check_references", "--all", "--again")
        with time_machine.travel(timezone.now() + datetime.timedelta(days=7)):
            assert "checked: 1." in run("check_references", "--all")


def test_a_register_that_fails_is_told_kept_and_asked_again(cast, monkeypatch, settings):
    source = worlds.reference(cast.wren, key="bad", doi="10.1000/bad")
    with answering(monkeypatch, settings, crossref, "crossref"):
        run("check_references", "--all")

    def away(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("away")

    with answering(monkeypatch, settings, away, "crossref"):
        with pytest.raises(CommandError, match="Not every register") as error:
            run("check_references", "--all", "--again")
        assert error.value.returncode == 3
        source.refresh_from_db()
        assert source.standing == "retracted"
        assert list(source.checks.values_list("standing", flat=True)) == ["failed", "retracted"]
    with answering(monkeypatch, settings, crossref, "crossref"):
        assert "checked: 1." in run("check_references", "--all")
        assert "checked: 0." in run("check_references", "--all")


def test_a_register_that_never_answered_is_never_ok(cast, monkeypatch, settings):
    [source] = sources(cast, 1)
    with answering(monkeypatch, settings, lambda request: text(503, retry_after="0"), "crossref"), pytest.raises(CommandError):
        run("check_references", "--all")
    source.refresh_from_db()
    assert source.standing == "failed"


def test_one_source_is_asked_about_by_key_or_number_however_lately_it_was(cast, monkeypatch, settings):
    sources(cast, 2)
    with answering(monkeypatch, settings, crossref, "crossref") as asked:
        for name in ("s1", "10.1000/s1", "https://doi.org/10.1000/S1"):
            assert "checked: 1." in run("check_references", name)
    assert {one.partition("?")[0] for one in asked} == {"api.crossref.org/works/10.1000%2Fs1"}
    with answering(monkeypatch, settings, crossref), pytest.raises(CommandError, match="nothing-like-it"):
        run("check_references", "nothing-like-it")


def test_a_source_that_no_register_could_know_is_written_down_as_such(cast, monkeypatch, settings):
    worlds.reference(cast.wren, key="book")
    with answering(monkeypatch, settings, registers) as asked:
        run("check_references", "--all")
    assert asked == []
    assert Reference.objects.get(key="book").standing == "not_checkable"


def test_the_offline_list_asks_nobody(cast, monkeypatch, settings, tmp_path):
    worlds.reference(cast.wren, key="wakefield", doi="10.1016/S0140-6736(97)11096-0")
    sources(cast, 1)
    file = written(tmp_path / "list.csv", line())
    with answering(monkeypatch, settings, registers) as asked:
        told = run("check_references", "--all", retraction_watch=file)
    assert asked == []
    assert "wakefield: retracted" in told
    assert Reference.objects.get(key="s0").standing == "ok"


def test_the_offline_list_does_not_count_as_having_asked_the_registers(cast, monkeypatch, settings, tmp_path):
    sources(cast, 1)
    run("check_references", "--all", retraction_watch=written(tmp_path / "list.csv", line()))
    with answering(monkeypatch, settings, crossref, "crossref"):
        assert "checked: 1." in run("check_references", "--all")


def test_a_file_that_is_not_the_list_is_refused_and_nothing_kept(cast, tmp_path):
    sources(cast, 1)
    file = tmp_path / "page.html"
    file.write_text("<html>Not found</html>")
    for path in (file, tmp_path / "missing.csv"):
        with pytest.raises(CommandError):
            run("check_references", "--all", retraction_watch=path)
    assert not ReferenceCheck.objects.exists()


def test_sources_are_read_batch_by_batch(cast, monkeypatch, settings, django_assert_max_num_queries):
    sources(cast, source_checking.BATCH + 1)
    batches: list[int] = []

    def ask(references: Any) -> Any:
        batches.append(len(references))
        return iter(())

    assert list(source_checking.check(source_checking.chosen(everything=True), ask)) == []
    assert batches == [source_checking.BATCH, 1]


# --- Addresses -----------------------------------------------------------------------------------------------------


def gone(request: httpx2.Request) -> httpx2.Response:
    return text(404)


def test_links_are_asked_only_where_that_is_switched_on(db, settings):
    settings.CHECK_LINKS = False
    with pytest.raises(CommandError, match="CHECK_LINKS=1"):
        run("check_links")


def test_an_address_is_dead_after_three_failures_over_a_week(cast, monkeypatch, settings):
    source = worlds.reference(cast.wren, key="web", url="https://example.org/gone", archive_url="https://archive.example.org/1")
    told = []
    with answering(monkeypatch, settings, gone):
        for days in (0, 3, 8):
            with time_machine.travel(timezone.now() + datetime.timedelta(days=days)):
                told.append(run("check_links", "--all"))
                assert is_dead(source) is (days == 8)
    assert "is dead" in told[2]
    assert "https://archive.example.org/1" in told[2]
    assert "Dead: 0" in told[1]


def test_many_failures_on_one_day_are_one_bad_day(cast, monkeypatch, settings):
    source = worlds.reference(cast.wren, key="web", url="https://example.org/gone")
    with answering(monkeypatch, settings, gone):
        for _ in range(4):
            run("check_links", "--all", "--again")
    assert not is_dead(source)


def test_an_answer_in_between_starts_the_count_again(cast):
    source = worlds.reference(cast.wren, key="web", url="https://example.org/x")
    for days, outcome in ((0, "missing"), (8, "missing"), (9, "blocked"), (10, "missing"), (20, "missing")):
        at = timezone.now() + datetime.timedelta(days=days)
        LinkCheck.objects.create(reference=source, url=source.url, outcome=outcome, at=at)
    assert not is_dead(source)
    LinkCheck.objects.create(reference=source, url=source.url, outcome="failed", at=timezone.now() + datetime.timedelta(days=21))
    assert is_dead(source)


def test_links_that_were_asked_today_are_passed_over(cast, monkeypatch, settings):
    for n in range(3):
        worlds.reference(cast.wren, key=f"w{n}", url=f"https://s{n}.example.org/")
    seen: list[str] = []

    def stops(request: httpx2.Request) -> httpx2.Response:
        seen.append(request.headers["host"])
        if len(seen) == 2:
            raise KeyboardInterrupt
        return text(200, "%PDF", content_type="application/pdf")

    with answering(monkeypatch, settings, stops):
        with pytest.raises(CommandError, match="Stopped after 1 of 3"):
            run("check_links", "--all")
        assert "asked: 2." in run("check_links", "--all")
        assert "asked: 0." in run("check_links", "--all")
    assert seen == ["s0.example.org", "s1.example.org", "s1.example.org", "s2.example.org"]


# --- Settings ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lookups", "contact", "ids"),
    [
        ([], "", []),
        (["crossref", "pubmed"], "ed@example.org", []),
        (["crosref"], "ed@example.org", ["reviews.W003"]),
        (["crossref"], "", ["reviews.W004"]),
    ],
)
def test_settings_that_would_silently_do_nothing_are_warned_of(settings, lookups, contact, ids):
    settings.LOOKUPS, settings.CONTACT_EMAIL = lookups, contact
    assert [message.id for message in checks.lookups_are_configured(None)] == ids


def test_the_warning_is_part_of_every_check(settings):
    settings.LOOKUPS = ["crosref"]
    error = io.StringIO()
    call_command("check", stderr=error, stdout=io.StringIO())
    assert "crosref" in error.getvalue()
