"""Whether a web source still opens: asked gently, judged carefully, and never of a machine that is not public."""

from collections.abc import Callable, Mapping

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.lookup.links import MOST_REDIRECTS, LinkChecker, LinkResult
from tests.registers import PUBLIC, Internet, site, text

PAGE = "https://www.nhs.uk/conditions/leg-cramps/"
HTML = "text/html; charset=utf-8"


def page(title: str = "Leg cramps - NHS", status: int = 200) -> httpx2.Response:
    return text(status, f"<html><head><title>{title}</title></head><body>…</body></html>", content_type=HTML)


def onward(to: str, status: int = 301) -> httpx2.Response:
    return text(status, location=to)


def checker(answer: Callable[[httpx2.Request], httpx2.Response], names: Mapping[str, list[str]] | None = None):
    internet = Internet(answer, names or {})
    return LinkChecker("Our Health link check (mailto:ed@example.org)", internet.wire(), internet.clock.sleep), internet


def web(pages: Mapping[str, httpx2.Response | Exception], names: Mapping[str, list[str]] | None = None):
    def answer(request: httpx2.Request) -> httpx2.Response:
        found = pages.get(f"{request.method} {site(request)}", pages.get(site(request), text(404)))
        if isinstance(found, Exception):
            raise found
        return found

    return checker(answer, names)


def asked(internet: Internet) -> list[str]:
    return [f"{request.method} {site(request)}" for request in internet.asked]


# --- What is said of a page ----------------------------------------------------------------------------------------


def test_a_page_that_opens_is_well_after_head_and_get() -> None:
    links, internet = web({PAGE: page()})
    assert links.check(PAGE) == LinkResult("ok", PAGE, "", (PAGE,))
    assert asked(internet) == [f"HEAD {PAGE}", f"GET {PAGE}"]
    assert internet.asked[0].headers["user-agent"] == "Our Health link check (mailto:ed@example.org)"
    assert internet.asked[0].url.host == PUBLIC
    assert internet.clock.naps == [1.0]


def test_a_file_that_is_no_page_is_not_fetched() -> None:
    links, internet = web({"https://www.who.int/a.pdf": text(200, "%PDF", content_type="application/pdf")})
    assert links.check("https://www.who.int/a.pdf").status == "ok"
    assert asked(internet) == ["HEAD https://www.who.int/a.pdf"]


@pytest.mark.parametrize("status", [400, 403, 404, 405, 500, 501])
def test_a_site_that_dislikes_head_is_asked_properly(status: int) -> None:
    links, internet = web({f"HEAD {PAGE}": text(status), f"GET {PAGE}": page()})
    assert links.check(PAGE).status == "ok"
    assert len(internet.asked) == 2


@pytest.mark.parametrize("trouble", [httpx2.ReadTimeout("late"), httpx2.RemoteProtocolError("closed")])
def test_a_site_that_chokes_on_head_is_asked_properly(trouble: Exception) -> None:
    links, _ = web({f"HEAD {PAGE}": trouble, f"GET {PAGE}": page()})
    assert links.check(PAGE) == LinkResult("ok", PAGE, "", (PAGE,))


@pytest.mark.parametrize("status", [401, 403, 405, 406, 429, 451])
def test_a_site_that_turns_programs_away_is_not_dead(status: int) -> None:
    result = web({PAGE: text(status)})[0].check(PAGE)
    assert result.status == "blocked"
    assert not result.counts_as_failure
    assert f"({status})" in result.reason


def test_a_site_that_asks_for_a_rest_gets_it() -> None:
    links, internet = web({PAGE: text(429, retry_after="20")})
    assert links.check(PAGE).status == "blocked"
    assert asked(internet) == [f"HEAD {PAGE}"]
    links.check(PAGE)
    assert internet.clock.naps == [20.0]
    tired, internet = web({PAGE: text(429, retry_after="3600")})
    tired.check(PAGE)
    assert tired.check(PAGE).reason == "The site asks us to come back later."
    assert len(internet.asked) == 1


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_is_gone_is_missing(status: int) -> None:
    result = web({PAGE: text(status)})[0].check(PAGE)
    assert result.status == "missing"
    assert result.counts_as_failure


@pytest.mark.parametrize("status", [400, 418, 500, 503, 520])
def test_an_error_is_a_failure_of_today(status: int) -> None:
    result = web({PAGE: text(status)})[0].check(PAGE)
    assert (result.status, result.reason) == ("failed", f"The site answered with an error ({status}).")
    assert result.counts_as_failure


@pytest.mark.parametrize(
    ("trouble", "reason"),
    [
        (httpx2.ReadTimeout("late"), "The site did not answer within 5 seconds."),
        (httpx2.ConnectError("no"), "The site could not be reached."),
        (httpx2.RemoteProtocolError("?"), "The site's answer could not be read."),
    ],
)
def test_no_answer_is_a_failure_in_words(trouble: Exception, reason: str) -> None:
    assert web({PAGE: trouble})[0].check(PAGE) == LinkResult("failed", PAGE, reason, (PAGE,))


def test_a_site_whose_name_is_gone_is_a_failure() -> None:
    result = web({}, {"www.nhs.uk": []})[0].check(PAGE)
    assert (result.status, result.reason) == ("failed", "There is no site named www.nhs.uk, or its name could not be looked up.")


@pytest.mark.parametrize("title", ["404", "Page not found - NHS", "Error 404", "This page does not exist", "Page cannot be found",
                                   "Sorry, this article is no longer available"])  # fmt: skip
def test_a_page_that_only_pretends_to_be_there_is_suspect(title: str) -> None:
    result = web({PAGE: page(title)})[0].check(PAGE)
    assert result.status == "suspect"
    assert not result.counts_as_failure


@pytest.mark.parametrize("title", ["Leg cramps", "Dose of 4040 mg", "Lost and found", ""])
def test_an_ordinary_title_raises_no_suspicion(title: str) -> None:
    assert web({PAGE: page(title)})[0].check(PAGE).status == "ok"


def test_being_sent_to_the_front_page_is_suspect() -> None:
    result = web({PAGE: onward("/"), "https://www.nhs.uk/": page("NHS")})[0].check(PAGE)
    assert result.status == "suspect"
    assert "front page" in result.reason
    assert web({"https://www.nhs.uk/": page("NHS")})[0].check("https://www.nhs.uk/").status == "ok"


def test_a_page_of_a_gigabyte_is_read_at_its_beginning_only() -> None:
    taken = []

    class Endless(httpx2.SyncByteStream):
        def __iter__(self):
            while True:
                taken.append(1)
                yield b"x" * 65536

    links, _ = checker(lambda request: httpx2.Response(200, stream=Endless(), headers={"content-type": HTML}))
    assert links.check(PAGE).status == "ok"
    assert len(taken) == 2


# --- Redirects -----------------------------------------------------------------------------------------------------


def test_every_hop_is_recorded_and_a_move_is_told() -> None:
    old, new = "http://www.nhs.uk/old", "https://www.nhs.uk/new/"
    links, internet = web(
        {old: onward("https://www.nhs.uk/middle", 302), "https://www.nhs.uk/middle": onward("/new/"), new: page()}
    )
    result = links.check(old)
    assert result == LinkResult("ok", new, f"The page is now at {new}", (old, "https://www.nhs.uk/middle", new))
    assert internet.resolved == ["www.nhs.uk"] * 6, "each hop is checked anew"


def test_five_redirects_are_followed_and_not_a_sixth() -> None:
    def chain(length: int) -> dict[str, httpx2.Response]:
        pages = {f"https://a.example.org/{n}": onward(f"/{n + 1}") for n in range(length)}
        return {**pages, f"https://a.example.org/{length}": page()}

    assert web(chain(MOST_REDIRECTS))[0].check("https://a.example.org/0").status == "ok"
    result = web(chain(MOST_REDIRECTS + 1))[0].check("https://a.example.org/0")
    assert (result.status, result.reason) == ("failed", "The site sends us on more than 5 times.")


INSIDE = [
    "http://169.254.169.254/latest/meta-data/",
    "http://[::ffff:169.254.169.254]/",
    "http://[::1]:80/",
    "http://[fe80::1%25eth0]/",
    "http://127.0.0.1/",
    "http://127.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0177.0.0.1/",
    "http://10.0.0.1/",
    "http://localhost/",
    "http://localhost.:80/",
    "http://metadata/",
    "https://user:pass@www.nhs.uk/",
    "https://www.nhs.uk@127.0.0.1/",
    "http://www.nhs.uk:22/",
    "http://www.nhs.uk:6379/",
    "file:///etc/passwd",
    "ftp://www.nhs.uk/",
    "javascript:alert(1)",
    "data:text/html,x",
    "gopher://www.nhs.uk/",
    "https:///x",
    "http://\x00/",
    "http://①②⑦.⓪.⓪.①/",
    "http://" + "a" * 5000,
]


@pytest.mark.parametrize("url", [*INSIDE, "", "leg cramps", "//www.nhs.uk/"])
def test_an_address_that_is_not_of_the_public_web_is_never_contacted(url: str) -> None:
    links, internet = web({})
    result = links.check(url)
    assert result.status == "refused"
    assert not result.counts_as_failure
    assert result.reason
    assert internet.asked == []


@pytest.mark.parametrize("url", [url for url in INSIDE if url not in ("https:///x", "https://www.nhs.uk@127.0.0.1/")])
def test_a_public_site_cannot_send_us_inside(url: str) -> None:
    links, internet = web({PAGE: onward(url)})
    assert links.check(PAGE).status == "refused"
    assert {request.headers["host"] for request in internet.asked} == {"www.nhs.uk"}


@pytest.mark.parametrize("number", ["127.0.0.1", "169.254.169.254", "10.1.2.3", "::1", "::ffff:10.0.0.1", "fd00::1"])
def test_a_name_that_leads_inside_is_never_contacted(number: str) -> None:
    links, internet = web({}, {"evil.example.org": [PUBLIC, number]})
    result = links.check("https://evil.example.org/")
    assert (result.status, result.reason) == ("refused", "evil.example.org is not a public web site, so it was not contacted.")
    assert internet.asked == []


def test_a_name_that_turns_inside_between_two_questions_is_caught() -> None:
    names = {"evil.example.org": [PUBLIC]}

    def answer(request: httpx2.Request) -> httpx2.Response:
        names["evil.example.org"] = ["127.0.0.1"]
        return page()

    links, internet = checker(answer, names)
    assert links.check("https://evil.example.org/").status == "refused"
    assert [request.url.host for request in internet.asked] == [PUBLIC]


# --- DOIs, manners -------------------------------------------------------------------------------------------------


def test_a_doi_is_tried_at_the_resolver_only() -> None:
    doi = "https://doi.org/10.1000/xyz"
    links, internet = web({doi: onward("https://publisher.example.org/article", 302)})
    result = links.check(doi)
    assert (result.status, result.final_url) == ("ok", "https://publisher.example.org/article")
    assert asked(internet) == [f"HEAD {doi}"]
    old, internet = web({"http://dx.doi.org/10.1000/xyz": onward(doi), doi: onward("https://publisher.example.org/")})
    assert old.check("http://dx.doi.org/10.1000/xyz").status == "ok"
    assert web({})[0].check("https://doi.org/10.1000/mistyped").status == "missing"


def test_one_site_is_asked_once_a_second_and_another_is_not_kept_waiting() -> None:
    links, internet = web({PAGE: page(), "https://www.who.int/": page()})
    links.check(PAGE)
    internet.clock.naps.clear()
    internet.clock.now += 10
    links.check("https://www.who.int/")
    assert internet.clock.naps == [1.0]


def test_the_memory_of_many_sites_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("articles.lookup.links._MOST_SITES", 3)
    links, _ = checker(lambda request: text(200))
    for number in range(6):
        links.check(f"https://s{number}.example.org/")
    assert list(links._paces) == ["s3.example.org", "s4.example.org", "s5.example.org"]


@given(st.text(max_size=60) | st.from_regex(r"https?://[^\s]{1,40}", fullmatch=True))
def test_no_address_breaks_the_check(url: str) -> None:
    links, internet = web({})
    assert isinstance(links.check(url), LinkResult)
    assert {request.url.host for request in internet.asked} <= {PUBLIC} | {
        request.headers["host"].partition(":")[0] for request in internet.asked
    }
