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
from reviews import credentials, publishing
from reviews.models import Credential
from tests import worlds
from tests.test_races import postgresql


def now_current() -> str:
    site_version.forget()
    return site_version.current()


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
    assert site_version.current() == before


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
