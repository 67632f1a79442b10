import pytest

from articles.bibliography.standing import Standing
from articles.drafting import LONGEST_BODY
from articles.models import Article, Event, Revision
from reviews import remarks
from tests import office, worlds
from tests.patience import patience


@pytest.fixture
def draft(cast):
    return worlds.drafted(cast)


def test_a_writer_starts_an_article(cast, as_user):
    worlds.reference(cast.wren)
    answer = as_user(cast.wren).post(office.url("articles_article_add"), office.new_article(), follow=True)
    revision = Revision.objects.get()
    assert answer.redirect_chain == [(office.editor(revision), 302)]
    assert "Saved as revision 1." in answer.content.decode()
    assert (revision.article.owner, revision.author, revision.title) == (cast.wren, cast.wren, "Leg cramps at night")
    assert list(revision.citations.values_list("key", flat=True)) == ["garrison2020magnesium"]


def test_an_address_left_empty_is_made_from_the_title(cast, as_user):
    as_user(cast.wren).post(office.url("articles_article_add"), office.new_article(slug="", title="Sleep & Öl"))
    assert Article.objects.get().slug == "sleep-ol"


def test_saving_other_words_makes_the_next_revision(cast, as_user, draft):
    answer = as_user(cast.wren).post(office.editor(draft), office.typed(draft, title="Cramps"), follow=True)
    assert "Saved as revision 2." in answer.content.decode()
    assert Article.objects.get().draft.title == "Cramps"


def test_saving_the_same_words_says_that_nothing_had_changed(cast, as_user, draft):
    answer = as_user(cast.wren).post(office.editor(draft), office.typed(draft), follow=True)
    assert "Nothing had changed, so no new revision was made." in answer.content.decode()
    assert Revision.objects.count() == 1


def test_a_stale_save_shows_both_texts_and_the_next_one_goes_through(cast, as_user, draft):
    worlds.redrafted(draft, by=cast.ed, summary="What Edith wrote.")
    answer = as_user(cast.wren).post(office.editor(draft), office.typed(draft, summary="What Wren wrote."))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Edith Castellanos saved revision 2" in page
    assert "<del>Edith</del>" in page and "<ins>Wren</ins>" in page
    assert answer.context["form"]["summary"].value() == "What Wren wrote."
    newest = Article.objects.get().draft
    assert answer.context["form"]["base"].value() == str(newest.pk)
    assert Revision.objects.count() == 2
    again = office.typed(draft, summary="What Wren wrote.", base=newest.pk)
    assert as_user(cast.wren).post(office.editor(draft), again).status_code == 302
    assert Article.objects.get().draft.summary == "What Wren wrote."


@pytest.mark.parametrize("base", ["", "0", "-1", "999999", "x", "1e3"])
def test_a_base_that_is_not_the_newest_draft_saves_nothing(cast, as_user, draft, base):
    answer = as_user(cast.wren).post(office.editor(draft), office.typed(draft, title="Other", base=base))
    assert answer.status_code in (409, 422)
    assert Revision.objects.count() == 1
    assert answer.context["form"]["title"].value() == "Other"


def test_the_base_of_another_article_saves_nothing(cast, as_user, draft):
    other = worlds.drafted(cast, slug="other")
    answer = as_user(cast.wren).post(office.editor(draft), office.typed(draft, title="Other", base=other.pk))
    assert answer.status_code == 409
    assert draft.article.revisions.count() == 1


def test_a_refused_save_gives_every_reason_and_keeps_the_text(cast, as_user, draft):
    typed = office.typed(draft, title=" ", slug="two words", body="Typed for hours.")
    answer = as_user(cast.wren).post(office.editor(draft), typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'role="alert"' in page and "Give the article a title." in page and "The address may hold" in page
    assert "Typed for hours." in page


def test_fields_that_only_the_records_may_set_are_ignored(cast, as_user, draft):
    forged = {
        "status": "published", "published_at": "2020-01-01", "author": cast.ed.pk, "number": 99, "digest": "0" * 64,
        "owner": cast.milo.pk, "article": 999, "_saveasnew": "1", "_popup": "1", "_to_field": "id",
        "topic": worlds.topic("Heart").pk, "_changelist_filters": "x", "kind": "correction", "change_note": "Forged",
    }  # fmt: skip
    answer = as_user(cast.wren).post(office.editor(draft), office.typed(draft, title="Cramps", **forged))
    assert answer.status_code == 302
    saved = Article.objects.get().draft
    assert (saved.number, saved.author, saved.kind, saved.change_note) == (2, cast.wren, "first", "")
    assert (saved.article.owner, saved.article.topic.name) == (cast.wren, "Sleep and pain")
    assert not saved.article.publications.exists()


def test_query_strings_do_not_prefill_the_form(cast, as_user):
    answer = as_user(cast.wren).get(office.url("articles_article_add") + "?title=Forged&base=7&shown=" + "0" * 64)
    assert b"Forged" not in answer.content


def test_after_publication_a_change_has_a_kind_and_a_note_and_may_move_the_page(cast, as_user):
    revision = worlds.published(cast).revision
    client = as_user(cast.wren)
    page = client.get(office.editor(revision)).content.decode()
    assert 'name="slug"' in page and 'name="change_note"' in page
    typed = office.typed(revision, slug="elsewhere", title="Cramps", kind="correction", change_note="The dose was wrong.")
    assert client.post(office.editor(revision), typed).status_code == 302
    draft = Article.objects.get().draft
    assert (draft.slug, draft.kind, draft.change_note) == ("elsewhere", "correction", "The dose was wrong.")


def test_a_kind_that_is_not_offered_is_refused(cast, as_user):
    revision = worlds.published(cast).revision
    answer = as_user(cast.wren).post(office.editor(revision), office.typed(revision, title="C", kind="first"))
    assert answer.status_code == 422
    assert revision.article.revisions.count() == 1


def test_the_page_shows_findings_sources_and_where_to_go(cast, as_user):
    draft = worlds.drafted(cast, body=worlds.BODY + "\nSo it is [@nobody2020] (3).")
    page = as_user(cast.ed).get(office.editor(draft)).content.decode()
    assert "nobody2020" in page and "citation numbers are made, never typed" in page
    assert "Garrison 2020. Magnesium for skeletal muscle cramps" in page
    for link in (
        office.url("articles_revision_page", draft.pk),
        office.url("articles_article_revisions", draft.article_id),
        office.url("reviews_reviewrequest_add") + f"?revision={draft.pk}",
        office.url("reviews_publication_checklist", draft.pk),
    ):
        assert link in page


def test_an_open_remark_stands_beside_the_text_until_it_is_settled_there(cast, as_user, draft):
    remark = remarks.remark(draft, text="Say which dose.", quote="magnesium", by=cast.ed)
    client, address = as_user(cast.wren), office.url("reviews_remark_reply", remark.pk)
    page = client.get(office.editor(draft)).content.decode()
    assert "Say which dose." in page and f'action="{address}"' in page and 'name="do" value="settle"' in page
    answer = client.post(address, {"text": "Done.", "do": "settle", "next": office.editor(draft)})
    assert answer["Location"] == office.editor(draft)
    assert "Say which dose." not in client.get(office.editor(draft)).content.decode()


def test_the_widget_asks_our_own_addresses(cast, as_user, draft):
    page = as_user(cast.wren).get(office.editor(draft)).content.decode()
    assert f'data-markdownx-urls-path="{office.url("articles_article_preview")}"' in page
    assert f'data-markdownx-upload-urls-path="{office.url("articles_article_upload")}"' in page
    assert "/markdownx/markdownify" not in page and "<style" not in page and " style=" not in page


def test_the_page_is_not_kept_by_browsers(cast, as_user, draft):
    assert "no-store" in as_user(cast.wren).get(office.editor(draft))["Cache-Control"]


def preview(client, body):
    return client.post(office.url("articles_article_preview"), {"content": body})


def test_the_preview_numbers_citations_and_lists_sources(cast, as_user, draft):
    answer = preview(as_user(cast.wren), "A claim [@garrison2020magnesium], and [@nobody2020].")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'role="doc-biblioref"' in page and "Garrison SR. Magnesium for skeletal muscle cramps." in page
    assert "[@nobody2020: no such reference]" in page
    assert 'data-status="' in page and "1 source. 1 thing to look at." in page
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("body", ["", "\x00", "[@", "#" * 5000, "[" * 100_000, "> " * 20_000, "[@a; " * 3_000])
def test_no_text_breaks_the_preview(cast, as_user, body):
    with patience():
        answer = as_user(cast.wren).post(office.url("articles_article_preview"), {"content": body})
        assert answer.status_code == 200


def test_the_preview_says_at_once_that_a_source_was_retracted(cast, as_user):
    worlds.said_of(worlds.reference(cast.wren), Standing.retracted)
    page = preview(as_user(cast.wren), "A claim [@garrison2020magnesium].").content.decode()
    assert "1 thing to look at." in page
    assert "Reference 1 (garrison2020magnesium) has been retracted." in page


def test_the_preview_answers_without_content(cast, as_user):
    assert as_user(cast.wren).post(office.url("articles_article_preview")).status_code == 200


def test_a_megabyte_of_brackets_is_neither_shown_nor_saved_nor_lost(cast, as_user, draft):
    client, brackets = as_user(cast.wren), "[" * 1_000_000
    assert preview(client, brackets).status_code == 413
    with patience():
        answer = client.post(office.editor(draft), office.typed(draft, body=brackets))
        assert answer.status_code == 422
        assert f"at most {LONGEST_BODY:,}" in answer.content.decode() and brackets in answer.content.decode()
    assert Revision.objects.count() == 1


def test_headings_in_the_preview_do_not_take_the_pages_own_ids(cast, as_user):
    page = preview(as_user(cast.wren), '## Content\n\nText `id="x"` and [there](#ref-1).').content.decode()
    assert 'id="content"' not in page and 'id="preview-' in page


def test_the_preview_runs_no_script(cast, as_user):
    page = preview(as_user(cast.wren), office.HOSTILE + " [x](javascript:alert(1)) <svg onload=alert(1)>").content.decode()
    assert "alert(1)" in page
    office.assert_harmless(page)


def test_the_preview_writes_nothing(cast, as_user, draft):
    events = Event.objects.count()
    preview(as_user(cast.wren), "New words.")
    assert (Revision.objects.count(), Event.objects.count()) == (1, events)


def test_sources_are_found_by_author_title_key_and_doi(cast, as_user):
    worlds.reference(cast.wren)
    author = {"family": "Müller", "given": "Ä"}
    worlds.reference(cast.wren, "mueller2021", csl={"type": "book", "title": "Schlaf", "author": [author]})
    client = as_user(cast.wren)
    for words, key in [
        ("garrison", "garrison2020magnesium"), ("MAGNESIUM cramps", "garrison2020magnesium"),
        ("14651858.CD009402", "garrison2020magnesium"), ("32956536", "garrison2020magnesium"),
        ("Müller", "mueller2021"), ("mueller20", "mueller2021"),
    ]:  # fmt: skip
        found = client.get(office.url("articles_article_references"), {"q": words}).json()["results"]
        assert [source["key"] for source in found] == [key], words


@pytest.mark.parametrize("words", ["", "%", "_", "'", '"', "\\", "\x00", "nothing like it", "a " * 500, "🦠"])
def test_no_search_breaks_the_picker_and_no_more_than_twenty_come_back(cast, as_user, words):
    for n in range(25):
        worlds.reference(cast.wren, f"study{n}")
    answer = as_user(cast.wren).get(office.url("articles_article_references"), {"q": words})
    assert answer.status_code == 200
    assert len(answer.json()["results"]) <= 20


def test_the_list_shows_the_newest_title_and_where_each_stands(cast, as_user):
    worlds.published(cast)
    worlds.redrafted(Article.objects.get().draft, by=cast.wren, title="Cramps, newly told")
    worlds.approved(cast, worlds.drafted(cast, slug="signed", title="Signed"))
    asked = worlds.drafted(cast, slug="asked", title="Asked")
    worlds.asked(asked, "facts", cast.fay, by=cast.ed)
    objected = worlds.drafted(cast, slug="objected", title="Objected")
    worlds.signed(objected, "medical", cast.dr_ruth, by=cast.ed, decision="changes", note="No.")
    client, address = as_user(cast.ed), office.url("articles_article_changelist")
    titles = {
        stands: {str(a) for a in client.get(address, {"stands": stands}).context["cl"].result_list}
        for stands in ("draft", "waiting", "objections", "signed", "live", "newer", "withdrawn", "remarks")
    }
    assert titles == {
        "draft": {"Signed", "Asked", "Objected"}, "waiting": {"Asked"}, "objections": {"Objected"}, "signed": {"Signed"},
        "live": {"Cramps, newly told"}, "newer": {"Cramps, newly told"}, "withdrawn": set(), "remarks": set(),
    }  # fmt: skip
    page = client.get(address).content.decode()
    for words in ("Live, newer draft", "Waiting for review", "Objections", "Signed, ready to publish"):
        assert f">{words}</span>" in page


def test_the_list_costs_the_same_for_two_articles_and_for_twenty(cast, as_user, django_assert_num_queries):
    client, address = as_user(cast.ed), office.url("articles_article_changelist")
    for n in range(2):
        worlds.drafted(cast, slug=f"a-{n}")
    with django_assert_num_queries(10):
        client.get(address)
    for n in range(18):
        worlds.drafted(cast, slug=f"b-{n}")
    with django_assert_num_queries(10):
        client.get(address)


def test_the_list_is_searched_by_title_and_address(cast, as_user, draft):
    worlds.drafted(cast, slug="other", title="Something else")
    client = as_user(cast.ed)
    for words, found in [("cramps", 1), ("other", 1), ("nothing", 0), ("\x00", 0)]:
        answer = client.get(office.url("articles_article_changelist"), {"q": words})
        assert answer.status_code == 200
        if "\x00" not in words:
            assert len(answer.context["cl"].result_list) == found


def test_the_first_page_counts_what_waits_for_each(cast, as_user, draft):
    worlds.asked(draft, "facts", cast.fay, by=cast.ed)
    worlds.approved(cast, worlds.drafted(cast, slug="signed"))
    counts = {who: {t.label: t.count for t in as_user(user).get("/admin/").context["tiles"]} for who, user in vars(cast).items()}
    assert counts["wren"]["My drafts"] == 2
    assert counts["fay"]["Waiting for my review"] == 1
    assert (counts["ed"]["Signed, ready to publish"], counts["ed"]["Waiting for review"]) == (1, 1)
    assert counts["milo"]["My drafts"] == 0


def test_every_tile_leads_to_as_many_articles_as_it_counts(cast, as_user, draft):
    worlds.published(cast, worlds.drafted(cast, slug="live"))
    worlds.approved(cast, worlds.drafted(cast, slug="signed"))
    client = as_user(cast.ed)
    for tile in client.get("/admin/").context["tiles"]:
        if "articles/article" in tile.url:
            assert len(client.get(tile.url).context["cl"].result_list) == tile.count, tile
