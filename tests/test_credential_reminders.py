"""In good time before a credential ends, and long after it was looked up: people are told, each of them once."""

import datetime

import pytest
from django.core import mail
from django.utils import timezone

from articles.pages import months_later
from reviews import credentials
from reviews.credential_reminders import ends_in, remind
from reviews.models import Credential, Notice
from tests import worlds
from tests.test_races import at_once, postgresql

TODAY = timezone.localdate()


def after(days: int) -> datetime.date:
    return TODAY + datetime.timedelta(days=days)


def held(cast, days: int, **facts) -> Credential:
    """Fay's, verified by Edith; it ends after so many days."""
    return worlds.credential(cast.fay, verified_by=cast.ed, valid_until=after(days), **facts)


def told() -> list[tuple[str, str]]:
    return [(notice.recipient.username, notice.subject) for notice in Notice.objects.filter(kind="credential").order_by("pk")]


def test_the_holder_and_who_verified_it_hear_at_each_threshold_once(cast):
    worlds.person("una", "Editors")
    held(cast, 90)
    days = [n for n in range(91) for _ in range(remind(after(n)) + remind(after(n)))]
    assert days == [30, 30, 60, 60, 83, 83]
    assert {who for who, _ in told()} == {"fay", "ed"}
    assert told()[0] == ("fay", "A credential ends in 60 days: Fay Lindqvist, MSc")


def test_after_a_pause_only_the_nearest_is_told(cast):
    held(cast, 90)
    assert remind(after(85)) == 2
    assert {subject for _, subject in told()} == {"A credential ends in 5 days: Fay Lindqvist, MSc"}


def test_only_an_editor_is_led_to_the_screen_that_only_editors_may_open(cast, django_capture_on_commit_callbacks):
    credential = held(cast, 30)
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        remind(TODAY)
    texts = {message.to[0]: message.body for message in mail.outbox}
    assert f"/credential/{credential.pk}/" in texts[cast.ed.email]
    assert "/credential/" not in texts[cast.fay.email]


def test_nobody_is_told_of_one_that_is_revoked_or_unverified_or_renewed(cast):
    credentials.revoke_credential(held(cast, 20), reason="Left.", by=cast.ed)
    worlds.credential(cast.milo, valid_until=after(20))
    held(cast, 20, registering_body="Another register")
    worlds.credential(cast.fay, verified_by=cast.ed, valid_until=after(700), registering_body="Another register")
    assert remind(TODAY) == 0


def test_a_renewal_that_nobody_has_verified_silences_nothing(cast):
    held(cast, 20)
    worlds.credential(cast.fay, valid_until=after(700))
    assert remind(TODAY) == 2


@pytest.mark.parametrize("months", [12, 6])
def test_the_editors_hear_once_that_it_has_to_be_looked_up_again(cast, settings, months):
    settings.CREDENTIAL_RECHECK_MONTHS = months
    worlds.person("una", "Editors")
    due = months_later(TODAY, months)
    assert remind(due - datetime.timedelta(days=1)) == 0
    assert remind(due) == 4  # two doctors, two editors
    assert remind(due + datetime.timedelta(days=40)) == 0
    assert set(told()) == {
        (who, f"A credential has to be looked up again: {name}")
        for who in ("ed", "una")
        for name in ("Ruth Okonkwo, MBBS, MRCGP", "Omar Haddad, MD")
    }
    assert Notice.objects.filter(key__contains=f":check:{due.isoformat()}:").count() == 4


def test_one_looked_up_anew_is_not_asked_for_again(cast, time_machine):
    """An editor adds what the register says now, has it verified, and revokes the old one."""
    time_machine.move_to(datetime.datetime.combine(months_later(TODAY, 11), datetime.time(12), datetime.UTC))
    for doctor in (cast.dr_ruth, cast.dr_omar):
        old = doctor.credentials.get()
        worlds.credential(doctor, verified_by=cast.ed, number=f"NEW-{doctor.pk}")
        credentials.revoke_credential(old, reason="Replaced.", by=cast.ed)
    assert remind(months_later(TODAY, 13)) == 0
    assert remind(months_later(TODAY, 24)) == 2


@pytest.mark.parametrize(
    ("days", "words"),
    [(61, ""), (60, "ends in 60 days"), (2, "ends in 2 days"), (1, "ends tomorrow"), (0, "ends today"), (-1, "")],
)
def test_how_soon_it_ends_is_said_in_words(days, words):
    assert ends_in(Credential(valid_until=after(days)), TODAY) == words


def test_looking_costs_the_same_however_many_were_told(cast, django_assert_max_num_queries):
    for number in range(5):
        held(cast, 20, number=str(number))
    assert remind(TODAY) == 10
    with django_assert_max_num_queries(5):
        remind(TODAY)


class TestOnPostgreSQL:
    pytestmark = postgresql

    def test_two_machines_tell_once(self, cast):
        held(cast, 20)
        at_once(*[lambda: remind(TODAY)] * 2)
        assert len(told()) == 2
