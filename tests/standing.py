"""One world that stands for a whole test module, and raw SQL to attack it with.

Building a world costs more than an attack on it, so it is built once, and whatever a test does is undone after it.
"""

import datetime
import io
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, models, transaction
from django.utils import timezone
from PIL import Image

from articles.bibliography.standing import Standing
from articles.link_checks import record_link
from articles.lookup.links import LinkResult
from articles.models import Page, Revision, User
from articles.pictures import store_picture
from articles.source_policy import Policy
from articles.wording import set_wording
from reviews import (
    accepting,
    concerns,
    feedback,
    inviting,
    policy,
    publishing,
    remarks,
    request_withdrawal,
    scheduling,
    signing,
    triaging,
)
from reviews.feedback import Told
from reviews.models.signoff import Kind
from reviews.specialist import Specialist
from tests import worlds

SQLITE = connection.vendor == "sqlite"


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside leaves no trace in the database."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def standing_world(blocker: Any) -> Iterator[SimpleNamespace]:
    """For a fixture of module scope; each test then works inside `undone`."""
    with blocker.unblock(), undone():
        world = full_world()
        connection.check_constraints()
        if not SQLITE:  # which looks at once, as a statement of its own would be looked at when it is committed
            run("SET CONSTRAINTS ALL IMMEDIATE")
        yield world


def picture(by: User, colour: str = "teal") -> Any:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(file, "PNG")
    return store_picture(SimpleUploadedFile("x.png", file.getvalue(), "image/png"), by=by)


def full_world() -> SimpleNamespace:
    """Two articles and a record of every kind.

    The first is live, and its second revision is signed twice over but not out, with a request still open; the
    second article was withdrawn, one signature on its next draft was taken back, and an objection to it was settled.
    """
    w = worlds.the_cast()
    w.picture = picture(w.wren)
    w.live = worlds.published(w, worlds.drafted(w, picture=w.picture, picture_alt="A teal field"))
    w.first, w.article, w.page = w.live.revision, w.live.article, Page.objects.get(article=w.live.article)
    w.second = worlds.redrafted(w.first, by=w.wren)
    w.facts = worlds.signed(w.second, Kind.FACTS, w.fay, by=w.ed)
    w.medical = worlds.signed(w.second, Kind.MEDICAL, w.dr_ruth, by=w.ed)
    w.facts_by_ruth = worlds.signed(w.second, Kind.FACTS, w.dr_ruth, by=w.ed)
    w.objection = worlds.signed(w.second, Kind.MEDICAL, w.dr_omar, by=w.ed, decision="changes", note="Say how sure we are.")
    w.open = worlds.asked(w.second, Kind.FACTS, w.dr_omar, by=w.ed)
    w.remark = remarks.remark(w.second, text="Is this so?", quote="What helps", by=w.fay)
    w.reply = remarks.reply(w.remark, text="It is.", resolves=True, by=w.wren)

    w.gone = worlds.published(w, worlds.drafted(w, by=w.milo, slug="another-article", title="Another article"))
    w.withdrawal = publishing.withdraw(w.gone, reason="Out of date.", by=w.ed)
    w.other = worlds.redrafted(w.gone.revision, by=w.milo)
    w.taken_back = worlds.signed(w.other, Kind.FACTS, w.fay, by=w.ed)
    w.revocation = signing.revoke(w.taken_back, reason="I overlooked something.", by=w.fay)
    w.declined = worlds.signed(w.other, Kind.MEDICAL, w.dr_omar, by=w.ed, decision="decline", note="Not my field.")
    w.resolution = signing.resolve(w.declined, reason="Another specialist will read it.", by=w.ed)
    w.unverified = worlds.credential(w.dr_late, number="NEW")

    source = worlds.said_of(worlds.reference(w.wren), Standing.concern)
    w.link = record_link(source, LinkResult("ok", source.best_url, ""))
    [w.concern] = concerns.open_for(source)
    w.decision = concerns.decide(w.concern, reason="We wait for the inquiry.", public_note="", by=w.ed)
    w.told = feedback.tell(w.live, Told("unclear", text="What is a cramp?", address="pat@example.org"), key=uuid.uuid4())
    w.wording = set_wording("about", "We are a made-up publisher.", by=w.ed)
    after_publication(w)
    w.policy = policy.set_policy(Policy(minimum_sources=5), by=w.ed)
    w.waiver = policy.waive(w.article.pk, rule="enough_sources", key="", reason="There is only one.", by=w.ed)
    return w


def after_publication(w: SimpleNamespace) -> None:
    """A third article, and what came after it was published, until it was withdrawn.

    It was reported, reviewed again as it stands, scheduled and not, asked for and not, changed a little with a second look;
    and a specialist from outside was invited to it.
    """
    w.third = worlds.published(w, worlds.drafted(w, slug="a-later-article", title="A later article"))
    w.report = feedback.tell(w.third, Told("inaccurate", text="Is this so?"), key=uuid.uuid4())
    [w.triage] = triaging.triage([w.report], outcome="review", reason="It may be.", answer="", by=w.ed)
    w.waiting = feedback.tell(w.third, Told("unclear", text="What is this?"), key=uuid.uuid4())
    w.renewal = worlds.signed(w.third.revision, Kind.MEDICAL, w.dr_omar, by=w.ed)
    w.schedule = scheduling.schedule(w.third.revision, at=timezone.now() + datetime.timedelta(hours=1), by=w.ed)
    w.cancelled = scheduling.cancel(w.schedule, reason="At once, then.", by=w.ed)
    w.renewed = publishing.publish(w.third.revision, by=w.ed)
    w.asked = worlds.asked(w.third.revision, Kind.FACTS, w.fay, by=w.ed)
    w.taken_off = request_withdrawal.withdraw_request(w.asked, reason="She is away.", by=w.ed)
    w.small = worlds.redrafted(
        w.third.revision, by=w.wren, body=w.third.revision.body.replace("little difference", "litle difference"),
        kind=Revision.Kind.MINOR, change_note="Mends a spelling.",
    )  # fmt: skip
    w.look = worlds.signed(w.small, Kind.LOOK, w.dr_ruth, by=w.ed)
    w.changed = publishing.publish(w.small, by=w.ed)
    w.invitation = inviting.invite(w.small, kind=Kind.FACTS, specialist=OUTSIDER, due=timezone.localdate(), by=w.ed)
    accepting.accept(w.invitation, worlds.PASSWORD)
    publishing.withdraw(w.changed, reason="Its time is over.", by=w.ed)


OUTSIDER = Specialist(first_name="Ines", last_name="Okafor", email="ines@example.org", looked_up=True)


def run(sql: str, params: Any = ()) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.rowcount


def rows(model: type[models.Model]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{model._meta.db_table}" ORDER BY "{model._meta.pk.column}"')
        return cursor.fetchall()


def columns_of(row: models.Model, **changes: Any) -> dict[str, Any]:
    """A copy of a row as the database holds it, without its key; changes are named by column."""
    row = type(row)._base_manager.get(pk=row.pk)
    fields = [field for field in row._meta.concrete_fields if not isinstance(field, models.AutoField)]
    unknown = set(changes) - {field.column for field in fields}
    assert not unknown, unknown
    values = {field.column: changes.get(field.column, getattr(row, field.attname)) for field in fields}
    return {field.column: field.get_db_prep_save(values[field.column], connection) for field in fields}


def insertion(model: type[models.Model], columns: dict[str, Any]) -> tuple[str, list[Any]]:
    names = ", ".join(f'"{name}"' for name in columns)
    return f'INSERT INTO "{model._meta.db_table}" ({names}) VALUES ({", ".join(["%s"] * len(columns))})', list(columns.values())
