"""Concerns, the source policy, waivers and the registers' button: what the screens say, and who may do what on them."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from articles.bibliography.standing import Notice, Standing
from articles.models import Reference, ReferenceCheck
from articles.source_policy import Policy
from reviews import concerns, credentials, policy, publishing, signature_concerns
from reviews.models import Concern, ConcernDecision, SourcePolicy, Waiver
from reviews.models.signoff import Kind
from tests import worlds
from tests.desks import address
from tests.internet import answering
from tests.pages import Page
from tests.registers import text as plain
from tests.test_check_references import crossref

NOTICE = Notice(type="retraction", doi="10.1000/notice", date="2020-06-05", sources=("publisher",), label="Retraction")


def url(name: str, *args: int) -> str:
    return reverse(f"admin:{name}", args=args)


def text(answer) -> str:
    return " ".join(Page(answer.content.decode()).text.split())


def buttons(answer) -> list[str]:
    return [" ".join(button.text.split()) for button in Page(answer.content.decode()).all("button")]


@pytest.fixture
def concern(cast) -> Concern:
    worlds.published(cast)
    return concerns.open_for(worlds.said_of(worlds.reference(cast.wren), Standing.retracted, NOTICE))[0]


def here(concern: Concern) -> str:
    return url("reviews_concern_change", concern.pk)


def waivers(revision) -> str:
    return f"{url('reviews_waiver_add')}?revision={revision.pk}"


# --- Concerns --------------------------------------------------------------------------------------------------------


def test_a_concern_says_what_fell_what_rests_on_it_and_where_to_go(cast, as_user, concern):
    answer = as_user(cast.ed).get(here(concern))
    told, links = text(answer), Page(answer.content.decode()).values("href")
    assert "Retraction, 2020-06-05" in told
    assert "magnesium made little difference to cramps at night" in told
    assert "https://doi.org/10.1000/notice" in links
    assert url("articles_article_change", concern.article_id) in links
    assert "/articles/leg-cramps-at-night/" in links


def test_the_list_names_article_source_standing_and_the_open_ones_first(cast, as_user, concern):
    concerns.decide(concern, reason="It stays.", public_note="", by=cast.ed)
    worlds.published(cast, worlds.redrafted(concern.article.page.publication.revision, by=cast.wren,
                                            retracted_reasons={concern.reference.key: "History."}))  # fmt: skip
    other = worlds.reference(cast.wren, key="other")
    body = worlds.BODY.replace("garrison2020magnesium", "other")
    worlds.published(cast, worlds.drafted(cast, by=cast.milo, slug="another", title="Another article", body=body))
    concerns.open_for(worlds.said_of(other, Standing.concern))
    told = text(as_user(cast.ed).get(url("reviews_concern_changelist")))
    assert told.index("Another article") < told.index("Leg cramps at night")
    assert "Reference 1: Garrison 2020. Study other" in told
    assert "Expression of concern" in told


def test_a_decision_is_recorded_once_and_a_late_one_keeps_what_was_typed(cast, as_user, concern):
    browser = as_user(cast.ed)
    answer = browser.post(here(concern), {"reason": "It stays.", "public_note": "A note."})
    assert (answer.status_code, answer.url) == (302, here(concern))
    late = browser.post(here(concern), {"reason": "My long reason.", "public_note": ""})
    assert late.status_code == 409
    assert "decided this concern meanwhile" in text(late)
    assert ConcernDecision.objects.get().reason == "It stays."
    assert "Record the decision" not in buttons(browser.get(here(concern)))


def test_an_empty_decision_is_refused_with_what_was_typed(cast, as_user, concern):
    answer = as_user(cast.ed).post(here(concern), {"reason": " ", "public_note": "A <b>note</b>."})
    assert answer.status_code == 422
    assert escape("A <b>note</b>.") in answer.content.decode()
    assert as_user(cast.ed).post(here(concern), {"reason": "a\x00b"}).status_code == 422


def test_signers_may_look_but_only_editors_decide(cast, as_user, concern):
    for signer in (cast.fay, cast.dr_ruth):
        answer = as_user(signer).get(here(concern))
        assert answer.status_code == 200
        assert "Record the decision" not in buttons(answer)
        assert as_user(signer).post(here(concern), {"reason": "I say so."}).status_code == 403
    assert not ConcernDecision.objects.exists()


@pytest.mark.parametrize("name", ["wren", "dr_omar"])
def test_nobody_else_sees_a_concern(cast, as_user, concern, name):
    browser = as_user(getattr(cast, name))
    assert browser.get(here(concern)).status_code in (403, 404)
    assert browser.post(here(concern), {"reason": "I say so."}).status_code in (403, 404)
    assert browser.get(url("reviews_concern_changelist")).status_code == 403


def test_a_withdrawn_page_leaves_the_concern_on_record(cast, as_user, concern):
    publishing.withdraw(concern.article.page.publication, reason="Out of date.", by=cast.ed)
    assert "has been withdrawn since" in text(as_user(cast.ed).get(here(concern)))


def test_nothing_of_it_is_deleted_or_answers_to_get(cast, as_user, concern):
    browser = as_user(cast.root)
    assert browser.post(url("reviews_concern_delete", concern.pk)).status_code == 403
    assert browser.put(here(concern)).status_code == 405


# --- Concerns about signatures -----------------------------------------------------------------------------------------


@pytest.fixture
def revoked(cast) -> Concern:
    worlds.published(cast)
    credentials.revoke_credential(cast.dr_ruth.credentials.get(), reason="Struck off.", by=cast.ed)
    return Concern.objects.get()


@pytest.fixture
def objection(cast) -> Concern:
    live = worlds.published(cast)
    worlds.signed(live.revision, Kind.MEDICAL, cast.dr_omar, by=cast.ed, decision="changes", note="The dose is <wrong>.")
    return Concern.objects.get()


def test_a_concern_about_a_signature_says_what_is_wrong_and_offers_every_way_out(cast, as_user, revoked):
    answer = as_user(cast.ed).get(here(revoked))
    told, links = text(answer), Page(answer.content.decode()).values("href")
    assert "Ruth Okonkwo, MBBS, MRCGP signed with a credential that has been revoked since" in told
    assert "What was signed keeps its date" in told
    assert "Struck off." in told
    live = revoked.article.page.publication
    for link in (
        url("reviews_signoff_change", revoked.signoff_id),
        url("reviews_credential_change", revoked.signoff.credential_id),
        f"{url('reviews_reviewrequest_add')}?revision={live.revision_id}",
        url("reviews_publication_withdraw", live.pk),
        "/articles/leg-cramps-at-night/",
    ):
        assert link in links
        assert as_user(cast.ed).get(link).status_code == 200
    assert "Record the decision" in buttons(answer)


def test_a_lapse_names_the_day_and_a_newer_review_settles_it(cast, as_user):
    doctor = worlds.person("dr_end", "Reviewers")
    worlds.credential(doctor, verified_by=cast.ed, valid_until=timezone.localdate())
    revision = worlds.drafted(cast)
    worlds.signed(revision, Kind.FACTS, cast.fay, by=cast.ed)
    worlds.signed(revision, Kind.MEDICAL, doctor, by=cast.ed)
    publishing.publish(revision, by=cast.ed)
    signature_concerns.open_for_lapsed(timezone.localdate() + datetime.timedelta(days=1))
    concern = Concern.objects.get()
    assert f"signed with a credential that ended on {timezone.localdate():%-d %B %Y}" in text(as_user(cast.ed).get(here(concern)))
    worlds.published(cast, worlds.redrafted(revision, by=cast.wren))
    assert "no longer rests on this signature" in text(as_user(cast.ed).get(here(concern)))


def test_an_objection_is_shown_in_its_words_and_leads_to_settling_it(cast, as_user, objection):
    browser = as_user(cast.ed)
    answer = browser.get(here(objection))
    assert "These very words are live. The dose is <wrong>." in text(answer)
    settle = f"{url('reviews_signoff_resolve', objection.signoff_id)}?next={here(objection)}"
    assert settle in Page(answer.content.decode()).values("href")
    assert browser.post(settle, {"reason": "It is as the source has it."}).url == here(objection)
    answer = browser.get(here(objection))
    assert "The objection has been settled" in text(answer)
    assert settle not in Page(answer.content.decode()).values("href")


def test_who_objected_may_look_and_take_it_back(cast, as_user, objection):
    browser = as_user(cast.dr_omar)
    links = Page(browser.get(here(objection)).content.decode()).values("href")
    assert f"{url('reviews_signoff_revoke', objection.signoff_id)}?next={here(objection)}" in links
    assert browser.post(here(objection), {"reason": "I say so."}).status_code == 403


def test_the_owner_may_look_but_not_into_the_credential(cast, as_user, revoked):
    answer = as_user(cast.wren).get(here(revoked))
    assert "has been revoked since" in text(answer)
    assert "Struck off" not in text(answer)
    assert not [link for link in Page(answer.content.decode()).values("href") if "/credential/" in link or "/signoff/" in link]
    assert as_user(cast.wren).post(here(revoked), {"reason": "I say so."}).status_code == 403
    assert as_user(cast.milo).get(here(revoked)).status_code in (403, 404)


def rows(answer) -> list[str]:
    return [" ".join(row.text.split()) for row in Page(answer.content.decode()).all("tr")[1:]]


def test_the_list_shows_every_kind_and_is_narrowed_by_kind_state_and_words(cast, as_user, revoked):
    live = revoked.article.page.publication
    worlds.signed(live.revision, Kind.MEDICAL, cast.dr_omar, by=cast.ed, decision="decline", note="No.")
    concerns.open_for(worlds.said_of(worlds.reference(cast.wren), Standing.retracted, NOTICE))
    concerns.decide(revoked, reason="It stays.", public_note="", by=cast.ed)
    browser, there = as_user(cast.ed), url("reviews_concern_changelist")
    retracted, objection, credential = rows(browser.get(there))
    assert "RetractedReference 1: Garrison 2020" in retracted
    assert "ObjectionMedical review: declined: Omar Haddad, MD" in objection
    assert "Credential revokedMedical review: approved: Ruth Okonkwo, MBBS, MRCGP (MBBS;" in credential
    for query, found in {
        "kind__exact=objection": [objection], "kind__exact=source": [retracted], "state=decided": [credential],
        "state=open": [retracted, objection], "q=Okonkwo": [credential], "q=garrison2020": [retracted],
        "q=leg+cramps": [retracted, objection, credential],
    }.items():  # fmt: skip
        assert rows(browser.get(f"{there}?{query}")) == found, query


# --- The policy --------------------------------------------------------------------------------------------------------


def typed(**changes) -> dict:
    usual = {"minimum_sources": 2, "maximum_age_years": 10, "maximum_guideline_age_years": 5, "preprints_allowed": "on"}
    return {**usual, "blocked_domains": "example.com\nexample.net", **changes}


def test_an_editor_sets_a_policy_and_the_earlier_ones_stay(cast, as_user):
    browser = as_user(cast.ed)
    assert "Nobody has set a policy yet" in text(browser.get(url("reviews_sourcepolicy_changelist")))
    browser.post(url("reviews_sourcepolicy_add"), typed())
    browser.post(url("reviews_sourcepolicy_add"), typed(minimum_sources=3, allowed_classes=["trial"]))
    told = text(browser.get(url("reviews_sourcepolicy_changelist")))
    assert told.index("3 at least") < told.index("2 at least")
    assert "example.com, example.net" in told
    assert policy.in_force().minimum_sources == 3
    assert "example.net" in browser.get(url("reviews_sourcepolicy_add")).content.decode()


@pytest.mark.parametrize(
    "wrong", [{"minimum_sources": "51"}, {"minimum_sources": ""}, {"allowed_classes": ["blog"]}, {"blocked_domains": "a/b"}]
)
def test_a_policy_that_cannot_be_is_refused_with_what_was_typed(cast, as_user, wrong):
    answer = as_user(cast.ed).post(url("reviews_sourcepolicy_add"), typed(**{"maximum_age_years": 77, **wrong}))
    assert answer.status_code == 422
    assert 'value="77"' in answer.content.decode()
    assert not SourcePolicy.objects.exists()


@pytest.mark.parametrize("name", ["wren", "fay"])
def test_only_editors_set_the_policy_or_accept_something_against_it(cast, as_user, name):
    revision = worlds.drafted(cast)
    policy.set_policy(Policy(minimum_sources=2), by=cast.ed)
    browser = as_user(getattr(cast, name))
    assert browser.get(url("reviews_sourcepolicy_add")).status_code == 403
    assert browser.post(url("reviews_sourcepolicy_add"), typed()).status_code == 403
    facts = {"rule": "enough_sources", "key": "", "reason": "Yes."}
    assert browser.post(waivers(revision), facts).status_code == 403
    assert not Waiver.objects.exists()


# --- Waivers ---------------------------------------------------------------------------------------------------------


def test_the_checklist_leads_to_the_waiver_and_the_waiver_back_to_a_free_road(cast, as_user):
    revision, browser = worlds.approved(cast), as_user(cast.ed)
    policy.set_policy(Policy(minimum_sources=2), by=cast.ed)
    checklist = url("reviews_publication_checklist", revision.pk)
    assert waivers(revision) in Page(browser.get(checklist).content.decode()).values("href")
    answer = browser.post(waivers(revision), {"rule": "enough_sources", "key": "", "reason": "There is only one."})
    assert answer.url == checklist
    told = browser.get(checklist)
    assert "Publish revision 1" in buttons(told)
    assert "Accepted by Edith Castellanos" in text(told)
    assert "There is only one." in text(told)
    assert "There is only one." in text(browser.get(url("reviews_waiver_changelist")))


def test_a_waiver_without_a_reason_is_refused_and_so_is_one_for_nothing(cast, as_user):
    revision, browser = worlds.drafted(cast), as_user(cast.ed)
    policy.set_policy(Policy(minimum_sources=2), by=cast.ed)
    assert browser.post(waivers(revision), {"rule": "enough_sources", "key": ""}).status_code == 422
    wrong = browser.post(waivers(revision), {"rule": "class_is_allowed", "key": "x", "reason": "Yes."})
    assert wrong.status_code == 422
    assert not Waiver.objects.exists()
    for query in ("", "?revision=x", "?revision=0", "?revision=" + "9" * 30):
        assert browser.get(url("reviews_waiver_add") + query).status_code == 404


# --- The desk --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "name"), [(Kind.FACTS, "fay"), (Kind.MEDICAL, "dr_ruth")])
def test_the_desk_says_where_each_source_stands_before_anybody_signs(cast, as_user, kind, name):
    reviewer = getattr(cast, name)
    desk = address(worlds.asked(worlds.drafted(cast), kind, reviewer, by=cast.ed))
    told = text(as_user(reviewer).get(desk))
    assert "Not checked yet" in told
    assert "No register has been asked" in told
    assert "cannot be approved" not in told
    worlds.said_of(worlds.reference(cast.wren), Standing.retracted, NOTICE)
    told = text(as_user(reviewer).get(desk))
    assert "These words cannot be approved as they are." in told
    assert "You cannot approve while a retracted source" in told
    assert "Retraction, 2020-06-05" in told


def test_a_source_cited_as_retracted_is_shown_with_its_reason(cast, as_user):
    source = worlds.reference(cast.wren)
    worlds.said_of(source, Standing.retracted, NOTICE)
    revision = worlds.drafted(cast, retracted_reasons={source.key: "It shows how the error began."})
    told = text(as_user(cast.fay).get(address(worlds.asked(revision, Kind.FACTS, cast.fay, by=cast.ed))))
    assert "Cited as retracted: It shows how the error began." in told
    assert "cannot be approved" not in told


def test_the_desk_shows_what_is_against_the_policy(cast, as_user):
    review = worlds.asked(worlds.drafted(cast), Kind.FACTS, cast.fay, by=cast.ed)
    policy.set_policy(Policy(minimum_sources=2, maximum_age_years=1), by=cast.ed)
    told = text(as_user(cast.fay).get(address(review)))
    assert "the source policy asks for 2" in told
    assert "should be 1 years old at most" in told


# --- Asking the registers -----------------------------------------------------------------------------------------------


def test_the_button_asks_records_and_opens_what_concerns_follow(cast, as_user, monkeypatch, settings):
    source = worlds.reference(cast.wren, doi="10.1000/bad", pmid="")
    live = worlds.published(cast)
    with answering(monkeypatch, settings, crossref, "crossref") as asked:
        answer = as_user(cast.ed).post(url("reviews_reference_check", source.pk), follow=True)
        assert "retracted" in text(answer)
        as_user(cast.ed).post(url("reviews_revision_check", live.revision_id))
    assert len(asked) == 1  # what was asked just now is not asked again
    assert Concern.objects.count() == 1


def test_a_register_that_is_away_is_told_in_words(cast, as_user, monkeypatch, settings):
    revision = worlds.drafted(cast)
    with answering(monkeypatch, settings, lambda request: plain(500, retry_after="0"), "crossref"):
        answer = as_user(cast.wren).post(url("reviews_revision_check", revision.pk), {"next": "/admin/"}, follow=True)
    assert "Crossref answered with an error (500)" in text(answer)
    assert Reference.objects.get().standing == "failed"


def test_where_look_ups_are_off_one_line_says_so_and_nothing_is_written(cast, as_user, settings):
    settings.LOOKUPS = []
    source = worlds.reference(cast.wren)
    answer = as_user(cast.wren).post(url("reviews_reference_check", source.pk), follow=True)
    assert "switched off" in text(answer)
    assert not ReferenceCheck.objects.exists()


def test_the_button_is_no_link_and_not_for_everybody(cast, as_user):
    source, revision = worlds.reference(cast.wren), worlds.drafted(cast)
    for there in (url("reviews_reference_check", source.pk), url("reviews_revision_check", revision.pk)):
        assert as_user(cast.ed).get(there).status_code == 405
        assert as_user(cast.fay).post(there).status_code == 403
    assert as_user(cast.milo).post(url("reviews_revision_check", revision.pk)).status_code == 404
    assert as_user(cast.ed).post(url("reviews_reference_check", 999_999)).status_code == 404
