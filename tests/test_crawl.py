"""A crawl of everything that a stranger can reach: no trace of words that nobody signed, nor of what was withdrawn."""

import re
from collections.abc import Iterator
from html import unescape
from types import SimpleNamespace
from urllib.parse import urljoin, urlsplit
from xml.etree import ElementTree

import pytest
from django.test import Client

from articles.models import Topic
from reviews import publishing
from tests import pages, worlds
from tests.standing import picture

STARTS = [
    "/", "/robots.txt", "/sitemap.xml", "/feed/", "/feed/atom/", "/search/", "/topics/", "/people/", "/corrections/", "/policy/",
    "/about/", "/privacy/", "/disclaimer/",
]  # fmt: skip
SITE = "https://health.example.org"
WORD = "zyxomma"  # a word of drafts alone
LOG = ("/corrections/", "/corrections/?page=1", "/corrections/?type=withdrawal")
KINDS = ("draft", "waiting", "signed", "newer", "gone")


def secret(kind: str) -> dict[str, str]:
    """Words by which each kind of unsigned text would give itself away, wherever it appeared."""
    return {
        "slug": f"{WORD}-{kind}",
        "title": f"{WORD.title()} {kind}",
        "summary": f"Summary of {WORD} {kind}.",
        "body": f"{worlds.BODY}\n\n## Heading {WORD} {kind}\n\nText of {WORD} {kind} [@garrison2020magnesium].",
        "picture_alt": f"Picture of {WORD} {kind}",
    }


@pytest.fixture
def world(cast) -> SimpleNamespace:
    """Two live articles, one of which points to everything that is not, and a text at each place of the road."""
    pointers = "\n\n".join(f"[also read: {WORD}-{kind}]" for kind in KINDS)
    live = worlds.published(cast, worlds.drafted(cast, slug="live", title="Live", body=f"{worlds.BODY}\n\n{pointers}\n"))
    other = worlds.published(cast, worlds.drafted(cast, slug="other", title="Other, live", summary="Another that is live."))
    colours = iter(["red", "blue", "green", "black", "white"])
    made = {
        kind: worlds.drafted(cast, by=cast.milo, picture=picture(cast.milo, next(colours)), **secret(kind))
        for kind in ("draft", "waiting", "signed", "gone")
    }
    worlds.asked(made["waiting"], "medical", cast.dr_ruth, by=cast.ed)
    worlds.approved(cast, made["signed"])
    newer = worlds.redrafted(other.revision, by=cast.wren, picture=picture(cast.wren, "gray"), **secret("newer"))
    worlds.approved(cast, newer)
    gone = publishing.withdraw(worlds.published(cast, made["gone"]), reason="Readers could misread it.", by=cast.ed)
    shown = [revision.picture.get_absolute_url() for revision in (*made.values(), newer)]
    return SimpleNamespace(cast=cast, live=live, other=other, gone=gone, pictures=shown)


def links(path: str, body: str, kind: str) -> Iterator[str]:
    """Every address on this site that a page, feed or sitemap names."""
    if "html" in kind:
        page = pages.Page(body)
        found = page.values("href") + page.values("src")
        found += [value for value in page.values("content") if value.startswith("http")]
    elif "xml" in kind:
        ElementTree.fromstring(body)
        found = re.findall(r"https?://[^\s<>\"']+", body)
    else:
        found = re.findall(r"https?://[^\s<>\"']+", body)
    for address in found:
        whole = urlsplit(urljoin(SITE + path, unescape(address).strip()))
        if f"{whole.scheme}://{whole.netloc}" == SITE and not whole.path.startswith(("/static/", "/admin/")):
            yield whole.path + (f"?{whole.query}" if whole.query else "")


def crawl(*more: str) -> dict[str, tuple[int, str]]:
    """What a stranger gets at every address that leads on from the starts."""
    client, seen = Client(), {}
    waiting = [*STARTS, *more, f"/search/?q={WORD}", f"/search/?q={WORD}*", "/search/?q=cramps"]
    while waiting:
        path = waiting.pop()
        if path in seen or len(seen) > 400:
            continue
        answer = client.get(path)
        kind = answer.headers.get("Content-Type", "")
        if kind.startswith("image/"):
            seen[path] = (answer.status_code, "")
            continue
        body = answer.content.decode()
        seen[path] = (answer.status_code, body)
        if location := answer.headers.get("Location"):
            waiting.append(urljoin(path, location))
        waiting += links(path, body, kind)
        assert not answer.cookies, path
    return seen


def traces(crawled: dict[str, tuple[int, str]], word: str) -> set[str]:
    """Where a word is read; a searcher's own words come back to them, and so do not count."""
    return {path for path, (_, body) in crawled.items() if word in body.lower() and f"q={word}" not in path}


def test_a_stranger_s_crawl_finds_the_whole_site_and_no_unsigned_word(world):
    found = crawl()
    assert {path for path, (status, _) in found.items() if status >= 400} <= {f"/articles/{WORD}-gone/"}
    expected = ["/articles/live/", "/articles/other/history/", "/articles/live.json", "/topics/sleep-and-pain/", "/people/wren/"]
    for path in expected:
        assert found[path][0] == 200, path
    notices = {f"/articles/{WORD}-gone/", f"/articles/{WORD}-gone/history/", "/feed/", "/feed/atom/", *LOG}
    notices.add(f"/corrections/withdrawal-{world.gone.pk}/")
    assert traces(found, WORD) <= notices
    for kind in ("draft", "waiting", "signed", "newer"):
        for form in (f"{WORD}-{kind}", f"{WORD} {kind}"):
            assert traces(found, form) == set(), form
    for body in (body for _, body in found.values()):
        for words in (f"summary of {WORD}", f"text of {WORD}", f"heading {WORD}", f"picture of {WORD}"):
            assert words not in body.lower()


def test_what_is_not_live_answers_like_what_never_was(world):
    client = Client()
    for kind in ("draft", "waiting", "signed", "newer"):
        for ending in ("/", "/history/", ".json", "/report/", "/feedback/", "/report/thanks/"):
            there = client.get(f"/articles/{WORD}-{kind}{ending}")
            never = client.get(f"/articles/never-{kind}{ending}")
            assert there.status_code == never.status_code in {404, 405}, (kind, ending)
            assert len(there.content) == len(never.content)
    for path in world.pictures:
        assert client.get(path).status_code == 404


@pytest.mark.parametrize("query", [WORD, WORD[:4], f'"{WORD} draft"', "Heading", "zyxommas", "zyxoma"])
def test_nothing_unsigned_is_found_or_counted(world, query):
    body = Client().get("/search/", {"q": query}).content.decode().lower()
    assert f"/articles/{WORD}" not in body
    assert "summary of" not in body


def test_after_a_withdrawal_a_second_crawl_finds_only_its_notice(world):
    before = crawl()
    gone = traces(before, "other, live")
    assert {"/", "/articles/other/", "/articles/live/", "/topics/sleep-and-pain/", "/people/wren/", "/search/?q=cramps"} <= gone
    assert {"/feed/", "/feed/atom/"} <= gone
    assert "/articles/other/" in before["/sitemaps/articles-1.xml"][1]
    withdrawal = publishing.withdraw(world.other, reason="A newer trial contradicts it.", by=world.cast.ed)
    after = crawl(*before)
    notices = {"/articles/other/", "/articles/other/history/", "/articles/other.json", "/feed/", "/feed/atom/", *LOG}
    assert traces(after, "other, live") <= notices | {f"/corrections/withdrawal-{withdrawal.pk}/"}
    assert traces(after, "another that is live") == set(), "its words are told nowhere"
    assert after["/articles/other/"][0] == after["/articles/other.json"][0] == 410
    assert "/articles/other/" not in after["/sitemaps/articles-1.xml"][1]
    for path in ("/", "/topics/sleep-and-pain/", "/articles/live/"):
        assert after[path][0] == 200
        assert "/articles/other/" not in after[path][1], path


def test_the_crawl_would_see_a_leak(world):
    """The eye is tested, too: furniture is not signed, so a word put there is seen wherever it is shown."""
    Topic.objects.update(description=f"{WORD} draft")
    assert "/topics/sleep-and-pain/" in traces(crawl(), f"{WORD} draft")
