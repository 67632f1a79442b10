"""What several registers said of a source, over time, and where it stands by all of it."""

import pytest

from articles import history
from articles.bibliography.standing import Notice, Standing
from articles.merging import merge
from articles.models import Reference, ReferenceCheck
from articles.source_checks import Answer, record_answers
from tests import worlds

RETRACTION = Notice(type="retraction", doi="10.1000/notice", date="2020-06-05", sources=("publisher",))
CORRECTION = Notice(type="correction", doi="10.1000/corrected", date="2020-06-01", sources=("publisher",))
SILENT = (Standing.failed, Standing.unknown, Standing.not_checkable)


@pytest.fixture
def source(cast) -> Reference:
    return worlds.reference(cast.wren)


def heard(source: Reference, *answers: Answer) -> Reference:
    return record_answers(source.pk, answers, by=None)


def test_the_gravest_word_of_any_register_counts(source):
    told = heard(
        source, Answer("crossref", Standing.corrected, (CORRECTION,)), Answer("pubmed", Standing.retracted, (RETRACTION,))
    )
    assert told.standing == Standing.retracted
    assert [notice["type"] for notice in told.notices] == ["retraction", "correction"]


def test_a_work_with_a_correction_and_a_retraction_is_retracted(source):
    heard(source, Answer("crossref", Standing.corrected, (CORRECTION,)))
    assert worlds.said_of(source, Standing.retracted, RETRACTION, CORRECTION).standing == Standing.retracted


def test_the_same_notice_from_two_registers_is_kept_once_with_both_names(source):
    other = Notice(type="retraction", doi="10.1000/NOTICE", date="2020-06-05", sources=("retraction-watch",))
    told = heard(
        source, Answer("crossref", Standing.retracted, (RETRACTION,)), Answer("retraction_watch", Standing.retracted, (other,))
    )
    [notice] = told.notices
    assert set(notice["sources"]) == {"publisher", "retraction-watch"}


@pytest.mark.parametrize("silence", SILENT)
def test_silence_never_makes_a_source_good_again(source, silence):
    worlds.said_of(source, Standing.retracted, RETRACTION)
    told = worlds.said_of(source, silence)
    assert told.standing == Standing.retracted
    assert [notice["type"] for notice in told.notices] == ["retraction"]


def test_a_failure_after_good_news_is_not_good_news(source):
    worlds.said_of(source, Standing.ok)
    assert worlds.said_of(source, Standing.failed).standing == Standing.failed
    assert worlds.said_of(source, Standing.ok).standing == Standing.ok


def test_a_failure_beside_good_news_is_not_good_news(source):
    assert heard(source, Answer("crossref", Standing.ok), Answer("pubmed", Standing.failed)).standing == Standing.failed


@pytest.mark.parametrize("silence", [Standing.unknown, Standing.not_checkable])
def test_a_source_that_only_one_register_knows_stands_as_that_one_says(source, silence):
    assert heard(source, Answer("crossref", Standing.ok), Answer("pubmed", silence)).standing == Standing.ok


def test_a_source_that_no_register_knows_is_not_called_good(source):
    told = heard(source, Answer("crossref", Standing.not_checkable), Answer("pubmed", Standing.unknown))
    assert told.standing == Standing.unknown


def test_a_word_that_nobody_understands_is_not_good_news(source):
    odd = Notice(type="something_new", doi="10.1000/odd")
    told = heard(source, Answer("crossref", Standing.unknown, (odd,)), Answer("pubmed", Standing.ok))
    assert told.standing == Standing.unknown
    assert told.notices


def test_a_register_that_takes_its_word_back_is_believed(source):
    worlds.said_of(source, Standing.retracted, RETRACTION)
    assert worlds.said_of(source, Standing.ok).standing == Standing.ok


def test_a_notice_is_a_notice_and_not_retracted(source):
    assert worlds.said_of(source, Standing.notice).standing == Standing.notice


def test_every_answer_is_kept_also_those_that_say_nothing(source):
    for standing in (Standing.ok, Standing.failed, Standing.retracted):
        worlds.said_of(source, standing)
    kept = list(ReferenceCheck.objects.order_by("pk").values_list("asked", "standing"))
    assert kept == [("crossref", "ok"), ("crossref", "failed"), ("crossref", "retracted")]


def test_one_event_tells_of_each_change_and_none_of_no_change(source):
    for standing in (Standing.ok, Standing.ok, Standing.retracted, Standing.retracted):
        worlds.said_of(source, standing)
    told = history.Event.objects.filter(name="reference.standing_changed").order_by("pk")
    assert [(event.data["before"], event.data["standing"]) for event in told] == [("unknown", "ok"), ("ok", "retracted")]


def test_what_a_pasted_record_says_of_itself_counts_but_is_no_check(source):
    told = worlds.said_of(source, Standing.retracted, RETRACTION, asked="pasted")
    assert told.standing == Standing.retracted
    assert told.checked_at is None


def test_merged_references_follow_the_one_that_was_kept(cast, source):
    twin = worlds.reference(cast.wren, key="twin")
    kept = merge(twin.pk, source.pk, by=cast.wren)
    worlds.said_of(kept, Standing.retracted, RETRACTION)
    twin.refresh_from_db()
    assert twin.standing == Standing.retracted
    assert twin.checked_at


def test_what_was_said_under_the_merged_key_still_counts(cast, source):
    twin = worlds.reference(cast.wren, key="twin")
    worlds.said_of(twin, Standing.retracted, RETRACTION)
    kept = merge(twin.pk, source.pk, by=cast.wren)
    told = worlds.said_of(kept, Standing.failed)
    twin.refresh_from_db()
    assert (told.standing, twin.standing) == (Standing.retracted, Standing.retracted)
