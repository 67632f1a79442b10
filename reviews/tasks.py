"""The one task: to send a notice as soon as its deed holds. What it cannot send, `tend` sends later.

By TASKS_BACKEND it runs in the same breath as the deed, in a worker of its own (`db_worker`), or not at all.
"""

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from django_tasks import task

from reviews.delivery import Outcome, send

AWAY, FOR_SECONDS = "notices:no-mail-server", 60


def hand_over(pk: int) -> None:
    """Called once the deed is committed."""
    if settings.TASKS_BACKEND != "none":
        send_notice.enqueue(pk)


@task()
def send_notice(pk: int) -> str:
    """Whoever tells ten people must not wait ten times for a mail server that is away."""
    if cache.get(AWAY):
        return "left to tend"
    outcome = send(pk, timezone.now())
    if outcome is Outcome.AWAY:
        cache.set(AWAY, True, FOR_SECONDS)
    return outcome.name.lower()
