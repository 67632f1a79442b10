"""Somebody has lifted the locks and changed a row, or added a forged one: verify_records names it, and no reader gets it.

Each tampering is done to a world that verifies, so that whatever is named was caused by it alone.
"""

import datetime
import re
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from articles.locks import suspended
from articles.models import Event, Page
from articles.refusal import Refused
from articles.sealing import sha256
from reviews import credentials, gate, publishing, signing
from reviews.models import Credential, Publication, ReviewRequest, SignOff
from reviews.models.signoff import Kind
from tests import worlds
from tests.standing import SQLITE, columns_of, insertion, picture, run, standing_world, undone

ADDRESS = "/articles/leg-cramps-at-night/"


@pytest.fixture(scope="module")
def db(django_db_setup, django_db_blocker) -> Iterator[SimpleNamespace]:
    """Here the database is one world, built once."""
    with standing_world(django_db_blocker) as world:
        yield world


@pytest.fixture
def world(db: SimpleNamespace) -> Iterator[SimpleNamespace]:
    with undone():
        yield db


def tampered(sql: str, *params: Any) -> None:
    """As somebody who can drop the locks, and puts them back to leave no trace."""
    with suspended(connection):
        assert run(sql, params) == 1, "the tampering has to change exactly one row"
        if not SQLITE:
            run("SET CONSTRAINTS ALL IMMEDIATE")
    if not SQLITE:
        run("SET CONSTRAINTS ALL IMMEDIATE")


def verify_records() -> str:
    """What the command says is wrong; empty if it says that nothing is."""
    said = StringIO()
    try:
        call_command("verify_records", stdout=StringIO(), stderr=said, no_color=True)
    except CommandError:
        assert said.getvalue()
    return said.getvalue()


def refresh_pages() -> str:
    said = StringIO()
    try:
        call_command("refresh_pages", stdout=StringIO(), stderr=said, no_color=True)
    except CommandError:
        assert said.getvalue()
    return said.getvalue()


def one_byte(table: str, column: str, key: int) -> None:
    """The last letter of a text becomes another."""
    tampered(f'UPDATE "{table}" SET "{column}" = substr("{column}", 1, length("{column}") - 1) || %s WHERE id = %s', "¤", key)


def test_an_untouched_world_verifies(world):
    assert verify_records() == ""
    call_command("verify_records", stdout=StringIO())


# --- One byte ---------------------------------------------------------------------------------------------------------
Tampering = Callable[[SimpleNamespace], str]
ALTERED: dict[str, Tampering] = {}


def altering(tamper: Tampering) -> Tampering:
    ALTERED[tamper.__name__] = tamper
    return tamper


def altering_each(table: str, columns: list[str], row: Callable[[SimpleNamespace], Any], named: str) -> None:
    for column in columns:

        def tamper(w: SimpleNamespace, column: str = column) -> str:
            key = row(w).pk
            one_byte(table, column, key)
            return named.format(key)

        ALTERED[f"{table}.{column}"] = tamper


REVISION = ["body", "title", "summary", "slug", "picture_alt", "kind", "change_note", "digest"]
altering_each("articles_revision", [c for c in REVISION if c not in {"kind", "digest"}], lambda w: w.second, "^revision {} ")
altering_each("articles_citation", ["entry", "label", "url", "key"], lambda w: w.second.citations.get(), "^revision ")
altering_each("articles_contribution", ["credited_as"], lambda w: w.second.contributions.get(user=w.wren), "^revision ")
altering_each("reviews_signoff", ["note"], lambda w: w.objection, "^sign-off {} ")
SIGNOFF = ["signed_as", "credential_as", "interests", "statement", "seal"]
altering_each("reviews_signoff", SIGNOFF, lambda w: w.medical, "^sign-off {} ")
altering_each("reviews_revocation", ["reason", "seal"], lambda w: w.revocation, "^revocation {}: it was altered")
altering_each("reviews_resolution", ["reason"], lambda w: w.resolution, "^resolution .*tells it otherwise")
altering_each("reviews_withdrawal", ["reason"], lambda w: w.withdrawal, "^withdrawal {}: the history tells it otherwise")
altering_each(
    "articles_event", ["actor_name", "name", "previous", "seal"], lambda w: w.article.events.get(number=3), "event 3 .*row {}"
)
altering_each("reviews_credential", ["number", "qualification"], lambda w: w.dr_ruth.credentials.get(), "^credential {}: ")


@altering
def what_an_event_says(w):
    event = w.article.events.get(number=2)
    tampered("UPDATE articles_event SET data = %s WHERE id = %s", '{"digest": "other"}', event.pk)
    return f"event 2 .*row {event.pk}.*altered"


@altering
def who_an_event_names(w):
    event = w.article.events.get(number=2)
    tampered("UPDATE articles_event SET actor_id = %s WHERE id = %s", w.milo.pk, event.pk)
    return f"event 2 .*row {event.pk}.*altered"


@altering
def when_an_event_was(w):
    event = w.article.events.get(number=2)
    tampered("UPDATE articles_event SET at = %s WHERE id = %s", timezone.now(), event.pk)
    return f"event 2 .*row {event.pk}.*altered"


@altering
def the_kind_of_change(w):
    tampered("UPDATE articles_revision SET kind = 'correction' WHERE id = %s", w.second.pk)
    return f"^revision {w.second.pk} "


@altering
def the_picture(w):
    tampered("UPDATE articles_revision SET picture_id = %s WHERE id = %s", picture(w.wren, "red").pk, w.second.pk)
    return f"^revision {w.second.pk} "


@altering
def who_wrote(w):
    """So that wren looks like somebody who had no hand in it."""
    row = w.second.contributions.get(user=w.wren)
    tampered("UPDATE articles_contribution SET user_id = %s WHERE id = %s", w.milo.pk, row.pk)
    return f"^revision {w.second.pk} "


@altering
def a_writer_made_reviewer(w):
    row = w.second.contributions.get(user=w.wren)
    tampered("UPDATE articles_contribution SET role = 'reviewer' WHERE id = %s", row.pk)
    return f"^revision {w.second.pk} "


@altering
def a_request_for_changes_made_approval(w):
    credential = w.dr_omar.credentials.get()
    sql = "UPDATE reviews_signoff SET decision = 'approve', credential_id = %s WHERE id = %s"
    tampered(sql, credential.pk, w.objection.pk)
    return f"^sign-off {w.objection.pk} "


@altering
def when_it_was_signed(w):
    tampered("UPDATE reviews_signoff SET signed_at = %s WHERE id = %s", timezone.now(), w.medical.pk)
    return f"^sign-off {w.medical.pk} "


@altering
def a_verdict(w):
    row = w.facts.verdicts.get()
    tampered("UPDATE reviews_citationverdict SET verdict = 'partly', note = 'x' WHERE id = %s", row.pk)
    return f"^sign-off {w.facts.pk} "


@altering
def a_verdict_taken_away(w):
    tampered("DELETE FROM reviews_citationverdict WHERE id = %s", w.facts.verdicts.get().pk)
    return f"^sign-off {w.facts.pk} "


@altering
def the_last_event_taken_away(w):
    last = w.other.article.events.order_by("-number").first()
    assert last.name == "objection.resolved"
    tampered("DELETE FROM articles_event WHERE id = %s", last.pk)
    return rf"^resolution .*the history does not tell of it \({last.name}\)"


@altering
def the_last_event_of_a_signing_taken_away(w):
    run(*draft_signed_last(w))
    last = w.article.events.order_by("-number").first()
    assert last.name == "revision.signed"
    tampered("DELETE FROM articles_event WHERE id = %s", last.pk)
    return rf"^sign-off {last.data['signoff']}: the history does not tell of it"


def draft_signed_last(w: SimpleNamespace) -> tuple[str, list[Any]]:
    """dr_omar signs the open request, so that this is the last line."""
    signing.sign(w.open.pk, worlds.answer(w.open), by=w.dr_omar)
    return "SELECT 1", []


@altering
def an_event_in_the_middle_taken_away(w):
    tampered("DELETE FROM articles_event WHERE article_id = %s AND number = 4", w.article.pk)
    return "event 5 .*a line before it is missing"


@altering
def the_last_event_of_the_site_taken_away(w):
    last = Event.objects.filter(article=None).order_by("-number").first()
    assert last.name == "policy.set"
    tampered("DELETE FROM articles_event WHERE id = %s", last.pk)
    return "^source policy [0-9]+: the history does not tell of it"


@altering
def an_objection_taken_away(w):
    tampered("DELETE FROM reviews_signoff WHERE id = %s", w.objection.pk)
    return f"^sign-off {w.objection.pk}: .*the row is gone"


@altering
def a_revocation_taken_away(w):
    tampered("DELETE FROM reviews_revocation WHERE id = %s", w.revocation.pk)
    return f"^revocation {w.taken_back.pk}: .*the row is gone"


@altering
def a_page_taken_away(w):
    tampered("DELETE FROM articles_page WHERE article_id = %s", w.article.pk)
    return f"^article {w.article.pk} .*its page is gone"


@altering
def a_page_without_its_withdrawal(w):
    tampered("UPDATE articles_page SET withdrawal_id = NULL WHERE article_id = %s", w.gone.article_id)
    return f"^page of article {w.gone.article_id} "


@altering
def a_finished_page(w):
    tampered("UPDATE articles_page SET html = replace(html, 'magnesium', 'quinine') WHERE article_id = %s", w.article.pk)
    return f"^page of article {w.article.pk} "


@altering
def a_picture_file(w):
    path = Path(w.picture.file.path)
    before = path.read_bytes()
    w.mend = lambda: path.write_bytes(before)
    path.write_bytes(before[:-1] + b"\0")
    return f"^picture {w.picture.pk} .*replaced"


@altering
def a_picture_file_lost(w):
    path = Path(w.picture.file.path)
    before = path.read_bytes()
    w.mend = lambda: path.write_bytes(before)
    path.unlink()
    return f"^picture {w.picture.pk} .*missing"


# --- Rows that were added, which no lock can refuse --------------------------------------------------------------------
@altering
def a_citation_added(w):
    another = worlds.reference(w.ed, "another")
    run(*insertion(type(w.second.citations.get()), columns_of(w.second.citations.get(), reference_id=another.pk, number=2)))
    return f"^revision {w.second.pk} "


@altering
def a_signature_copied_onto_another_revision(w):
    third = worlds.redrafted(w.second, by=w.wren)
    request = worlds.asked(third, Kind.MEDICAL, w.dr_ruth, by=w.ed)
    copied = columns_of(w.medical, revision_id=third.pk, digest=third.digest, request_id=request.pk)
    run(*insertion(SignOff, copied))
    return f"^sign-off {SignOff.objects.latest('pk').pk} .*not made by this site"


@altering
def a_settlement_made_up(w):
    run(*insertion(type(w.resolution), columns_of(w.resolution, signoff_id=w.objection.pk)))
    return rf"^resolution {w.objection.pk}: the history does not tell of it"


@altering
def a_verification_made_up(w):
    sql = "UPDATE reviews_credential SET verified_by_id = %s, verified_at = %s WHERE id = %s"
    run(sql, [w.ed.pk, timezone.now(), w.unverified.pk])
    return f"^credential {w.unverified.pk}: the history does not tell of it"


@altering
def a_publication_made_up(w):
    """On two genuine signatures, while an objection stands."""
    run(*forged_publication(w))
    return f"^publication {Publication.objects.latest('pk').pk} .*the history does not tell of it"


def forged_publication(w: SimpleNamespace, **changes: Any) -> tuple[str, list[Any]]:
    columns = {
        "revision_id": w.second.pk, "revision_kind": w.second.kind, "reviewed_id": w.second.pk,
        "medical_id": w.medical.pk, "medical_reviewer_id": w.dr_ruth.pk,
        "facts_id": w.facts.pk, "facts_reviewer_id": w.fay.pk,
    }  # fmt: skip
    return insertion(Publication, columns_of(w.live, **{**columns, **changes}))


@pytest.mark.parametrize("tamper", ALTERED.values(), ids=ALTERED)
def test_verify_records_names_the_row(world, tamper):
    named = tamper(world)
    try:
        said = verify_records()
    finally:
        getattr(world, "mend", lambda: None)()
    assert re.search(named, said, re.MULTILINE), said


def test_verify_records_names_a_lock_that_is_gone(world):
    with suspended(connection):
        assert "the database lacks the lock revisions_never_change" in verify_records()


# --- What a reader gets -----------------------------------------------------------------------------------------------
def read(address: str = ADDRESS) -> tuple[int, str]:
    answer = Client().get(address)
    return answer.status_code, answer.content.decode()


ON_CARDS = {
    "html and etag": f"html = 'x', etag = '{sha256(b'x')}'",
    "title": "title = title || 'x'",
    "summary": "summary = summary || 'x'",
    "seal": "seal = 'x'",
    "seal in other letters": "seal = 'ï'",
    "dates": "updated_at = '2031-01-01T00:00:00Z'",
}


@pytest.mark.parametrize("change", ["html = html || 'x'", *ON_CARDS.values()], ids=["html", *ON_CARDS])
def test_a_reader_is_never_given_a_page_that_another_hand_wrote(world, change, caplog):
    assert read()[0] == 200
    assert run(f"UPDATE articles_page SET {change} WHERE article_id = %s", [world.article.pk]) == 1
    status, words = read()
    assert status == 503
    assert world.first.title not in words
    assert "Run verify_records" in caplog.text
    assert Client().get(ADDRESS)["Cache-Control"] == "no-store"


@pytest.mark.parametrize("change", ON_CARDS.values(), ids=ON_CARDS)
def test_a_page_that_another_hand_wrote_is_on_no_shelf(world, change):
    assert world.first.title in read("/")[1]
    assert run(f"UPDATE articles_page SET {change} WHERE article_id = %s", [world.article.pk]) == 1
    assert world.first.title not in read("/")[1]


def test_a_page_is_not_given_at_another_address(world):
    assert run("UPDATE articles_page SET slug = 'miracle-cure' WHERE article_id = %s", [world.article.pk]) == 1
    assert read("/articles/miracle-cure/")[0] == 503


def test_the_page_of_one_article_is_not_given_as_that_of_another(world):
    page = world.page
    sql = "UPDATE articles_page SET html = %s, etag = %s, seal = %s WHERE article_id = %s"
    assert run(sql, [page.html, page.etag, page.seal, world.gone.article_id]) == 1
    assert read("/articles/another-article/")[0] == 503


def test_what_refresh_pages_builds_is_what_was_there(world):
    before = read()
    assert refresh_pages() == ""
    assert read() == before
    assert read("/articles/another-article/")[0] == 410


def test_refresh_pages_mends_a_page_from_its_records(world):
    before = read()
    run("UPDATE articles_page SET html = 'x' WHERE article_id = %s", [world.article.pk])
    assert refresh_pages() == ""
    assert read() == before
    run("DELETE FROM articles_page WHERE article_id = %s", [world.article.pk])
    assert refresh_pages() == ""
    assert read() == before


def words_altered(w: SimpleNamespace) -> None:
    tampered("UPDATE articles_revision SET body = replace(body, 'little', 'all the') WHERE id = %s", w.first.pk)


def words_and_digests_altered(w: SimpleNamespace) -> None:
    tampered("UPDATE articles_citation SET entry = 'Made up.' WHERE revision_id = %s", w.first.pk)


def signature_altered(w: SimpleNamespace) -> None:
    tampered("UPDATE reviews_signoff SET signed_as = 'Prof. Nobody' WHERE id = %s", w.live.medical_id)


def publication_forged(w: SimpleNamespace) -> None:
    run(*forged_publication(w))


def signatures_and_publication_forged(w: SimpleNamespace) -> None:
    """Everything that the locks ask for, but made by somebody without the key."""
    request = columns_of(w.open, kind="medical", reviewer_id=w.dr_omar.pk)
    run(*insertion(ReviewRequest, request))
    theirs = {"reviewer_id": w.dr_omar.pk, "credential_id": Credential.objects.get(holder=w.dr_omar).pk}
    run(*insertion(SignOff, columns_of(w.medical, request_id=ReviewRequest.objects.latest("pk").pk, **theirs)))
    run(*forged_publication(w, medical_id=SignOff.objects.latest("pk").pk, medical_reviewer_id=w.dr_omar.pk))


FORGERIES = [words_altered, words_and_digests_altered, signature_altered, publication_forged, signatures_and_publication_forged]


@pytest.mark.parametrize("forge", FORGERIES, ids=lambda forge: forge.__name__)
def test_refresh_pages_makes_no_page_of_records_that_were_forged(world, forge):
    before = Page.objects.values().get(article=world.article)
    forge(world)
    assert "publication" in refresh_pages()
    assert Page.objects.values().get(article=world.article) == before
    with pytest.raises(Refused):
        publishing.rebuild(world.article.pk)


def test_the_gate_does_not_count_a_signature_copied_from_another_revision(world):
    a_signature_copied_onto_another_revision(world)
    third = SignOff.objects.latest("pk").revision
    worlds.signed(third, Kind.FACTS, world.fay, by=world.ed)
    signing.resolve(world.objection, reason="Another has approved.", by=world.ed)
    assert {reason.rule for reason in gate.blockers(gate.read(third))} == {"signatures_are_genuine"}


# --- Concerns on live pages -------------------------------------------------------------------------------------------
def check_live() -> str:
    said = StringIO()
    try:
        call_command("check_live", stdout=said, no_color=True)
    except CommandError:
        return said.getvalue()
    assert "No concern" in said.getvalue()
    return ""


def test_a_live_page_gives_no_concern_at_first(world):
    assert check_live() == ""


def test_check_live_lists_a_credential_that_was_revoked(world):
    credentials.revoke_credential(world.dr_ruth.credentials.get(), reason="Struck off.", by=world.ed)
    assert re.fullmatch(rf"{ADDRESS}: The credential of Ruth Okonkwo, .* was revoked on .*\n", check_live())
    assert read()[0] == 200, "people decide what follows"


def test_check_live_lists_a_review_that_is_overdue(world):
    with time_machine.travel(timezone.now() + datetime.timedelta(days=366)):
        assert re.fullmatch(rf"{ADDRESS}: The medical review was good until .*\n", check_live())


def test_check_live_lists_a_page_and_words_that_were_altered(world):
    words_altered(world)
    run("UPDATE articles_page SET title = 'x' WHERE article_id = %s", [world.article.pk])
    said = check_live()
    assert "The stored text is not what its digest says" in said
    assert "The finished page was altered" in said


def test_check_live_says_nothing_of_pages_that_were_withdrawn(world):
    publishing.withdraw(world.live, reason="Out of date.", by=world.ed)
    credentials.revoke_credential(world.dr_ruth.credentials.get(), reason="Struck off.", by=world.ed)
    assert check_live() == ""
