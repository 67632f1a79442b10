"""The library's screens: the list with its filters, one source with all that is known of it, exports, and the editor's part."""

import datetime
import json

import pytest
from django.urls import reverse
from django.utils import timezone

from articles.admin.editor_form import retracted_field
from articles.bibliography.paste import understand
from articles.bibliography.standing import Notice, Standing
from articles.link_checks import is_dead
from articles.models import LinkCheck, Reference
from tests import browsing, visitor, worlds

LIST = "/admin/articles/reference/"
EXPORT = "/admin/articles/reference/export/"
NOTICE = Notice("retraction", doi="10.1000/notice", date="2020-01-02", sources=("retraction-watch",), label="Retraction")


def page(reference):
    return reverse("admin:articles_reference_change", args=[reference.pk])


def listed(client, **query):
    answer = client.get(LIST, query)
    assert answer.status_code == 200, query
    return {reference.key for reference in answer.context["cl"].result_list}


def link_checked(reference, *outcomes, days=4):
    for number, outcome in enumerate(outcomes):
        at = timezone.now() - datetime.timedelta(days=days * (len(outcomes) - number))
        LinkCheck.objects.create(reference=reference, url=reference.url, outcome=outcome, at=at)


@pytest.fixture
def library(cast):
    """live is cited on a page, drafted in a draft, nobodys nowhere; each stands somewhere else."""
    sources = {key: worlds.reference(cast.wren, key, url=f"https://example.org/{key}") for key in ("live", "drafted", "nobodys")}
    worlds.published(cast, worlds.drafted(cast, slug="live", title="Out", body="It helps [@live]."))
    worlds.drafted(cast, slug="drafted", title="Draft", body="It helps [@drafted].")
    worlds.said_of(sources["drafted"], Standing.retracted, NOTICE)
    return sources


def test_the_list_says_where_each_source_stands_and_when_it_was_checked(cast, library, as_user):
    html = as_user(cast.wren).get(LIST).content.decode()
    assert '<span class="im-badge im-badge--blocked">Retracted</span>' in html
    assert html.count("Not checked yet</span>") == 3  # garrison2020magnesium, which every world has, is the third
    assert f"{timezone.now():%-d %b %Y}" in html and ">Never<" in html


@pytest.mark.parametrize("query, keys", [
    ({"standing__exact": "retracted"}, {"drafted"}),
    ({"cited": "live"}, {"live"}),
    ({"cited": "draft"}, {"drafted"}),
    ({"cited": "nowhere"}, {"nobodys", "garrison2020magnesium"}),
    ({"checked": "lately"}, {"drafted"}),
    ({"checked": "long_ago"}, set()),
    ({"checked": "never"}, {"live", "nobodys", "garrison2020magnesium"}),
    ({"peer_reviewed__exact": "0"}, set()),
    ({"source_class__exact": "systematic_review", "cited": "live"}, {"live"}),
    ({"link": "dead"}, set()),
    ({"cited": "x", "checked": "x", "link": "x"}, {"live", "drafted", "nobodys", "garrison2020magnesium"}),
    ({"q": "study nobodys"}, {"nobodys"}),
])  # fmt: skip
def test_the_list_is_filtered(cast, library, as_user, query, keys):
    assert listed(as_user(cast.wren), **query) == keys


def test_a_live_page_whose_draft_is_newer_is_cited_twice(cast, library, as_user):
    live = library["live"].citations.get().revision
    worlds.redrafted(live, by=cast.wren)
    assert "live" in listed(as_user(cast.wren), cited="live") & listed(as_user(cast.wren), cited="draft")


@pytest.mark.parametrize("outcomes", [
    ["failed"] * 3, ["missing", "failed", "missing", "failed"], ["failed", "failed"], ["ok", "failed", "failed", "failed"],
    ["failed", "failed", "failed", "ok"], ["failed", "blocked", "failed", "failed"], [],
])  # fmt: skip
def test_the_filter_for_dead_links_says_what_the_rule_says(cast, library, as_user, outcomes):
    link_checked(library["live"], *outcomes)
    link_checked(library["nobodys"], "failed", "failed", "failed", days=2)  # six days only
    assert listed(as_user(cast.wren), link="dead") == ({"live"} if is_dead(library["live"]) else set())
    assert not is_dead(library["nobodys"])


def test_the_list_costs_the_same_for_few_sources_and_many(cast, library, as_user, django_assert_num_queries):
    client = as_user(cast.wren)
    client.get(LIST)
    with django_assert_num_queries(7):
        client.get(LIST)
    for number in range(30):
        worlds.reference(cast.wren, f"more{number}")
    with django_assert_num_queries(7):
        client.get(LIST)


def test_what_was_merged_is_not_listed(cast, library, as_user):
    Reference.objects.filter(key="nobodys").update(merged_into=library["live"])
    assert "nobodys" not in listed(as_user(cast.wren))


def test_one_source_with_all_that_is_known_of_it(cast, library, as_user):
    source = library["drafted"]
    link_checked(source, "failed", "failed", "failed")
    Reference.objects.filter(pk=source.pk).update(
        provenance={"title": "ris", "volume": "crossref"}, raw="As <b>pasted</b>", archive_url="https://web.archive.org/x"
    )
    html = as_user(cast.wren).get(page(source)).content.decode()
    for words in ("Retracted", "says Retraction Watch", "https://doi.org/10.1000/notice", "NLM", "AMA, 11th edition",
                  "<dt>the RIS record</dt><dd>title</dd>", "<dt>Crossref</dt><dd>volume</dd>", "As &lt;b&gt;pasted&lt;/b&gt;",
                  "No longer answers", "Does not answer", "https://web.archive.org/x", "Look-ups are switched off"):  # fmt: skip
        assert words in html, words
    assert "Merge with another" not in html
    assert "Merge with another" in as_user(cast.ed).get(page(source)).content.decode()


def test_the_registers_are_asked_from_the_page_where_they_may_be(cast, library, as_user, settings):
    settings.LOOKUPS, settings.CONTACT_EMAIL = ["crossref"], "editor@example.org"
    assert "Ask the registers now" in as_user(cast.wren).get(page(library["live"])).content.decode()
    assert "Ask the registers now" not in as_user(cast.fay).get(page(library["live"])).content.decode()


def test_an_archived_copy_is_kept_and_must_be_an_address(cast, as_user):
    source = worlds.reference(cast.wren)
    browser = visitor.Visitor().log_in(cast.wren, worlds.PASSWORD).open(page(source))
    browser.submit("Save reference", archive_url="javascript:alert(1)")
    assert browser.status == 422
    browser.submit("Save reference", archive_url="https://web.archive.org/web/2024/https://example.org/", accessed="2024-02-29")
    source.refresh_from_db()
    assert source.archive_url.startswith("https://web.archive.org/") and source.csl["accessed"] == {"date-parts": [[2024, 2, 29]]}


EVIL = '"><script>alert(1)</script>'


def test_nothing_that_a_source_says_becomes_markup(cast, as_user):
    csl = dict.fromkeys(("title", "container-title", "volume", "page", "publisher", "genre", "language", EVIL), EVIL)
    csl |= {"type": "book", "author": [{"literal": EVIL}], "issued": {"date-parts": [[2020]]}}
    source = worlds.reference(cast.wren, "evil", csl=csl, raw=EVIL, provenance={EVIL: EVIL})
    evil = Notice(EVIL, doi=EVIL, pmid=EVIL, date=EVIL, sources=(EVIL,), label=EVIL, citation=EVIL)
    worlds.said_of(source, Standing.retracted, evil)
    worlds.drafted(cast, body="It helps [@evil].", title=EVIL)
    other = worlds.reference(cast.wren)
    client = as_user(cast.ed)
    addresses = [LIST, page(source), reverse("admin:articles_reference_impact", args=[source.pk])]
    addresses.append(reverse("admin:articles_reference_merge", args=[source.pk]) + f"?into={other.key}")
    for address in addresses:
        assert "<script>alert" not in client.get(address).content.decode(), address


@pytest.mark.parametrize("name, ending", [("csl", "json"), ("ris", "ris"), ("bibtex", "bib")])
def test_the_library_is_exported_and_reads_back(cast, library, as_user, name, ending):
    answer = as_user(cast.wren).get(EXPORT, {"format": name})
    assert answer.headers["Content-Disposition"] == f'attachment; filename="library.{ending}"'
    assert "no-store" in answer.headers["Cache-Control"]
    back = understand(answer.content.decode())
    assert {draft.csl["title"] for draft in back} == {r.csl["title"] for r in Reference.objects.all()}


def test_one_articles_list_is_exported_in_its_order(cast, library, as_user):
    body = "It helps [@live]. Or not [@drafted]. Or [@live]."
    draft = worlds.drafted(cast, slug="both", body=body)
    answer = as_user(cast.wren).get(EXPORT, {"format": "csl", "article": draft.article_id})
    assert [item["id"] for item in json.loads(answer.content)] == ["live", "drafted"]
    assert answer.headers["Content-Disposition"] == 'attachment; filename="both-references.json"'
    assert as_user(cast.milo).get(EXPORT, {"format": "csl", "article": draft.article_id}).status_code == 404


@pytest.mark.parametrize("query", [{}, {"format": "x"}, {"format": "csl", "article": "x"}, {"format": "csl", "article": "99999"}])
def test_what_cannot_be_exported_is_not_found(cast, as_user, query):
    assert as_user(cast.ed).get(EXPORT, query).status_code == 404


def test_the_editor_asks_why_a_retracted_source_is_cited_and_keeps_the_answer(cast, library):
    draft = library["drafted"].citations.get().revision
    field = retracted_field(library["drafted"].pk)
    browser = visitor.Visitor().log_in(cast.wren, worlds.PASSWORD)
    browser.open(reverse("admin:articles_article_change", args=[draft.article_id]))
    assert "Why it is cited although it was retracted" in browser.text
    browser.submit("Save draft", title="", **{field: "It is the history of the treatment."})
    assert browser.status == 422 and "It is the history of the treatment." in browser.html
    browser.submit("Save draft", title="Draft", **{field: "It is the history of the treatment."})
    draft.article.refresh_from_db()
    assert draft.article.draft.retracted_reasons == {"drafted": "It is the history of the treatment."}
    assert "It is the history of the treatment." in browser.html
    browser.submit("Save draft", **{field: ""})
    draft.article.refresh_from_db()
    assert draft.article.draft.retracted_reasons == {}


def test_no_reason_is_asked_or_taken_for_a_source_that_stands(cast, library, as_user):
    draft = worlds.drafted(cast, slug="sound", body="It helps [@nobodys].")
    address = reverse("admin:articles_article_change", args=[draft.article_id])
    client = as_user(cast.wren)
    html = client.get(address).content.decode()
    assert "although it was retracted" not in html
    data = {"base": draft.pk, "title": "New", "slug": "sound", "summary": "S", "body": "It helps [@nobodys].",
            retracted_field(library["nobodys"].pk): "Forged"}  # fmt: skip
    assert client.post(address, data).status_code == 302
    draft.article.refresh_from_db()
    assert draft.article.draft.title == "New" and draft.article.draft.retracted_reasons == {}


def test_the_picker_says_where_a_source_stands(cast, library, as_user):
    found = as_user(cast.wren).get(reverse("admin:articles_article_references"), {"q": "study"}).json()["results"]
    assert {source["key"]: source["standing"] for source in found} == {"live": "", "drafted": "Retracted", "nobodys": ""}


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_source_is_added_and_cited_by_keyboard_without_leaving_the_text(cast, live_server):
    draft = worlds.drafted(cast, body="It helps.")
    with browsing.chromium() as chromium:
        context = chromium.new_context(base_url=live_server.url)
        tab = context.new_page()
        tab.goto("/admin/login/")
        tab.get_by_label("Username").fill("wren")
        tab.get_by_label("Password").fill(worlds.PASSWORD)
        tab.get_by_role("button", name="Log in").press("Enter")
        tab.wait_for_url("**/admin/")
        tab.goto(reverse("admin:articles_article_change", args=[draft.article_id]))
        tab.locator("#id_body").focus()
        tab.keyboard.press("Control+End")
        tab.keyboard.press("ArrowLeft")
        tab.get_by_role("button", name="Insert citation").press("Enter")
        tab.get_by_role("button", name="Add a source").press("Enter")
        box = tab.locator("#cite-paste textarea[name=pasted]")
        box.wait_for()
        assert box.evaluate("field => field === document.activeElement")
        tab.keyboard.insert_text("TY  - JOUR\nTI  - Stretching before sleep\nAU  - Hallegraeff, J\nPY  - 2012\nER  - \n")
        tab.get_by_role("button", name="Show what this is").press("Enter")
        tab.get_by_text("1 source found").wait_for()
        assert browsing.faults(tab) == []
        tab.get_by_role("button", name="Add and cite the ticked references").press("Enter")
        tab.locator("#cite-dialog").wait_for(state="hidden")
        assert tab.locator("#id_body").input_value() == "It helps [@hallegraeff2012stretching]."
        context.close()
    assert Reference.objects.filter(key="hallegraeff2012stretching").exists()


@pytest.mark.parametrize("words, found", [
    ("Müller", True), ("müller", True), ('"quoted"', True), ("back\\slash", True), ("%", False), ("_", False),
    ("Journal of Sprains", True), ("sprains müller", True), ("book-journal", False), ("2020", False), ("\x00", True),
])  # fmt: skip
def test_a_search_finds_words_as_they_are_written(cast, as_user, words, found):
    csl = {
        "type": "article-journal", "title": 'A "quoted" back\\slash', "author": [{"family": "Müller", "given": "A"}],
        "container-title": "Journal of Sprains", "issued": {"date-parts": [[2020]]},
    }  # fmt: skip
    worlds.reference(cast.wren, "odd", csl=csl)
    assert ("odd" in listed(as_user(cast.wren), q=words)) is found
