"""What may still be open of a long record: so that whoever looks for what waits need not go through all that ever was.

An answered request, a decided report, a published article never waits again. Now and then `reviews/sweeping.py` goes through
what has come in and notes which of it was still open. It is no record, and nothing rests on it but speed: what is found among
these rows is asked every question anew, and where nobody has swept yet, all rows are gone through.
"""

from typing import Any, TypeVar

from django.db import models
from django.db.models import Subquery

TOO_MANY = 10_000  # may be open: to go through them one by one would take longer than to go through all
Rows = TypeVar("Rows", bound="models.QuerySet[Any]")


class Sweep(models.Model):
    """How far one kind of record has been gone through: of the rows up to this key only those LeftOpen may be open."""

    name = models.CharField(max_length=20, unique=True)
    up_to = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.name} up to {self.up_to}"


class LeftOpen(models.Model):
    """A row that was open when it was last looked at."""

    sweep = models.ForeignKey(Sweep, models.CASCADE, related_name="left")
    row = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sweep", "row"], name="left_open_once")]

    def __str__(self) -> str:
        return f"{self.sweep.name} {self.row}"


def left_open(name: str, model: "type[models.Model]", also: "models.QuerySet[Any] | None" = None) -> set[int] | None:
    """The keys of those that may be open: left open, come in since, or open again. None: any may be, or too many to name.

    Plain keys, for of a query within a query a database cannot tell how little it finds, and goes through all rows again.
    """
    known = model._base_manager.order_by("-pk").values_list("pk", flat=True)
    sweep = Sweep.objects.annotate(last=Subquery(known[:1])).filter(name=name).first()
    if sweep is None or (sweep.last or 0) - sweep.up_to > TOO_MANY:
        return None
    again = [also.order_by().values_list("pk", flat=True)] if also is not None else []
    since = known.filter(pk__gt=sweep.up_to).order_by()
    keys = set(sweep.left.values_list("row", flat=True).union(since, *again, all=True)[: TOO_MANY + 1])
    return None if len(keys) > TOO_MANY else keys


def maybe_open(name: str, rows: Rows, also: "models.QuerySet[Any] | None" = None) -> Rows:
    """Those of the rows among which the open ones are: what was left open, what has come in since, and what may be open again."""
    keys = left_open(name, rows.model, also)
    return rows if keys is None else rows.filter(pk__in=keys)


def plain_keys(rows: "models.QuerySet[Any]") -> Any:
    """The keys of these rows, for another query to begin with: as plain ones, unless there are too many to name."""
    asked = rows.order_by().values_list("pk", flat=True)
    found = list(asked[: TOO_MANY + 1])
    return found if len(found) <= TOO_MANY else asked
