"""What Crossref says of a DOI, as it really says it: lists for strings, dates of null, notices from two sides."""

import copy
from typing import Any

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles.bibliography.nlm import entry_text
from articles.bibliography.standing import Notice, Standing
from articles.lookup import crossref
from articles.lookup.answers import Found, NotFound
from articles.lookup.fetching import Fetcher, LookupFailed
from tests.registers import Internet, json, site, text

WAKEFIELD = "10.1016/s0140-6736(97)11096-0"
PLOS = "10.1371/journal.ppat.1006930"


def updated(*date: int) -> dict[str, Any]:
    return {"date-parts": [list(date)], "date-time": "2010-02-06T00:00:00Z", "timestamp": 1265414400000}


def update(doi: str, kind: str, source: str = "publisher", *date: int, **more: Any) -> dict[str, Any]:
    return {"DOI": doi, "type": kind, "label": kind.title(), "source": source, "updated": updated(*date), **more}


def work(**fields: Any) -> dict[str, Any]:
    """A journal article as Crossref sends it; None takes a field away."""
    message = {
        "DOI": "10.1111/head.14153",
        "type": "journal-article",
        "title": ["The American Headache Society Consensus Statement: Update on integrating new migraine treatments"],
        "author": [
            {"given": "Jessica", "family": "Ailani", "sequence": "first", "affiliation": []},
            {"given": "Rebecca C.", "family": "Burch", "sequence": "additional", "affiliation": [{"name": "Brigham"}]},
            {"name": "Board of Directors of the American Headache Society", "sequence": "additional", "affiliation": []},
        ],
        "container-title": ["Headache: The Journal of Head and Face Pain"],
        "short-container-title": ["Headache"],
        "volume": "61",
        "issue": "7",
        "page": "1021-1039",
        "published-print": {"date-parts": [[2021, 7]]},
        "published-online": {"date-parts": [[2021, 6, 23]]},
        "issued": {"date-parts": [[2021, 6, 23]]},
        "publisher": "Wiley",
        "ISSN": ["0017-8748", "1526-4610"],
        "language": "en",
        "abstract": "<jats:title>Abstract</jats:title><jats:p>Objective</jats:p>",
        "update-policy": "http://dx.doi.org/10.1002/crossmark_policy",
        "reference": [{"key": "e_1_2_8_2_1", "DOI": "10.1016/S1474-4422(18)30322-3"}],
        **fields,
    }
    return {key: value for key, value in message.items() if value is not None}


def reply(message: Any, kind: str = "work") -> httpx2.Response:
    return json(
        {"status": "ok", "message-type": kind, "message-version": "1.0.0", "message": message},
        x_rate_limit_limit="10",
        x_rate_limit_interval="1s",
        x_api_pool="polite",
    )


def register(*answers: httpx2.Response) -> tuple[Fetcher, Internet]:
    left = list(answers)
    internet = Internet(lambda request: left.pop(0) if len(left) > 1 else left[0])
    return crossref.fetcher("ed@example.org", "Imprimatur", wire=internet.wire(), sleep=internet.clock.sleep), internet


def found(message: Any, doi: str = "10.1111/head.14153") -> Found:
    answer = crossref.look_up(doi, register(reply(message))[0])
    assert isinstance(answer, Found)
    return answer


def problems(message: Any) -> str:
    return " ".join(found(message).draft.problems)


# --- The question --------------------------------------------------------------------------------------------------


def test_the_question_is_the_quoted_doi_and_our_address() -> None:
    fetcher, internet = register(reply(work(DOI=WAKEFIELD)))
    crossref.look_up(f"https://doi.org/{WAKEFIELD}", fetcher)
    [request] = internet.asked
    assert site(request) == "https://api.crossref.org/works/10.1016%2Fs0140-6736%2897%2911096-0?mailto=ed%40example.org"
    assert request.headers["user-agent"] == "Imprimatur (mailto:ed@example.org)"
    assert fetcher.pace.pool == "polite"


def test_a_doi_from_the_last_century_is_quoted_whole() -> None:
    doi = "10.1002/(SICI)1097-0258(19980815/30)17:15/16<1661::AID-SIM968>3.0.CO;2-2"
    fetcher, internet = register(reply(work(DOI=doi)))
    assert isinstance(crossref.look_up(doi, fetcher), Found)
    path = internet.paths[0].partition("?")[0]
    assert path.startswith("/works/10.1002%2F%28SICI%29")
    assert path.count("/") == 2


def test_what_is_no_doi_is_not_asked_for() -> None:
    fetcher, internet = register(reply(work()))
    with pytest.raises(LookupFailed, match="This is not a DOI"):
        crossref.look_up("http://169.254.169.254/", fetcher)
    assert internet.asked == []


# --- The facts -----------------------------------------------------------------------------------------------------


def test_a_work_becomes_a_source_with_the_provenance_of_each_field() -> None:
    answer = found(work())
    draft = answer.draft
    assert draft.csl == {
        "type": "article-journal",
        "title": "The American Headache Society Consensus Statement: Update on integrating new migraine treatments",
        "author": [
            {"family": "Ailani", "given": "Jessica"},
            {"family": "Burch", "given": "Rebecca C."},
            {"literal": "Board of Directors of the American Headache Society"},
        ],
        "container-title": "Headache: The Journal of Head and Face Pain",
        "container-title-short": "Headache",
        "issued": {"date-parts": [[2021, 7]]},
        "volume": "61",
        "issue": "7",
        "page": "1021-1039",
        "publisher": "Wiley",
        "ISSN": "0017-8748",
        "language": "en",
    }
    assert draft.identifiers.doi == "10.1111/head.14153"
    assert draft.problems == ()
    assert draft.kind == "doi"
    assert dict(draft.provenance) == dict.fromkeys([*draft.csl, "doi"], "Crossref")
    assert len(answer.raw_sha256) == 64
    assert answer.standing is Standing.ok
    assert entry_text(draft.csl, draft.identifiers) == (
        "Ailani J, Burch RC; Board of Directors of the American Headache Society. The American Headache Society Consensus "
        "Statement: Update on integrating new migraine treatments. Headache. 2021 Jul;61(7):1021-39. doi: 10.1111/head.14153."
    )


@pytest.mark.parametrize(
    "issued", [{"date-parts": [[None]]}, {"date-parts": [[]]}, {"date-parts": []}, {}, None, [[2020]], "2020"]
)
def test_a_date_of_nothing_is_no_date_and_is_said_to_be_missing(issued: object) -> None:
    message = {**work(**{"published-print": None, "published-online": None}), "issued": issued}
    answer = found(message)
    assert "issued" not in answer.draft.csl
    assert "Crossref gives no date. Add it if the source has one." in answer.draft.problems


def test_an_empty_date_gives_way_to_another_that_says_something() -> None:
    message = work(issued={"date-parts": [[None]]}, **{"published-print": None})
    assert found(message).draft.csl["issued"] == {"date-parts": [[2021, 6, 23]]}
    half = work(**{"published-print": {"date-parts": [[2021, None, 3]]}})
    assert found(half).draft.csl["issued"] == {"date-parts": [[2021]]}
    assert found(work(**{"published-print": {"date-parts": [[2021, 13]]}})).draft.csl["issued"] == {"date-parts": [[2021]]}
    assert found(work(**{"published-print": {"date-parts": [[2021, True]]}})).draft.csl["issued"] == {"date-parts": [[2021]]}


@pytest.mark.parametrize(("field", "name"), [("author", "author"), ("title", "title"), ("container-title", "journal")])
@pytest.mark.parametrize("nothing", [None, [], [""], "", False, {}])
def test_what_is_missing_is_named_and_the_rest_is_kept(field: str, name: str, nothing: object) -> None:
    answer = found(work(**{field: nothing, "short-container-title": None}))
    assert f"Crossref gives no {name}. Add it if the source has one." in answer.draft.problems
    assert answer.draft.csl["volume"] == "61"
    assert field not in answer.draft.csl


def test_names_may_be_a_family_name_alone_or_an_organisation_or_nothing() -> None:
    author = [
        {"family": "The ARTIST Study Group", "sequence": "first"},
        {"name": "World Health Organization"},
        {"given": "Madonna"},
        {"given": "Luis M.", "family": "de la Cruz", "suffix": "Jr", "ORCID": "http://orcid.org/0000-0002-1694-233X"},
        {"sequence": "additional", "affiliation": []},
        {},
        None,
        "Smith",
    ]
    answer = found(work(author=author))
    assert answer.draft.csl["author"] == [
        {"family": "The ARTIST Study Group"},
        {"literal": "World Health Organization"},
        {"literal": "Madonna"},
        {"family": "de la Cruz", "given": "Luis M.", "suffix": "Jr"},
    ]
    assert answer.draft.problems == ("The author “The ARTIST Study Group” has no first name. Is it a person or an organisation?",)


def test_markup_in_a_title_stays_for_the_formatter_which_keeps_only_what_is_safe() -> None:
    answer = found(
        work(title=["H<sub>2</sub>O and <i>E. coli</i> &amp; <script>x</script>\n   in  <jats:italic>vivo</jats:italic>"])
    )
    entry = entry_text(answer.draft.csl, answer.draft.identifiers)
    assert ". H2O and E. coli & <script>x</script> in vivo. Headache." in entry


def test_of_two_titles_the_first_counts_and_the_other_is_mentioned() -> None:
    answer = found(work(title=["Nocturnal leg cramps", "Nächtliche <i>Wadenkrämpfe</i>"]))
    assert answer.draft.csl["title"] == "Nocturnal leg cramps"
    assert answer.draft.problems == ("Crossref gives more than one title; this one was left out: Nächtliche Wadenkrämpfe",)


def test_a_subtitle_follows_its_title_once() -> None:
    assert found(work(title=["Leg cramps."], subtitle=["A review"])).draft.csl["title"] == "Leg cramps: A review"
    assert found(work(title=["Leg cramps: a review"], subtitle=["A Review"])).draft.csl["title"] == "Leg cramps: a review"


def test_an_article_number_stands_where_pages_are_missing() -> None:
    assert found(work(page=None, **{"article-number": "e0178465"})).draft.csl["page"] == "e0178465"
    assert found(work(**{"article-number": "e0178465"})).draft.csl["page"] == "1021-1039"


@pytest.mark.parametrize(
    ("full", "short", "kept"),
    [
        ("New England Journal of Medicine", "N Engl J Med", "N Engl J Med"),
        ("The Lancet", "Lancet", "Lancet"),
        ("PLOS ONE", "PLoS ONE", None),
        ("PLOS ONE", "", None),
        ("PLOS ONE", None, None),
        ("Journal of Orthopaedic Research", "Journal Orthopaedic Research", None),
        ("Archives of Disease in Childhood", "Archives of Disease in Childhood", None),
        ("Clinics of the World", "Clin. of World", None),
    ],
)
def test_a_short_name_that_is_none_is_left_out(full: str, short: str | None, kept: str | None) -> None:
    message = work(**{"container-title": [full], "short-container-title": [short] if short is not None else []})
    csl = found(message).draft.csl
    assert csl.get("container-title-short") == kept
    assert csl["container-title"] == full


def test_a_wrong_short_name_is_pointed_out() -> None:
    message = work(**{"container-title": ["Journal of X-Rays"], "short-container-title": ["Journal X-Rays"]})
    assert "short name of the journal, “Journal X-Rays”, is not NLM's" in problems(message)


def test_a_preprint_is_labelled_and_names_what_it_became() -> None:
    message = work(
        type="posted-content",
        subtype="preprint",
        institution=[{"name": "medRxiv"}],
        relation={"is-preprint-of": [{"id-type": "doi", "id": "10.1136/bmj.m1", "asserted-by": "subject"}]},
        posted={"date-parts": [[2020, 3, 1]]},
        **{"container-title": [], "short-container-title": [], "published-print": None, "issued": {"date-parts": [[None]]}},
    )
    answer = found(message)
    assert answer.draft.csl["type"] == "article"
    assert answer.draft.csl["container-title"] == "medRxiv"
    assert "[Preprint]" in entry_text(answer.draft.csl, answer.draft.identifiers)
    assert "This preprint has since been published as 10.1136/bmj.m1." in " ".join(answer.draft.problems)


def test_a_chapter_stands_in_its_book_and_the_book_in_its_series() -> None:
    message = work(
        type="book-chapter",
        author=None,
        editor=[{"given": "Ann", "family": "Lee"}],
        ISBN=["9783642002304"],
        **{"container-title": ["Lecture Notes in Computer Science", "Pattern Recognition"], "publisher-location": "Berlin"},
    )
    draft = found(message).draft
    assert draft.csl["type"] == "chapter"
    assert draft.csl["container-title"] == "Pattern Recognition"
    assert draft.csl["collection-title"] == "Lecture Notes in Computer Science"
    assert draft.csl["publisher-place"] == "Berlin"
    assert draft.csl["editor"] == [{"given": "Ann", "family": "Lee"}]
    assert draft.identifiers.isbn == ""
    assert draft.problems == ()


def test_a_book_brings_its_own_isbn_if_it_adds_up() -> None:
    book = {"type": "book", "container-title": None, "short-container-title": None}
    assert found(work(**book, ISBN=["http://id.crossref.org/isbn/9783642002304"])).draft.identifiers.isbn == "9783642002304"
    draft = found(work(**book, ISBN=["9783642002305", "080442957X"])).draft
    assert draft.identifiers.isbn == "9780804429573"
    assert draft.provenance["isbn"] == "Crossref"


def test_a_kind_of_work_that_has_no_place_here_is_left_to_the_writer() -> None:
    assert "Crossref calls this “component”. Choose what kind of source it is." in problems(work(type="component"))
    assert found(work(type=None)).draft.csl["type"] == "article-journal"


def test_a_work_that_is_kept_under_another_doi_says_so() -> None:
    answer = found(work(DOI="10.1000/new"))
    assert answer.draft.identifiers.doi == "10.1000/new"
    assert answer.draft.problems[0].startswith("Crossref keeps this work under another DOI, 10.1000/new.")
    assert found(work(DOI="10.1111/HEAD.14153")).draft.problems == ()


# --- Whether it stands ---------------------------------------------------------------------------------------------


def test_a_work_with_a_correction_and_a_retraction_is_retracted_and_both_are_kept() -> None:
    message = work(
        DOI=WAKEFIELD,
        title=["RETRACTED: Ileal-lymphoid-nodular hyperplasia, non-specific colitis, and pervasive developmental disorder"],
        **{
            "updated-by": [
                update("10.1016/s0140-6736(04)15715-2", "correction", "retraction-watch", 2004, 3, 6, **{"record-id": "1"}),
                update("10.1016/s0140-6736(10)60175-4", "retraction", "retraction-watch", 2010, 2, 6, **{"record-id": "2"}),
            ]
        },
    )
    answer = found(message, WAKEFIELD)
    assert answer.standing is Standing.retracted
    assert answer.is_notice is False
    assert [(notice.type, notice.date, notice.sources) for notice in answer.notices] == [
        ("retraction", "2010-02-06", ("retraction-watch",)),
        ("correction", "2004-03-06", ("retraction-watch",)),
    ]
    assert answer.draft.notices == answer.notices
    assert answer.draft.problems == ()


def test_the_same_notice_from_two_sources_is_one_with_both_sources() -> None:
    twice = [
        update("10.1056/NEJMc2021225", "retraction", "publisher", 2020, 6, 25),
        update("10.1056/nejmc2021225", "retraction", "retraction-watch", 2020, 6, 4, **{"record-id": 24}),
        update("10.1056/NEJMe2020822", "expression_of_concern", "retraction-watch", 2020, 6, 2),
    ]
    answer = found(work(**{"updated-by": twice}))
    assert [(notice.doi, notice.sources) for notice in answer.notices] == [
        ("10.1056/NEJMc2021225", ("publisher", "retraction-watch")),
        ("10.1056/NEJMe2020822", ("retraction-watch",)),
    ]


def test_a_journal_that_files_a_new_version_under_the_articles_own_doi_says_nothing_bad() -> None:
    own = update(PLOS, "new_version", "publisher", 2018, 4, 3)
    answer = found(work(DOI=PLOS, **{"updated-by": [own], "update-to": [own]}), PLOS)
    assert answer.standing is Standing.ok
    assert answer.is_notice is False
    assert [notice.type for notice in answer.notices] == ["new_version"]
    assert answer.draft.problems == ()


def test_a_retraction_put_in_the_place_of_the_article_retracts_it() -> None:
    answer = found(work(**{"update-to": [update("10.1111/HEAD.14153", "retraction", "publisher", 2022)]}))
    assert answer.standing is Standing.retracted
    assert answer.is_notice is False


def test_a_notice_is_a_notice_and_the_writer_is_asked_about_it() -> None:
    notice = work(
        DOI="10.1016/s0140-6736(10)60175-4",
        title=["Retraction—Ileal-lymphoid-nodular hyperplasia"],
        author=None,
        **{"update-to": [update(WAKEFIELD, "retraction", "publisher", 2010, 2, 6)]},
    )
    answer = found(notice, "10.1016/s0140-6736(10)60175-4")
    assert answer.standing is Standing.notice
    assert answer.is_notice and answer.draft.is_notice
    assert answer.notices == ()
    assert answer.draft.problems[0].startswith("This is itself a notice about another work")


def test_a_new_version_of_another_work_is_not_a_notice() -> None:
    answer = found(work(**{"update-to": [update("10.1002/14651858.CD009402.pub2", "new_version")]}))
    assert answer.is_notice is False
    assert answer.standing is Standing.ok


def test_a_policy_on_updates_means_nothing_and_a_title_only_raises_suspicion() -> None:
    assert found(work()).standing is Standing.ok
    answer = found(work(title=["RETRACTED: Leg cramps"]))
    assert answer.standing is Standing.ok
    assert "may be retracted" in answer.draft.problems[0]


@pytest.mark.parametrize("kind", ["vanished", "", None, 7, ["retraction"], "🦆"])
def test_a_kind_of_update_nobody_knows_is_kept_and_never_good_news(kind: Any) -> None:
    answer = found(work(**{"updated-by": [{"DOI": "10.1000/n", "type": kind}]}))
    assert [bool(notice.type) for notice in answer.notices] == [True]
    assert answer.standing is not Standing.ok


@pytest.mark.parametrize("broken", [None, "retraction", [None], ["x"], {"DOI": "10.1/x"}, [[]]])
def test_a_broken_list_of_updates_does_not_break_the_look_up(broken: Any) -> None:
    assert found({**work(), "updated-by": broken, "update-to": broken}).notices == ()


def test_notices_can_be_asked_for_from_their_own_side() -> None:
    items = [
        {"DOI": "10.1016/s0140-6736(10)60175-4", "update-to": [update(WAKEFIELD.upper(), "retraction", "publisher", 2010, 2, 6)]},
        {"DOI": "10.1000/both", "update-to": [update(WAKEFIELD, "correction"), update("10.1000/another", "retraction")]},
        None,
        {"DOI": "10.1000/none"},
    ]
    fetcher, internet = register(reply({"total-results": 2, "items": items, "items-per-page": 100}, "work-list"))
    told = crossref.notices(WAKEFIELD, fetcher)
    assert [(notice.doi, notice.type) for notice in told] == [
        ("10.1016/s0140-6736(10)60175-4", "retraction"),
        ("10.1000/both", "correction"),
    ]
    assert internet.asked[0].url.params["filter"] == f"updates:{WAKEFIELD}"
    assert all(isinstance(notice, Notice) for notice in told)


def test_a_comma_would_end_the_filter_so_it_is_not_asked() -> None:
    fetcher, internet = register(reply({"items": []}, "work-list"))
    with pytest.raises(LookupFailed, match="comma"):
        crossref.notices("10.1000/a,b", fetcher)
    assert internet.asked == []


# --- Not here ------------------------------------------------------------------------------------------------------


def test_a_doi_of_another_agency_cannot_be_checked_which_is_not_well() -> None:
    kept = {"DOI": "10.5281/zenodo.1", "agency": {"id": "datacite", "label": "DataCite"}}
    fetcher, internet = register(text(404, "Resource not found."), reply(kept, "work-agency"))
    answer = crossref.look_up("10.5281/zenodo.1", fetcher)
    assert isinstance(answer, NotFound)
    assert answer.standing is Standing.not_checkable
    assert answer.agency == "DataCite"
    assert "registered with DataCite, not with Crossref" in answer.message
    assert internet.paths[1].startswith("/works/10.5281%2Fzenodo.1/agency?")


def test_a_doi_that_nobody_knows_is_unknown() -> None:
    fetcher, internet = register(text(404, "Resource not found."))
    answer = crossref.look_up("10.1000/nothing", fetcher)
    assert isinstance(answer, NotFound)
    assert answer.standing is Standing.unknown
    assert "typing mistake" in answer.message
    assert len(internet.asked) == 2


def test_a_doi_of_crossrefs_without_a_record_is_unknown_too() -> None:
    kept = {"DOI": "10.1000/x", "agency": {"id": "crossref", "label": "Crossref"}}
    answer = crossref.look_up("10.1000/x", register(text(404, "Resource not found."), reply(kept, "work-agency"))[0])
    assert isinstance(answer, NotFound)
    assert answer.standing is Standing.unknown


def test_the_agency_of_a_doi_is_one_word() -> None:
    assert crossref.agency("10.5281/z", register(reply({"agency": {"id": "datacite"}}, "work-agency"))[0]) == "datacite"
    assert crossref.agency("10.5281/z", register(text(404))[0]) == ""


# --- No answer -----------------------------------------------------------------------------------------------------


def test_an_objection_is_passed_on() -> None:
    refused = json({"status": "failed", "message-type": "validation-failure", "message": [{"message": "Bad DOI."}]}, 400)
    with pytest.raises(LookupFailed, match=r"Crossref did not accept the question \(Bad DOI\.\); nothing was changed"):
        crossref.look_up("10.1000/x", register(refused)[0])
    with pytest.raises(LookupFailed, match="Crossref did not accept the question; nothing was changed"):
        crossref.look_up("10.1000/x", register(text(400, "{"))[0])


@pytest.mark.parametrize(
    "answer",
    [
        text(200, "<html>Please log in to the hotel's network</html>", content_type="text/html"),
        text(200, '{"status": "ok", "message-type": "work", "message": {}}'),
        json({"status": "failed", "message-type": "work", "message": {}}),
        json({"status": "ok", "message-type": "work-list", "message": {"items": []}}),
        json({"status": "ok", "message-type": "work", "message": []}),
        json({"status": "ok", "message-type": "work"}),
        json([]),
        text(403, "no"),
        text(500, "oops"),
        text(204),
    ],
)
def test_anything_else_fails_in_words_and_is_not_taken_for_an_answer(answer: httpx2.Response) -> None:
    with pytest.raises(LookupFailed, match="nothing was changed"):
        crossref.look_up("10.1000/x", register(answer)[0])


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["DOI", "type", "date-parts", "name"]), inner),
    max_leaves=6,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.dictionaries(st.sampled_from([*work(), "updated-by", "update-to", "relation", "institution", "ISBN"]), ANYTHING))
def test_no_record_however_strange_breaks_the_look_up(strange: dict[str, Any]) -> None:
    message = copy.deepcopy(work()) | strange
    draft = found(message).draft
    entry_text(draft.csl, draft.identifiers)
