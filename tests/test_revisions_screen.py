import pytest

from articles.models import Article
from reviews import publishing, signing
from tests import office, worlds


@pytest.fixture
def two(cast):
    first = worlds.drafted(cast)
    return first, worlds.redrafted(first, by=cast.ed, title="Cramps at night", summary="What Edith knows.")


def test_the_list_shows_every_revision_with_its_signatures_and_publication(cast, as_user):
    publication = worlds.published(cast)
    revision = publication.revision
    worlds.redrafted(revision, by=cast.wren, change_note="Says <b>more</b>.")
    publishing.withdraw(publication, reason="Wrong.", by=cast.ed)
    signing.revoke(publication.medical, reason="Mistaken.", by=cast.dr_ruth)
    page = as_user(cast.wren).get(office.url("articles_article_revisions", revision.article_id)).content.decode()
    assert "Fact check: approved" in page and "Fay Lindqvist, MSc" in page
    assert "Ruth Okonkwo, MBBS, MRCGP" in page and "taken back" in page
    assert "withdrawn" in page and "Says &lt;b&gt;more&lt;/b&gt;." in page


def test_the_list_costs_the_same_for_two_revisions_and_for_ten(cast, as_user, two, django_assert_max_num_queries):
    client, address = as_user(cast.wren), office.url("articles_article_revisions", two[0].article_id)
    with django_assert_max_num_queries(12):
        client.get(address)
    last = two[1]
    for n in range(8):
        last = worlds.redrafted(last, by=cast.wren, title=f"Title {n}")
    with django_assert_max_num_queries(12):
        client.get(address)


def test_two_chosen_revisions_lead_to_their_comparison_older_first(cast, as_user, two):
    answer = as_user(cast.wren).get(office.url("articles_article_revisions", two[0].article_id), {"old": 2, "new": 1})
    assert answer["Location"] == office.url("articles_article_compare", two[0].article_id, 1, 2)


@pytest.mark.parametrize("pair", [("1", "1"), ("", "2"), ("x", "2"), ("-1", "2"), ("²", "2"), ("9" * 40, "1")])
def test_a_choice_that_is_none_shows_the_list_again(cast, as_user, two, pair):
    old, new = pair
    answer = as_user(cast.wren).get(office.url("articles_article_revisions", two[0].article_id), {"old": old, "new": new})
    assert answer.status_code == 200


@pytest.mark.parametrize("view", ["", "?view=inline"])
def test_a_comparison_marks_the_words_that_changed(cast, as_user, two, view):
    page = as_user(cast.wren).get(office.url("articles_article_compare", two[0].article_id, 1, 2) + view).content.decode()
    assert "<ins>One more sentence.</ins>" in page
    assert "−</td>" in page and "+</td>" in page
    assert "Unchanged: address, picture, kind of change, what changed, sources." in page


def test_a_comparison_covers_the_picture_and_the_sources(cast, as_user, two):
    other = worlds.reference(cast.wren, "second2021")
    body = two[1].body + f" And [@{other.key}]."
    worlds.redrafted(two[1], by=cast.wren, body=body)
    page = as_user(cast.wren).get(office.url("articles_article_compare", two[0].article_id, 2, 3)).content.decode()
    assert "Study second2021" in page and "<h3>Sources</h3>" in page


def test_restoring_makes_a_new_unsigned_draft(cast, as_user):
    first = worlds.approved(cast)
    second = worlds.redrafted(first, by=cast.wren, title="Other")
    address = office.url("articles_article_restore", first.article_id, 1)
    answer = as_user(cast.wren).post(address, {"base": second.pk}, follow=True)
    assert "Nobody has signed it." in answer.content.decode()
    draft = Article.objects.get().draft
    assert (draft.number, draft.title) == (3, "Leg cramps at night")
    assert not draft.signoffs.exists()


@pytest.mark.parametrize("base", ["", "0", "x", "stale"])
def test_restoring_upon_another_draft_than_was_seen_changes_nothing(cast, as_user, two, base):
    address = office.url("articles_article_restore", two[0].article_id, 1)
    answer = as_user(cast.wren).post(address, {"base": two[0].pk if base == "stale" else base})
    assert answer.status_code == 409
    assert "Edith Castellanos saved revision 2" in answer.content.decode()
    assert Article.objects.get().draft == two[1]


def test_restoring_is_not_done_by_a_link(cast, as_user, two):
    assert as_user(cast.wren).get(office.url("articles_article_restore", two[0].article_id, 1)).status_code == 405
    assert Article.objects.get().draft == two[1]


def test_the_page_of_a_revision_is_the_readers_page_and_stays_here(cast, as_user, two):
    answer = as_user(cast.wren).get(office.url("articles_revision_page", two[0].pk))
    page = answer.content.decode()
    assert "Preview – not published" in page and "A newer draft has been saved since." in page
    assert "<h1>Leg cramps at night</h1>" in page
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "noindex" in answer["X-Robots-Tag"] and "no-store" in answer["Cache-Control"]


def test_the_reviewer_who_was_asked_may_open_it(cast, as_user, two):
    address = office.url("articles_revision_page", two[1].pk)
    assert as_user(cast.fay).get(address).status_code == 404
    worlds.asked(two[1], "facts", cast.fay, by=cast.ed)
    assert as_user(cast.fay).get(address).status_code == 200


@pytest.mark.parametrize("name, args", [
    ("articles_article_compare", (1, 99)), ("articles_article_restore", (99,)), ("articles_article_compare", (0, 1)),
])  # fmt: skip
def test_a_revision_that_there_is_not_is_not_found(cast, as_user, two, name, args):
    client, address = as_user(cast.wren), office.url(name, two[0].article_id, *args)
    assert (client.post if name.endswith("restore") else client.get)(address).status_code == 404


def test_a_revision_number_of_another_article_is_not_found(cast, as_user, two):
    worlds.drafted(cast, slug="other")
    other = Article.objects.get(slug="other")
    answer = as_user(cast.wren).post(office.url("articles_article_restore", other.pk, 2), {"base": other.draft_id})
    assert answer.status_code == 404
