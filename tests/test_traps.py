"""How unreviewed words reached readers in other systems, one test for each way. Here none of them is a way."""

import datetime
import itertools
from collections.abc import Callable
from io import StringIO
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.db import IntegrityError, OperationalError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles import drafting, history
from articles.locks import suspended
from articles.models import Article, Citation, Contribution, Event, Page, Reference, Revision
from articles.pages import preview_html
from articles.refusal import Refused, Stale
from articles.views import REVALIDATE
from reviews import credentials, gate, publishing, remarks, signing
from reviews.models import CitationVerdict, Publication, ReviewRequest, Revocation, SignOff, Withdrawal
from reviews.models.signoff import Kind
from tests import worlds
from tests.standing import picture

ADDRESS = "/articles/leg-cramps-at-night/"
RECORDS = [
    Revision, Contribution, Citation, ReviewRequest, SignOff, Revocation, CitationVerdict, Publication, Withdrawal, Event, Page,
]  # fmt: skip
UNIONS = [union for n in (2, 3) for union in itertools.combinations(["Writers", "Reviewers", "Editors"], n)]


def read(address: str = ADDRESS) -> tuple[int, str]:
    answer = Client().get(address)
    return answer.status_code, answer.content.decode()


def everything() -> list[Any]:
    return [list(model.objects.order_by("pk").values_list()) for model in (*RECORDS, Article)]


def refused_without_a_trace(deed: Callable[[], Any], *, because: str, how: type[Exception] = Refused) -> None:
    before = everything()
    with pytest.raises(how, match=because), transaction.atomic():
        deed()
    assert everything() == before


# --- The words that were approved, and no others ------------------------------------------------------------------------
def test_what_is_published_is_what_was_signed_and_not_what_was_saved_since(cast):
    signed = worlds.approved(cast)
    newer = worlds.redrafted(signed, by=cast.wren, body=signed.body + "\n\nTake twice the dose.")
    publishing.publish(signed, by=cast.ed)
    assert "Take twice the dose" not in read()[1]
    refused_without_a_trace(lambda: publishing.publish(newer, by=cast.ed), because="No medical reviewer has approved")
    assert read()[0] == 200


def test_what_a_reader_gets_is_the_newest_publication_and_its_signers(cast):
    first = worlds.published(cast)
    second = worlds.redrafted(first.revision, by=cast.wren, title="Leg cramps, told anew")
    worlds.signed(second, Kind.FACTS, cast.fay, by=cast.ed)
    worlds.signed(second, Kind.MEDICAL, cast.dr_omar, by=cast.ed)
    publishing.publish(second, by=cast.ed)
    words = read()[1]
    assert "Leg cramps, told anew" in words
    assert second.digest[:12] in words
    assert "Omar Haddad" in words
    for old in (first.revision.digest[:12], "Ruth Okonkwo"):
        assert old not in words


CHANGES = {
    "title": "Leg cramps at midnight",
    "slug": "cramps-at-midnight",
    "summary": "Another summary.",
    "body": worlds.BODY.replace("little", "all the"),
    "picture_alt": "Other words for the picture",
    "change_note": "Another note.",
    "kind": Revision.Kind.CORRECTION,
}


@pytest.mark.parametrize("name", CHANGES)
def test_an_approval_does_not_survive_an_edit_of_anything_a_reader_is_told(cast, name):
    first = worlds.drafted(cast, picture=picture(cast.wren), picture_alt="A teal field")
    if name in {"kind", "change_note"}:  # which mean nothing before the first publication
        first = worlds.redrafted(worlds.published(cast, first).revision, by=cast.wren)
    signed = worlds.approved(cast, first)
    edited = drafting.save_draft(signed.article_id, worlds.changed(signed, **{
        "body": signed.body, "change_note": signed.change_note, "kind": signed.kind, name: CHANGES[name],
    }), base=signed.pk, by=cast.wren)  # fmt: skip
    assert edited.pk != signed.pk
    assert edited.digest != signed.digest
    assert not edited.signoffs.exists()
    assert {"needs_fact_check", "needs_medical_review"} <= {r.rule for r in gate.blockers(gate.read(edited))}


def test_another_picture_is_another_revision(cast):
    signed = worlds.approved(cast, worlds.drafted(cast, picture=picture(cast.wren), picture_alt="A field"))
    edited = worlds.redrafted(signed, by=cast.wren, body=signed.body, picture=picture(cast.wren, "red"))
    assert (edited.number, edited.signoffs.count()) == (2, 0)
    assert edited.digest != signed.digest


def test_another_person_credited_is_another_digest(cast):
    one = worlds.drafted(cast)
    two = worlds.drafted(cast, by=cast.milo, slug="two")
    worlds.redrafted(two, by=cast.milo, slug="three")  # so that the address may be compared too
    assert one.digest != two.digest
    assert "credits" not in one.digest


def test_an_identical_save_makes_no_revision_and_loses_no_signature(cast):
    signed = worlds.approved(cast)
    again = drafting.save_draft(signed.article_id, drafting.text_of(signed), base=signed.pk, by=cast.milo)
    assert again == signed
    assert again.signoffs.standing().count() == 2
    publishing.publish(again, by=cast.ed)
    assert read()[0] == 200


def test_a_source_that_is_edited_changes_neither_a_signed_draft_nor_the_live_page(cast):
    live = worlds.published(cast)
    before = read()
    Reference.objects.update(csl={"type": "article-journal", "title": "Quinine for everybody"})
    assert read() == before
    publishing.rebuild(live.article_id)
    assert read() == before
    text = drafting.text_of(live.revision)
    resaved = drafting.save_draft(live.article_id, text, base=live.revision_id, by=cast.wren)
    assert resaved.pk != live.revision_id, "cited anew, it says something else and needs new signatures"


def rewriting(instance: Any) -> dict[str, Callable[[], Any]]:
    """Every way in which Django's own objects write."""
    model, name = type(instance), instance._meta.concrete_fields[-1].attname
    one = model._base_manager.filter(pk=instance.pk)
    return {
        "save": lambda: instance.save(),
        "save one field": lambda: instance.save(update_fields=[name]),
        "save as an update": lambda: instance.save(force_update=True),
        "update": lambda: one.update(**{name: getattr(instance, name)}),
        "bulk_update": lambda: model._base_manager.bulk_update([instance], [name]),
        "update_or_create": lambda: one.update_or_create(pk=instance.pk, defaults={name: getattr(instance, name)}),
        "delete": lambda: instance.delete(),
        "delete by query": lambda: one._raw_delete("default"),
    }


def test_no_record_is_rewritten_in_place_by_any_of_djangos_ways(cast):
    live = worlds.published(cast)
    withdrawal = publishing.withdraw(live, reason="Out of date.", by=cast.ed)
    remark = remarks.remark(live.revision, text="Is it so?", quote="", by=cast.fay)
    records = [live.revision, live.medical, live.medical.request, live, withdrawal, remark]
    records += [live.facts.verdicts.get(), live.revision.citations.get(), live.article.events.first()]
    records += [live.revision.contributions.get(user=cast.wren)]
    before = everything()
    for record in records:
        for way, deed in rewriting(type(record)._base_manager.get(pk=record.pk)).items():
            with pytest.raises(IntegrityError, match=r"append-only|protected"), transaction.atomic():
                deed()
                pytest.fail(f"{way} rewrote {record!r}")
    assert everything() == before


# --- Who may sign -------------------------------------------------------------------------------------------------------
def asked_directly(revision: Revision, kind: str, reviewer: Any, by: Any) -> Callable[[], Any]:
    return lambda: worlds.asked(revision, kind, reviewer, by=by)


def test_whoever_contributed_since_the_last_publication_is_barred_from_signing(cast):
    """Only the last to save was compared elsewhere; here each hand in the words is remembered."""
    first = worlds.drafted(cast)
    cast.dr_ruth.groups.add(Group.objects.get(name="Editors"))
    cast.dr_ruth = type(cast.dr_ruth).objects.get(pk=cast.dr_ruth.pk)
    second = worlds.redrafted(first, by=cast.dr_ruth)
    third = worlds.redrafted(second, by=cast.wren)
    assert third.contributions.get(user=cast.dr_ruth).role == Contribution.Role.EDITOR
    for kind in Kind.values:
        refused_without_a_trace(asked_directly(third, kind, cast.dr_ruth, cast.ed), because="had a hand in this text")


def test_whoever_contributed_is_barred_still_when_the_old_text_is_restored(cast):
    first = worlds.drafted(cast)
    second = worlds.redrafted(first, by=cast.milo)
    restored = drafting.restore(first, base=second.pk, by=cast.wren)
    assert restored.body == first.body
    assert set(restored.contributions.values_list("user", flat=True)) == {cast.wren.pk, cast.milo.pk}


def test_a_reviewer_who_edits_what_was_sent_becomes_an_author_of_it(cast):
    first = worlds.drafted(cast)
    request = worlds.asked(first, Kind.FACTS, cast.fay, by=cast.ed)
    second = worlds.redrafted(first, by=cast.fay)
    assert second.contributions.get(user=cast.fay).role == Contribution.Role.WRITER
    refused_without_a_trace(asked_directly(second, Kind.FACTS, cast.fay, cast.ed), because="had a hand")
    signing.sign(request.pk, worlds.answer(request), by=cast.fay)
    assert not second.signoffs.exists(), "their word on the first text says nothing of the second"


@pytest.mark.parametrize("who", ["root", "ed", "wren", "fay", "dr_late"])
def test_nobody_is_above_the_gate(cast, who):
    """Superuser, editor, writer or reviewer: whoever asks is refused alike."""
    draft = worlds.drafted(cast)
    refused_without_a_trace(lambda: publishing.publish(draft, by=getattr(cast, who)), because="No fact checker has approved")
    assert read()[0] == 404


def test_being_a_superuser_is_no_right_to_sign(cast):
    draft = worlds.drafted(cast)
    worlds.credential(cast.root, verified_by=cast.ed)
    for kind in Kind.values:
        refused_without_a_trace(asked_directly(draft, kind, cast.root, cast.ed), because="may not sign")


@pytest.mark.parametrize("groups", UNIONS, ids="+".join)
def test_roles_that_add_up_do_not_add_up_to_signing_ones_own_words(cast, groups):
    both = worlds.person("both", *groups)
    worlds.credential(both, verified_by=cast.ed)
    draft = worlds.drafted(cast, by=both)
    because = "had a hand" if "Reviewers" in groups else "may not sign"
    for kind in Kind.values:
        refused_without_a_trace(asked_directly(draft, kind, both, cast.ed), because=because)
    refused_without_a_trace(lambda: publishing.publish(draft, by=both), because="No medical reviewer")


def test_a_request_is_answered_by_the_one_who_was_asked(cast):
    request = worlds.asked(worlds.drafted(cast), Kind.FACTS, cast.fay, by=cast.ed)
    for other in (cast.dr_ruth, cast.ed, cast.wren, cast.root):
        refused_without_a_trace(
            lambda other=other: signing.sign(request.pk, worlds.answer(request), by=other), because="was asked of Fay Lindqvist"
        )


def test_whoever_has_lost_the_right_since_they_were_asked_signs_nothing(cast):
    request = worlds.asked(worlds.drafted(cast), Kind.MEDICAL, cast.dr_ruth, by=cast.ed)
    stale_account = type(cast.dr_ruth).objects.get(pk=cast.dr_ruth.pk)
    cast.dr_ruth.is_active = False
    cast.dr_ruth.save(update_fields=["is_active"])
    refused_without_a_trace(
        lambda: signing.sign(request.pk, worlds.answer(request), by=stale_account), because="no right to sign"
    )


def test_only_its_signer_takes_an_objection_back(cast):
    """Or an author with an editor's rights could wave their own text through."""
    draft = worlds.redrafted(worlds.drafted(cast), by=cast.ed)
    objection = worlds.signed(draft, Kind.MEDICAL, cast.dr_omar, by=cast.wren, decision="changes", note="Too sure.")
    worlds.approved(cast, draft)
    refused_without_a_trace(lambda: signing.revoke(objection, reason="I disagree.", by=cast.ed), because="Only Omar Haddad")
    refused_without_a_trace(lambda: signing.resolve(objection, reason="I disagree.", by=cast.ed), because="had a hand")
    refused_without_a_trace(lambda: publishing.publish(draft, by=cast.ed), because="has not been answered")
    signing.revoke(objection, reason="I had misread it.", by=cast.dr_omar)
    publishing.publish(draft, by=cast.ed)


def test_an_objection_is_not_answered_by_approving_older_words(cast):
    first = worlds.drafted(cast)
    late = worlds.asked(first, Kind.MEDICAL, cast.dr_omar, by=cast.ed)
    second = worlds.approved(cast, worlds.redrafted(first, by=cast.wren))
    worlds.signed(second, Kind.MEDICAL, cast.dr_omar, by=cast.ed, decision="decline", note="Now it is wrong.")
    signing.sign(late.pk, worlds.answer(late), by=cast.dr_omar)
    refused_without_a_trace(lambda: publishing.publish(second, by=cast.ed), because="has not been answered")


# --- Screens that are out of date ---------------------------------------------------------------------------------------
def happenings(cast: SimpleNamespace, request: ReviewRequest) -> dict[str, Callable[[], Any]]:
    revision = request.revision
    return {
        "a newer draft": lambda: worlds.redrafted(revision, by=cast.wren),
        "another signature": lambda: worlds.signed(revision, Kind.MEDICAL, cast.dr_ruth, by=cast.ed),
        "an objection": lambda: worlds.signed(revision, Kind.MEDICAL, cast.dr_omar, by=cast.ed, decision="changes", note="No."),
    }


@pytest.mark.parametrize("what", ["a newer draft", "another signature", "an objection"])
def test_a_stale_screen_signs_nothing_and_says_what_moved(cast, what):
    request = worlds.asked(worlds.drafted(cast), Kind.FACTS, cast.fay, by=cast.ed)
    drawn = worlds.answer(request)
    happenings(cast, request)[what]()
    refused_without_a_trace(lambda: signing.sign(request.pk, drawn, by=cast.fay), because="at [0-9]{2}:[0-9]{2} UTC", how=Stale)
    assert signing.sign(request.pk, worlds.answer(request), by=cast.fay)


def test_a_screen_that_showed_other_words_signs_nothing(cast):
    first = worlds.drafted(cast)
    second = worlds.redrafted(first, by=cast.wren)
    request = worlds.asked(second, Kind.FACTS, cast.fay, by=cast.ed)
    drawn = worlds.answer(request, digest=first.digest)
    refused_without_a_trace(lambda: signing.sign(request.pk, drawn, by=cast.fay), because="nothing was signed", how=Stale)


def test_a_stale_screen_saves_nothing_and_loses_nothing(cast):
    first = worlds.drafted(cast)
    worlds.redrafted(first, by=cast.milo)
    mine = worlds.changed(first, body=first.body + "\n\nWritten by wren meanwhile.")
    deed = lambda: drafting.save_draft(first.article_id, mine, base=first.pk, by=cast.wren)  # noqa: E731
    refused_without_a_trace(deed, because="Milo Brandt saved revision 2", how=Stale)


def test_a_stale_screen_asks_for_no_review_of_old_words(cast):
    first = worlds.drafted(cast)
    worlds.redrafted(first, by=cast.wren)
    refused_without_a_trace(asked_directly(first, Kind.FACTS, cast.fay, cast.ed), because="newer draft", how=Stale)


def test_a_stale_screen_withdraws_nothing(cast):
    old = worlds.published(cast)
    worlds.published(cast, worlds.redrafted(old.revision, by=cast.wren))
    deed = lambda: publishing.withdraw(old, reason="Wrong.", by=cast.ed)  # noqa: E731
    refused_without_a_trace(deed, because="no longer live", how=Stale)
    assert read()[0] == 200


def test_the_same_click_twice_does_it_once(cast):
    request = worlds.asked(worlds.drafted(cast), Kind.FACTS, cast.fay, by=cast.ed)
    drawn = worlds.answer(request)
    signing.sign(request.pk, drawn, by=cast.fay)
    refused_without_a_trace(lambda: signing.sign(request.pk, drawn, by=cast.fay), because="nothing was signed", how=Stale)
    refused_without_a_trace(
        lambda: signing.sign(request.pk, worlds.answer(request), by=cast.fay), because="already been answered", how=Stale
    )
    worlds.signed(request.revision, Kind.MEDICAL, cast.dr_ruth, by=cast.ed)
    publication = publishing.publish(request.revision, by=cast.ed)
    refused_without_a_trace(lambda: publishing.publish(request.revision, by=cast.ed), because="live already")
    publishing.withdraw(publication, reason="Wrong.", by=cast.ed)
    refused_without_a_trace(lambda: publishing.withdraw(publication, reason="Wrong.", by=cast.ed), because="no longer", how=Stale)
    revocation = signing.revoke(publication.medical, reason="I was wrong.", by=cast.dr_ruth)
    deed = lambda: signing.revoke(revocation.signoff, reason="Again.", by=cast.dr_ruth)  # noqa: E731
    refused_without_a_trace(deed, because="already been taken back", how=Stale)


# --- Silence, time, and everything that runs by itself -------------------------------------------------------------------
COMMANDS = ["verify_records", "check_live", "refresh_pages", "migrate", "clearsessions"]


@pytest.mark.parametrize("years", [0, 2])
def test_no_command_and_no_passing_of_time_signs_publishes_or_takes_down(cast, years):
    worlds.published(cast, worlds.drafted(cast, slug="live", title="Live"))
    draft = worlds.drafted(cast, slug="waiting", title="Waiting")
    worlds.signed(draft, Kind.FACTS, cast.fay, by=cast.ed)
    worlds.asked(draft, Kind.MEDICAL, cast.dr_ruth, by=cast.ed)
    before = everything()
    with time_machine.travel(timezone.now() + datetime.timedelta(days=365 * years + 1)):
        for command in COMMANDS:
            try:
                call_command(command, verbosity=0, stdout=StringIO(), stderr=StringIO())
            except CommandError:
                assert (command, years > 0) == ("check_live", True)
        told = [row[5] for was, is_now in zip(before, everything(), strict=True) for row in is_now if row not in was]
        assert told == ["pages.rebuilt"], "that pages were drawn anew is told, and nothing else has come"
        assert [[row for row in rows if row in was] for was, rows in zip(before, everything(), strict=True)] == before
        refused_without_a_trace(lambda: publishing.publish(draft, by=cast.ed), because="No medical reviewer")


def test_a_signature_is_not_enough_once_its_evidence_has_lapsed(cast):
    """The whole gate is asked at the moment of publishing, not at that of signing."""
    signed = worlds.approved(cast)
    credentials.revoke_credential(cast.dr_ruth.credentials.get(), reason="Struck off.", by=cast.ed)
    refused_without_a_trace(lambda: publishing.publish(signed, by=cast.ed), because="was revoked on")


def test_the_checks_run_on_every_publication_and_not_on_the_first_only(cast):
    first = worlds.published(cast)
    second = worlds.redrafted(first.revision, by=cast.wren, kind=Revision.Kind.CORRECTION)
    refused_without_a_trace(lambda: publishing.publish(second, by=cast.ed), because="No fact checker")
    publishing.withdraw(first, reason="Wrong.", by=cast.ed)
    refused_without_a_trace(lambda: publishing.publish(second, by=cast.ed), because="No fact checker")
    signing.revoke(first.facts, reason="Overlooked.", by=cast.fay)
    refused_without_a_trace(lambda: publishing.publish(first.revision, by=cast.ed), because="No fact checker")


def test_a_lock_that_is_missing_is_reported_by_a_system_check(db):
    assert [check.id for check in run_checks(databases=["default"])] == []
    with suspended(connection):
        found = run_checks(databases=["default"])
    assert {check.id for check in found} == {"reviews.E001"}
    assert any("publications_never_change" in check.msg for check in found)


# --- Copies, and decisions that land elsewhere ----------------------------------------------------------------------------
def test_a_text_that_is_restored_is_an_unsigned_draft(cast):
    live = worlds.published(cast)
    second = worlds.redrafted(live.revision, by=cast.wren)
    restored = drafting.restore(live.revision, base=second.pk, by=cast.ed)
    assert (restored.number, restored.signoffs.count(), restored.requests.count()) == (3, 0, 0)
    assert restored.digest != live.revision.digest
    refused_without_a_trace(lambda: publishing.publish(restored, by=cast.ed), because="No medical reviewer")


def test_a_copy_of_a_signed_article_is_an_unsigned_draft(cast):
    signed = worlds.approved(cast)
    text = worlds.changed(signed, slug="a-copy", body=signed.body)
    copy = drafting.start_article(text, topic=signed.article.topic, by=cast.wren)
    assert not copy.signoffs.exists()
    refused_without_a_trace(lambda: publishing.publish(copy, by=cast.ed), because="No medical reviewer")


def test_what_was_replaced_does_not_come_back(cast):
    first = worlds.published(cast)
    worlds.published(cast, worlds.redrafted(first.revision, by=cast.wren))
    refused_without_a_trace(lambda: publishing.publish(first.revision, by=cast.ed), because="was published after this one")


def test_a_decision_stays_with_its_article(cast):
    one, two = worlds.approved(cast), worlds.drafted(cast, slug="two", title="Two")
    mixed = Revision.objects.get(pk=two.pk)
    mixed.article_id = one.article_id  # as if two ids of a form did not belong together
    refused_without_a_trace(lambda: publishing.publish(mixed, by=cast.ed), because="No medical reviewer")
    mixed = Revision.objects.get(pk=one.pk)
    mixed.article_id = two.article_id
    refused_without_a_trace(lambda: publishing.publish(mixed, by=cast.ed), because="(?i)foreign key", how=IntegrityError)


def test_an_address_that_was_signed_is_not_taken_by_another_article(cast):
    signed = worlds.approved(cast)
    moved = worlds.redrafted(signed, by=cast.wren, slug="cramps")
    for slug in (signed.slug, "cramps"):
        refused_without_a_trace(lambda slug=slug: worlds.drafted(cast, by=cast.milo, slug=slug), because="Another article has")
    publication = publishing.publish(signed, by=cast.ed)
    assert read()[0] == 200
    assert read(publication.article.get_absolute_url())[0] == 200
    assert Article.objects.get().draft_id == moved.pk


# --- What readers are told ------------------------------------------------------------------------------------------------
def test_every_claim_of_review_is_computed_and_absent_without_a_signature(cast):
    draft = worlds.drafted(cast)
    for claim in ("Ruth Okonkwo", "Fay Lindqvist"):
        assert claim not in preview_html(draft, "")
    facts = worlds.signed(draft, Kind.FACTS, cast.fay, by=cast.ed)
    medical = worlds.signed(draft, Kind.MEDICAL, cast.dr_ruth, by=cast.ed)
    assert "Ruth Okonkwo" in preview_html(draft, "")
    signing.revoke(medical, reason="Misread.", by=cast.dr_ruth)
    shown = preview_html(draft, "")
    assert "Ruth Okonkwo" not in shown
    assert facts.signed_as.partition(",")[0] in shown


def public_addresses(cast: SimpleNamespace) -> list[str]:
    people = [f"/people/{name.replace('_', '-')}/" for name, user in vars(cast).items() if hasattr(user, "contributor")]
    return ["/", "/?page=2", "/topics/sleep-and-pain/", "/policy/", "/healthz", *people]


def test_nothing_public_tells_of_a_draft_a_newer_draft_or_what_was_withdrawn(cast):
    live = worlds.published(cast)
    worlds.redrafted(live.revision, by=cast.wren, title="Zebra newer", summary="Zebra newer.", body="Zebra newer.")
    worlds.approved(cast, worlds.drafted(cast, slug="zebra-signed", title="Zebra signed", summary="Zebra."))
    worlds.drafted(cast, slug="zebra-draft", title="Zebra draft", summary="Zebra.")
    gone = worlds.published(cast, worlds.drafted(cast, slug="zebra-gone", title="Zebra gone", summary="Zebra."))
    publishing.withdraw(gone, reason="Out of date.", by=cast.ed)
    for address in (*public_addresses(cast), ADDRESS, f"{ADDRESS}history/"):
        status, words = read(address)
        assert status == 200, address
        assert "zebra" not in words.lower(), address
    for slug in ("zebra-signed", "zebra-draft"):
        for address in (f"/articles/{slug}/", f"/articles/{slug}/history/", f"/articles/{slug}/?preview=1"):
            status, words = read(address)
            assert (status, "Zebra" in words) == (404, False), address


def test_the_next_reader_after_a_withdrawal_gets_the_notice(cast):
    live = worlds.published(cast)
    first = Client().get(ADDRESS)
    assert first["Cache-Control"] == REVALIDATE
    publishing.withdraw(live, reason="The trial was retracted.", by=cast.ed)
    for headers in ({}, {"If-None-Match": first["ETag"]}, {"If-Modified-Since": first["Last-Modified"]}):
        answer = Client().get(ADDRESS, headers=headers)
        assert answer.status_code == 410, headers
        assert "The trial was retracted." in answer.content.decode()
        assert "little difference" not in answer.content.decode()
    assert "Leg cramps" not in read("/")[1]


def test_a_page_comes_down_in_the_moment_its_signature_is_taken_back(cast):
    live = worlds.published(cast)
    signing.revoke(live.facts, reason="I overlooked a source.", by=cast.fay)
    assert read()[0] == 410


def test_a_signature_taken_back_leaves_a_page_alone_that_does_not_rest_on_it(cast):
    old = worlds.published(cast)
    worlds.published(cast, worlds.redrafted(old.revision, by=cast.wren))
    before = read()
    signing.revoke(old.medical, reason="I overlooked a source.", by=cast.dr_ruth)
    assert read() == before
    assert before[0] == 200
    assert not Withdrawal.objects.exists()
    assert not Event.objects.filter(name="article.withdrawn").exists()


# --- Half done, and undone ------------------------------------------------------------------------------------------------
class Killed(OperationalError):
    """As Django reports a connection that broke."""


def killed_at(step: int) -> Callable[..., Any]:
    """The connection breaks at this statement."""
    count = itertools.count()

    def wrapper(execute, sql, params, many, context):
        if next(count) == step:
            raise Killed
        return execute(sql, params, many, context)

    return wrapper


def killing(deed: Callable[[], Any]) -> int:
    """Does the deed again and again, broken off at one statement more each time, until it succeeds."""
    before = everything()
    for step in itertools.count():
        try:
            with connection.execute_wrapper(killed_at(step)):
                deed()
        except Killed:
            assert everything() == before, f"killed at statement {step}"
        else:
            assert everything() != before
            return step
    raise AssertionError


def test_a_verb_that_is_killed_at_any_statement_has_done_nothing(cast):
    draft = worlds.drafted(cast)
    assert killing(lambda: worlds.redrafted(draft, by=cast.wren)) > 10
    draft = Article.objects.get().draft
    assert killing(lambda: worlds.asked(draft, Kind.FACTS, cast.fay, by=cast.ed)) > 10
    request = ReviewRequest.objects.get()
    answer = worlds.answer(request)
    assert killing(lambda: signing.sign(request.pk, answer, by=cast.fay)) > 10
    medical = worlds.signed(draft, Kind.MEDICAL, cast.dr_ruth, by=cast.ed)
    assert killing(lambda: publishing.publish(draft, by=cast.ed)) > 20
    assert read()[0] == 200
    assert killing(lambda: signing.revoke(medical, reason="Misread.", by=cast.dr_ruth)) > 10
    assert read()[0] == 410
    assert list(history.broken_links(list(Article.objects.get().events.all()))) == []


def test_an_account_a_draft_or_an_article_that_signed_words_need_is_never_deleted(cast):
    live = worlds.published(cast)
    for record in (cast.dr_ruth, cast.wren, live.revision, live.article, live.article.topic, live.medical.credential):
        refused_without_a_trace(record.delete, because="protected|keeps its rows", how=IntegrityError)
    cast.dr_ruth.is_active = False
    cast.dr_ruth.save(update_fields=["is_active"])
    publishing.rebuild(live.article_id)
    assert "Ruth Okonkwo" in read()[1], "whoever has left is still named"


def test_the_editorial_office_is_closed_to_strangers(cast):
    worlds.drafted(cast)
    for name in ("index", "reviews_reviewrequest_changelist"):
        assert Client().get(reverse(f"admin:{name}")).status_code == 302
