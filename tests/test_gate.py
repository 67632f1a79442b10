"""Every rule of the gate: a world that breaks that rule and no other."""

import copy
import datetime
import uuid
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace

import pytest
import time_machine
from django.utils import timezone

from articles import drafting
from articles.bibliography.standing import Standing
from articles.models import Revision
from articles.refusal import Refused
from articles.source_policy import Policy
from reviews import credentials, feedback, gate, publishing, signing, triaging
from reviews.feedback import Told
from reviews.gate import Case
from reviews.models import CitationVerdict, Credential, Publication
from reviews.models.signoff import Kind
from reviews.policy import set_policy
from tests import worlds

WORLDS: dict[gate.Rule, Callable[[SimpleNamespace], Case]] = {}


def breaks(rule: gate.Rule):
    def keep(world: Callable[[SimpleNamespace], Case]):
        WORLDS[rule] = world
        return world

    return keep


@breaks(gate.needs_fact_check)
def only_the_medicine_is_signed(cast):
    revision = worlds.drafted(cast)
    worlds.signed(revision, Kind.MEDICAL, cast.dr_ruth, by=cast.ed)
    return gate.read(revision)


@breaks(gate.needs_medical_review)
def only_the_facts_are_signed(cast):
    revision = worlds.drafted(cast)
    worlds.signed(revision, Kind.FACTS, cast.fay, by=cast.ed)
    return gate.read(revision)


def slightly_changed(cast, **changes) -> Revision:
    """A slip mended in what is live."""
    live = worlds.published(cast).revision
    body = live.body.replace("little difference", "litle difference")
    minor = {"body": body, "kind": Revision.Kind.MINOR, "change_note": "Mends a spelling.", **changes}
    return worlds.redrafted(live, by=cast.wren, **minor)


@breaks(gate.needs_second_look)
def nobody_looked_at_a_minor_change(cast):
    return gate.read(slightly_changed(cast))


@breaks(gate.minor_change_is_minor)
def a_minor_change_touches_a_number(cast):
    """Such a draft cannot even be saved; only what was minor when saved meets other words later."""
    revision = slightly_changed(cast)
    worlds.signed(revision, Kind.LOOK, cast.dr_ruth, by=cast.ed)
    return replace(gate.read(revision), touched=["It changes a number."])


@breaks(gate.something_is_new)
def nothing_but_the_note_differs(cast):
    live = worlds.published(cast).revision
    again = drafting.open_correction(live.article_id, change_note="Puts a dose right.", by=cast.ed)
    return gate.read(worlds.approved(cast, again))


@breaks(gate.corrections_are_named)
def a_correction_goes_under_another_name(cast):
    live = worlds.published(cast)
    told = feedback.tell(live, Told("inaccurate", text="It is wrong."), key=uuid.uuid4())
    why = {"reason": "So it is.", "answer": "", "change_note": "Puts it right."}
    [triage] = triaging.triage([told], outcome="correct", **why, by=cast.ed)
    assert triage.draft
    return gate.read(worlds.approved(cast, worlds.redrafted(triage.draft, by=cast.wren, kind=Revision.Kind.UPDATE)))


@breaks(gate.signers_are_independent)
def a_signer_is_among_the_authors(cast):
    return replace(gate.read(worlds.approved(cast)), authors=frozenset({cast.wren.pk, cast.dr_ruth.pk}))


@breaks(gate.signers_are_two_people)
def one_person_signed_both(cast):
    revision = worlds.drafted(cast)
    worlds.signed(revision, Kind.FACTS, cast.dr_ruth, by=cast.ed)
    worlds.signed(revision, Kind.MEDICAL, cast.dr_ruth, by=cast.ed)
    return gate.read(revision)


@breaks(gate.signatures_are_genuine)
def a_seal_does_not_hold(cast):
    return replace(gate.read(worlds.approved(cast)), seals_hold=False)


@breaks(gate.words_are_those_signed)
def the_words_are_not_those_of_the_digest(cast):
    return replace(gate.read(worlds.approved(cast)), digest_holds=False)


def with_credential(cast, **changes) -> Case:
    case = gate.read(worlds.approved(cast))
    medical = copy.copy(case.medical)
    credential = Credential.objects.get(pk=medical.credential_id)
    for name, value in changes.items():
        setattr(credential, name, value)
    medical.credential = credential
    return replace(case, medical=medical)


@breaks(gate.credential_is_verified)
def nobody_verified_the_credential(cast):
    return with_credential(cast, verified_by=None, verified_at=None)


@breaks(gate.credential_is_verified_by_another)
def the_signer_verified_it(cast):
    return with_credential(cast, verified_by=cast.dr_ruth)


@breaks(gate.credential_is_in_date)
def the_licence_lapsed_after_signing(cast):
    revision = worlds.drafted(cast)
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    licence = worlds.credential(cast.dr_ruth, verified_by=cast.ed, number="SHORT", valid_until=tomorrow)
    worlds.signed(revision, Kind.FACTS, cast.fay, by=cast.ed)
    worlds.signed(revision, Kind.MEDICAL, cast.dr_ruth, by=cast.ed, credential=licence.pk)
    with time_machine.travel(timezone.now() + datetime.timedelta(days=3)):
        return gate.read(revision)


@breaks(gate.credential_is_not_revoked)
def the_credential_was_revoked_after_signing(cast):
    revision = worlds.approved(cast)
    credentials.revoke_credential(cast.dr_ruth.credentials.get(), reason="Struck off.", by=cast.ed)
    return gate.read(revision)


@breaks(gate.review_is_recent)
def the_review_is_older_than_the_topic_allows(cast):
    revision = worlds.approved(cast)
    with time_machine.travel(timezone.now() + datetime.timedelta(days=366)):
        return gate.read(revision)


@breaks(gate.objections_are_settled)
def another_reviewer_asked_for_changes(cast):
    revision = worlds.drafted(cast)
    worlds.signed(revision, Kind.MEDICAL, cast.dr_omar, by=cast.ed, decision="changes", note="The dose is missing.")
    return gate.read(worlds.approved(cast, revision))


@breaks(gate.sources_support_the_text)
def a_source_does_not_say_so(cast):
    case = gate.read(worlds.approved(cast))
    [verdict] = copy.deepcopy(case.verdicts)
    verdict.verdict, verdict.note = CitationVerdict.Verdict.DOES_NOT, "It says the opposite."
    return replace(case, verdicts=[verdict])


@breaks(gate.sources_stand)
def a_source_was_retracted_after_signing(cast):
    revision = worlds.approved(cast)
    worlds.said_of(worlds.reference(cast.wren), Standing.retracted)
    return gate.read(revision)


@breaks(gate.source_policy_is_kept)
def the_source_policy_asks_for_more_sources(cast):
    revision = worlds.approved(cast)
    set_policy(Policy(minimum_sources=2), by=cast.ed)
    return gate.read(revision)


@breaks(gate.every_citation_is_checked)
def a_citation_has_no_verdict(cast):
    return replace(gate.read(worlds.approved(cast)), verdicts=[])


@breaks(gate.text_has_no_errors)
def a_section_is_empty(cast):
    return gate.read(worlds.approved(cast, worlds.drafted(cast, body=worlds.BODY + "\n## Nothing here\n")))


@breaks(gate.change_is_explained)
def an_update_does_not_say_what_changed(cast):
    live = worlds.published(cast)
    return gate.read(worlds.approved(cast, worlds.redrafted(live.revision, by=cast.wren, change_note="")))


@breaks(gate.newer_words_are_not_replaced)
def a_newer_revision_has_been_out(cast):
    second = worlds.approved(cast, worlds.redrafted(worlds.published(cast).revision, by=cast.wren))
    worlds.published(cast, worlds.redrafted(second, by=cast.wren))
    return gate.read(second)


@breaks(gate.address_is_its_own)
def another_article_took_the_address_in_the_same_moment(cast):
    return replace(gate.read(worlds.approved(cast)), address_taken=True)


@breaks(gate.is_not_already_live)
def it_is_live(cast):
    return gate.read(worlds.published(cast).revision)


def test_every_rule_has_its_world():
    assert set(WORLDS) == set(gate.RULES)


@pytest.mark.parametrize("rule", gate.RULES, ids=lambda rule: rule.__name__)
def test_the_rule_alone_keeps_the_words_in(rule, cast):
    case = WORLDS[rule](cast)
    assert {reason.rule for reason in gate.blockers(case)} == {rule.__name__}
    assert gate.blockers(case, [other for other in gate.RULES if other is not rule]) == []


def test_an_address_of_another_article_is_seen(cast):
    first = worlds.approved(cast)
    assert not gate.read(first).address_taken
    other = worlds.drafted(cast, slug="other").article
    Revision.objects.bulk_create([Revision(**{**facts(first), "article": other, "number": 2})])
    assert gate.read(first).address_taken


def facts(revision):
    names = [field.name for field in Revision._meta.concrete_fields if not field.primary_key]
    return {name: getattr(revision, name) for name in names}


def test_words_with_both_signatures_may_go_out(cast):
    assert gate.blockers(gate.read(worlds.approved(cast))) == []


def test_a_refusal_names_every_reason_at_once(cast):
    with pytest.raises(Refused) as refusal:
        publishing.publish(worlds.drafted(cast, summary=""), by=cast.ed)
    reasons = " ".join(refusal.value.reasons)
    assert "fact checker" in reasons
    assert "medical reviewer" in reasons
    assert "summary" in reasons
    assert not Publication.objects.exists()


def test_an_objection_is_answered_by_the_same_person_approving_later_words(cast):
    first = worlds.drafted(cast)
    worlds.signed(first, Kind.MEDICAL, cast.dr_ruth, by=cast.ed, decision="changes", note="Say how sure we are.")
    second = worlds.redrafted(first, by=cast.wren)
    worlds.signed(second, Kind.FACTS, cast.fay, by=cast.ed)
    worlds.signed(second, Kind.MEDICAL, cast.dr_omar, by=cast.ed)
    assert {reason.rule for reason in gate.blockers(gate.read(second))} == {"objections_are_settled"}
    worlds.signed(second, Kind.MEDICAL, cast.dr_ruth, by=cast.ed)
    assert gate.blockers(gate.read(second)) == []


def test_an_editor_who_had_no_hand_in_the_text_settles_an_objection_with_a_reason(cast):
    revision = worlds.drafted(cast)
    objection = worlds.signed(revision, Kind.MEDICAL, cast.dr_omar, by=cast.ed, decision="decline", note="Not my field.")
    worlds.approved(cast, revision)
    with pytest.raises(Refused, match="Say why"):
        signing.resolve(objection, reason=" ", by=cast.ed)
    signing.resolve(objection, reason="Declined for lack of the specialty; another specialist has approved.", by=cast.ed)
    assert gate.blockers(gate.read(revision)) == []


def test_whoever_wrote_the_text_settles_no_objection_to_it(cast):
    revision = worlds.redrafted(worlds.drafted(cast), by=cast.ed)
    objection = worlds.signed(revision, Kind.MEDICAL, cast.dr_omar, by=cast.wren, decision="changes", note="Too sure.")
    with pytest.raises(Refused, match="had a hand"):
        signing.resolve(objection, reason="I disagree.", by=cast.ed)


def test_an_objection_to_a_newer_draft_does_not_hold_back_the_signed_one(cast):
    first = worlds.approved(cast)
    second = worlds.redrafted(first, by=cast.wren)
    worlds.signed(second, Kind.MEDICAL, cast.dr_omar, by=cast.ed, decision="changes", note="No.")
    assert gate.blockers(gate.read(first)) == []


def test_of_several_approvals_a_pair_by_two_people_counts(cast):
    revision = worlds.approved(cast)
    worlds.signed(revision, Kind.FACTS, cast.dr_omar, by=cast.ed)
    worlds.signed(revision, Kind.MEDICAL, cast.dr_omar, by=cast.ed)
    assert gate.blockers(gate.read(revision)) == []
