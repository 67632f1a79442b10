"""The source policy: each check alone, who set it, what was waived, and what the gate makes of it."""

import datetime

import pytest

from articles.refusal import Refused
from articles.source_policy import CHECKS, CitedSource, Policy, violations
from reviews import gate, policy, publishing
from reviews.models import SourcePolicy, Waiver
from tests import worlds

TODAY = datetime.date(2026, 7, 1)
PAPER = {"type": "article-journal", "issued": {"date-parts": [[2020]]}}
ANYTHING = Policy(minimum_sources=0, maximum_age_years=100, maximum_guideline_age_years=100)


def source(csl=PAPER, source_class="trial", url="https://doi.org/10.1000/x") -> CitedSource:
    return CitedSource("a2020", 1, source_class, csl, url)


def rules(asked: Policy, *sources: CitedSource) -> list[tuple[str, str]]:
    return [(found.rule, found.severity) for found in violations(asked, sources, TODAY)]


def asking(**words) -> Policy:
    return Policy(**{**ANYTHING.__dict__, **words})


@pytest.mark.parametrize(
    ("asked", "breaks", "keeps", "severity"),
    [
        (asking(allowed_classes=["trial"]), source(source_class="other"), source(), "error"),
        (asking(blocked_domains=["example.com"]), source(url="https://news.example.com/x"),
         source(url="https://anexample.com/"), "error"),
        (asking(preprints_allowed=False), source({**PAPER, "type": "article"}), source(), "error"),
        (asking(maximum_age_years=5), source(), source({**PAPER, "issued": {"date-parts": [[2021]]}}), "warning"),
    ],
    ids=[check.__name__ for check in CHECKS],
)  # fmt: skip
def test_each_check_alone(request, asked, breaks, keeps, severity):
    assert rules(asked, breaks) == [(request.node.callspec.id, severity)]
    assert rules(asked, keeps) == []
    assert rules(ANYTHING, breaks) == []


def test_guidelines_age_faster():
    asked = asking(maximum_guideline_age_years=5)
    assert rules(asked, source(source_class="guideline")) == [("source_is_recent", "warning")]
    assert rules(asked, source()) == []


def test_a_source_without_a_date_is_not_called_old():
    assert rules(asking(maximum_age_years=0), source({"type": "webpage"})) == []


def test_a_text_has_as_many_sources_as_are_asked_for():
    assert rules(asking(minimum_sources=2), source()) == [("enough_sources", "error")]
    assert rules(asking(minimum_sources=1), source()) == []


def test_before_anybody_set_one_a_policy_is_in_force(db):
    assert policy.in_force() == Policy()


def test_the_newest_policy_is_in_force_and_the_earlier_stay_readable(cast):
    policy.set_policy(asking(minimum_sources=3), by=cast.ed)
    policy.set_policy(asking(minimum_sources=2, blocked_domains=["WWW.Example.com"]), by=cast.ed)
    assert policy.in_force().minimum_sources == 2
    assert policy.in_force().blocked_domains == ["example.com"]
    assert [row.minimum_sources for row in SourcePolicy.objects.all()] == [2, 3]


@pytest.mark.parametrize("words", [{"allowed_classes": ["blog"]}, {"blocked_domains": ["https://example.com/x"]}])
def test_a_policy_that_means_nothing_is_refused(cast, words):
    with pytest.raises(Refused):
        policy.set_policy(asking(**words), by=cast.ed)
    assert not SourcePolicy.objects.exists()


def test_a_blocked_site_is_blocked_also_for_a_source_with_a_doi(cast):
    worlds.reference(cast.wren, url="https://example.com/paper")
    policy.set_policy(asking(blocked_domains=["example.com"]), by=cast.ed)
    assert [found.rule for found in policy.violations_of(worlds.drafted(cast))[0]] == ["domain_is_not_blocked"]


def test_a_waiver_lets_one_point_of_one_article_pass_and_says_who_and_why(cast):
    revision = worlds.approved(cast)
    policy.set_policy(asking(minimum_sources=2, allowed_classes=["trial"]), by=cast.ed)
    policy.waive(revision.article_id, rule="enough_sources", key="", reason="There is only one.", by=cast.ed)
    standing, waived = policy.violations_of(revision)
    assert [found.rule for found in standing] == ["class_is_allowed"]
    assert [(found.rule, waiver.by, waiver.reason) for found, waiver in waived] == [
        ("enough_sources", cast.ed, "There is only one.")
    ]
    other = worlds.drafted(cast, by=cast.milo, slug="another-article", title="Another article")
    assert len(policy.violations_of(other)[0]) == 2


def test_what_is_waived_no_longer_holds_the_words_back(cast):
    revision = worlds.approved(cast)
    policy.set_policy(asking(minimum_sources=2), by=cast.ed)
    with pytest.raises(Refused, match="asks for 2"):
        publishing.publish(revision, by=cast.ed)
    policy.waive(revision.article_id, rule="enough_sources", key="", reason="There is only one.", by=cast.ed)
    assert publishing.publish(revision, by=cast.ed)


def test_a_warning_holds_nothing_back(cast):
    revision = worlds.approved(cast)
    policy.set_policy(asking(maximum_age_years=0), by=cast.ed)
    assert [found.severity for found in policy.violations_of(revision)[0]] == ["warning"]
    assert gate.blockers(gate.read(revision)) == []


def test_what_is_live_stays_when_the_policy_changes(cast):
    live = worlds.published(cast)
    policy.set_policy(asking(minimum_sources=2), by=cast.ed)
    assert gate.concerns(live) == []


@pytest.mark.parametrize(
    "words", [{"reason": " "}, {"reason": "x" * 2001}, {"rule": "class_is_allowed"}, {"key": "garrison2020magnesium"}]
)
def test_only_what_is_there_is_waived_and_with_a_reason(cast, words):
    revision = worlds.drafted(cast)
    policy.set_policy(asking(minimum_sources=2), by=cast.ed)
    with pytest.raises(Refused):
        policy.waive(revision.article_id, **{"rule": "enough_sources", "key": "", "reason": "Yes.", **words}, by=cast.ed)
    assert not Waiver.objects.exists()


def test_nothing_is_waived_twice(cast):
    revision = worlds.drafted(cast)
    policy.set_policy(asking(minimum_sources=2), by=cast.ed)
    facts = {"rule": "enough_sources", "key": "", "reason": "There is only one."}
    policy.waive(revision.article_id, **facts, by=cast.ed)
    with pytest.raises(Refused):
        policy.waive(revision.article_id, **facts, by=cast.ed)
