"""What may still be open is found again: with a sweep or without, and whatever has happened since."""

import datetime

import time_machine
from django.utils import timezone

from reviews import signing, sweeping
from reviews.models import LeftOpen, Sweep
from reviews.models.signoff import Kind
from tests import worlds
from tests.test_csv_export import told

LATER = datetime.timedelta(days=3)


def found() -> dict[str, int]:
    """How much is open by each kind: the same among what was left as among all that ever was."""
    asked = {name: set(kind.among().values_list("pk", flat=True)) for name, kind in sweeping.KINDS.items()}
    assert asked == {name: set(kind.open().values_list("pk", flat=True)) for name, kind in sweeping.KINDS.items()}
    return {name: len(keys) for name, keys in asked.items() if keys}


def swept(**how: bool) -> dict[str, int]:
    with time_machine.travel(timezone.now() + LATER):
        return {name: many for name, many in sweeping.sweep(**how).items() if many}


def test_before_the_first_sweep_everything_is_gone_through(cast):
    worlds.asked(worlds.drafted(cast), Kind.FACTS, cast.fay, by=cast.ed)
    assert not Sweep.objects.exists()
    assert found() == {"requests": 1}


def test_what_was_left_open_and_what_came_in_since_are_both_found(cast):
    told(worlds.published(cast))
    worlds.asked(worlds.drafted(cast, slug="open"), Kind.FACTS, cast.fay, by=cast.ed)
    assert swept() == {"requests": 1, "reports": 1}
    worlds.asked(worlds.drafted(cast, slug="newer"), Kind.FACTS, cast.fay, by=cast.ed)
    assert found() == {"requests": 2, "reports": 1}


def test_the_newest_rows_wait_for_the_next_sweep(cast):
    worlds.asked(worlds.drafted(cast), Kind.FACTS, cast.fay, by=cast.ed)
    sweeping.sweep()
    assert set(Sweep.objects.values_list("up_to", flat=True)) == {0}
    assert found() == {"requests": 1}


def test_what_was_closed_since_is_found_no_more_and_swept_away(cast):
    draft = worlds.drafted(cast)
    worlds.approved(cast, draft)
    assert swept() == {"approvals": 1}
    worlds.published(cast, worlds.redrafted(draft, by=cast.wren, title="Newer"))
    assert found() == {}
    assert swept() == {}
    assert not LeftOpen.objects.exists()


def test_an_objection_whose_answer_is_taken_back_is_found_again(cast):
    draft = worlds.drafted(cast)
    worlds.signed(draft, Kind.FACTS, cast.fay, by=cast.ed, decision="changes", note="No.")
    approval = worlds.signed(worlds.redrafted(draft, by=cast.wren, title="Newer"), Kind.FACTS, cast.fay, by=cast.ed)
    assert "objections" not in swept()
    signing.revoke(approval, reason="Too soon.", by=cast.fay)
    assert found()["objections"] == 1


def test_once_a_day_an_error_is_mended(cast):
    worlds.asked(worlds.drafted(cast), Kind.FACTS, cast.fay, by=cast.ed)
    swept()
    LeftOpen.objects.all().delete()
    assert swept() == {}
    assert swept(from_the_beginning=True) == {"requests": 1}
    assert found() == {"requests": 1}
