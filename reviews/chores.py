"""Who does which chore, when several machines look after one site: a note on the door, taken by one statement.

It is no lock on which anything rests: every step is safe to run twice at once. It only spares the work.
"""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager

from django.utils import timezone

from reviews.models import Chore

AGAIN_AFTER_FAILURE = datetime.timedelta(minutes=5)


@contextmanager
def taken(name: str, every: datetime.timedelta, at_most: datetime.timedelta) -> Iterator[bool]:
    """Whether this chore is ours now. Done, it is due again after `every`; failed, in five minutes; a machine that died
    over it is believed dead after `at_most`."""
    now = timezone.now()
    Chore.objects.get_or_create(name=name, defaults={"held_until": now})
    chore = Chore.objects.filter(name=name)
    if not chore.filter(held_until__lte=now).update(held_until=now + at_most):
        yield False
        return
    try:
        yield True
    except BaseException:
        chore.update(held_until=timezone.now() + AGAIN_AFTER_FAILURE)
        raise
    done = timezone.now()
    chore.update(held_until=done + every, done_at=done)
