"""Which version of the site a process shows: it moves with everything that readers can see, and with nothing else."""

import datetime
import threading
import time
from contextlib import ExitStack

import pytest
import time_machine
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from articles import history, site_version
from articles.models import Event
from reviews import credentials, publishing
from reviews.models import Credential
from tests import worlds
from tests.test_races import postgresql


def now_current() -> str:
    site_version.forget()
    return site_version.current()


def a_second_passes() -> None:
    site_version._Known.asked -= site_version.ASKED_EVERY


def test_what_readers_cannot_see_moves_nothing(cast):
    publication = worlds.published(cast)
    before = now_current()
    worlds.redrafted(publication.revision, by=cast.wren, body=worlds.BODY + "\n\nMore.", kind="update", change_note="More.")
    assert now_current() == before


def test_what_readers_can_see_moves_it(cast):
    seen = {now_current()}
    publication = worlds.published(cast)
    seen.add(now_current())
    credentials.revoke_credential(Credential.objects.get(holder=cast.dr_omar), reason="Struck off.", by=cast.ed)
    seen.add(now_current())
    publishing.withdraw(publication, reason="Gone.", by=cast.ed)
    assert len(seen | {now_current()}) == 4


def test_each_day_is_a_version_of_its_own(cast):
    before = now_current()
    with time_machine.travel(timezone.now() + datetime.timedelta(days=1), tick=False):
        assert now_current() != before


def test_it_is_asked_for_once_a_second_however_many_ask(cast, django_assert_num_queries):
    site_version.forget()
    with django_assert_num_queries(1):
        assert len({site_version.current() for _ in range(100)}) == 1


def away(*_):
    raise OperationalError("the database is away")


def test_a_database_that_is_away_for_a_moment_is_forgiven_and_for_longer_is_not(cast):
    before = now_current()
    with ExitStack() as stack:
        stack.enter_context(connection.execute_wrapper(away))
        assert now_current() == before
        site_version._Known.learnt -= site_version.GRACE  # ten seconds pass
        with pytest.raises(OperationalError):
            now_current()
        with pytest.raises(OperationalError):
            site_version.current()
    a_second_passes()
    assert site_version.current() == before


def test_a_database_that_is_away_keeps_one_reader_waiting_and_not_each(cast):
    asked = []

    def silent(*_):
        asked.append(time.monotonic())
        raise OperationalError("the database is silent")

    site_version.forget()
    with connection.execute_wrapper(silent):
        for _ in range(20):
            with pytest.raises(OperationalError):
                site_version.current()
    assert len(asked) == 1


def forged(**changes: object) -> None:
    """A line in the log by somebody who may write rows but holds no key."""
    written = {"number": 999_999, "actor_name": "the system", "name": "policy.set", "data": {}, "at": timezone.now()}
    Event.objects.create(**{**written, "previous": "", "seal": f"{'0' * 16}:{'0' * 64}", **changes})


def test_a_line_that_another_hand_put_in_names_no_version(cast):
    publication = worlds.published(cast)
    before = site_version.edition()
    forged(pk=2**62)
    assert site_version.edition() == before, "or the site could be held where it is"
    publishing.withdraw(publication, reason="Gone.", by=cast.ed)
    assert site_version.edition() not in ("", before)


def test_where_nobody_can_tell_any_more_no_version_is_named(cast, monkeypatch):
    monkeypatch.setattr(site_version, "MOST_FORGED", 2)
    worlds.published(cast)
    for number in range(3):
        forged(pk=2**62 + number, number=999_999 + number)
    with pytest.raises(OperationalError):
        now_current()


def test_a_process_that_never_knew_does_not_guess(cast):
    with connection.execute_wrapper(away), pytest.raises(OperationalError):
        site_version.current()


@pytest.mark.parametrize("none", [pytest.param(None, marks=postgresql)])
def test_what_was_begun_first_and_committed_last_is_not_overlooked(none, db):
    """Of two deeds at once the second waits with its line for the first, so that the newest line is the last committed."""
    cast = worlds.the_cast()
    one, other = worlds.approved(cast), worlds.approved(cast, worlds.drafted(cast, slug="another", title="Another"))
    begun, versions = threading.Event(), []

    def slowly() -> None:
        try:
            with transaction.atomic():
                publishing.publish(one, by=cast.ed)
                begun.set()
                time.sleep(0.5)
        finally:
            connection.close()

    thread = threading.Thread(target=slowly)
    thread.start()
    begun.wait(10)
    publishing.publish(other, by=cast.ed)
    versions.append(now_current())
    thread.join()
    assert now_current() == versions[0], "the first was committed after the newest line"
    newest = history.Event.objects.filter(name="article.published").order_by("-pk")[0]
    assert newest.article_id == other.article_id
