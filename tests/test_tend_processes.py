"""`manage.py tend` as real processes on one PostgreSQL: two at once, and one that is killed in the middle."""

import datetime
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone

from articles.models import Article
from reviews import notices, scheduling
from reviews.models import Chore, Notice, NoticeKind, Publication, Schedule, ScheduleOutcome
from reviews.tending import DAILY, STEPS
from tests import worlds
from tests.smtp import MailServer, mail_server

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.skipif(connection.vendor == "sqlite", reason="needs PostgreSQL: processes share no SQLite database in memory"),
    pytest.mark.django_db(transaction=True),
]
ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def office(settings) -> SimpleNamespace:
    """Nothing is sent from here: only `tend` sends. Its chores are done, so that schedules and notices are left."""
    settings.TASKS_BACKEND = "none"
    cast = worlds.the_cast()
    later = timezone.now() + DAILY
    Chore.objects.bulk_create(Chore(name=step.name, held_until=later) for step in STEPS)
    return cast


def tend(server: MailServer) -> "subprocess.Popen[bytes]":
    there = connection.settings_dict
    address = f"postgres://{there['USER']}:{there['PASSWORD']}@{there['HOST']}:{there['PORT'] or 5432}/{there['NAME']}"
    mail = {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(server.port), "EMAIL_USE_TLS": "0"}
    surroundings = {**os.environ, "DJANGO_SETTINGS_MODULE": "cms.settings", "DATABASE_URL": address, **mail}
    command = [sys.executable, "manage.py", "tend"]
    return subprocess.Popen(command, cwd=ROOT, env=surroundings, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def ends_well(process: "subprocess.Popen[bytes]") -> None:
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 0, said.decode()


def scheduled(cast: SimpleNamespace, number: int) -> Schedule:
    """Made some time ago, and due a moment ago."""
    with time_machine.travel(timezone.now() - datetime.timedelta(minutes=10)):
        revision = worlds.approved(cast, worlds.drafted(cast, slug=f"article-{number}", title=f"Article {number}"))
        return scheduling.schedule(revision, at=timezone.now() + datetime.timedelta(minutes=5), by=cast.ed)


def ten_minutes_pass() -> None:
    """A process has a clock of its own: so it is the claims that grow older."""
    Notice.objects.filter(sent_at=None).update(claimed_until=timezone.now())


def test_two_at_once_publish_once_and_send_once(office):
    made = [scheduled(office, number) for number in range(3)]
    with mail_server(pause=0.02) as server:
        both = [tend(server), tend(server)]
        for process in both:
            ends_well(process)
        assert Counter(server.ids).most_common(1)[0][1] == 1, "each was sent once"
        assert len(server.ids) == Notice.objects.exclude(sent_at=None).count()
    assert not Notice.objects.filter(sent_at=None).exists()
    assert [Publication.objects.filter(article=one.article).count() for one in made] == [1, 1, 1]
    assert ScheduleOutcome.objects.filter(outcome="published").count() == 3


def test_killed_while_it_sends_it_loses_none_and_repeats_at_most_the_one_in_its_hands(office):
    with transaction.atomic():
        for number in range(6):
            notices.tell(office.wren, NoticeKind.REMARK, f"Remark {number}", "Look at it.")
    with mail_server(pause=0.5) as server:
        process = tend(server)
        server.wait_for(3)
        process.send_signal(signal.SIGKILL)  # the server has it, and nobody has written that down
        process.wait(timeout=10)
        in_hand = server.ids[2]
        assert Notice.objects.exclude(sent_at=None).count() == 2
        ends_well(tend(server))
        assert len(server.ids) == 6, "what was claimed waits for ten minutes"
        ten_minutes_pass()
        ends_well(tend(server))
        assert Counter(server.ids) == Counter({**dict.fromkeys(server.ids, 1), in_hand: 2})
        assert len(set(server.ids)) == 6, "none is lost"
    assert not Notice.objects.filter(sent_at=None).exists()


def test_killed_while_it_publishes_it_leaves_everything_as_it_was(office):
    made = scheduled(office, 1)
    with mail_server() as server:
        with transaction.atomic():
            Article.objects.locked(made.article_id)  # so that it waits in the middle of its transaction
            process = tend(server)
            waits_for_the_article()
            process.send_signal(signal.SIGKILL)
            process.wait(timeout=10)
        assert not Publication.objects.exists()
        assert Schedule.objects.open().get() == made
        ends_well(tend(server))
    assert made.outcome.publication == Publication.objects.get()


def waits_for_the_article() -> None:
    """Until another connection waits for a lock."""
    for _ in range(600):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.05)
    raise AssertionError("It never came to publish.")
