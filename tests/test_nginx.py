"""The site behind its own proxy: nginx and gunicorn as they are shipped, a database of their own, and real connections.

One site for all tests here, and each article in it for one of them: what a test withdraws or counts is nobody else's.
"""

import gzip
import json
import os
import re
import signal
import ssl
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import brotli
import pytest

from articles.models import Article
from cms.deploy.nginx import configuration
from reviews import publishing
from tests import clusters, worlds
from tests.clusters import free_port, manage, until
from tests.proxies import NAME, Nginx, Shipped, direct

pytestmark = pytest.mark.ops
KEYS = {"SECRET_KEY": "the-key-of-a-site-behind-a-proxy-1", "SIGNING_KEYS": "the-seal-of-a-site-behind-a-proxy-"}
CALLED = ("cached", "packed", "asked", "withdrawn", "tricked", "poisoned", "private")
GONE_WITHIN = 5 + 1 + 1  # seconds: s-maxage, which nginx counts in whole ones, and until another process of the site looks again
MACHINE = 1.5  # and what a busy one adds
HTML = {"Accept_Encoding": "br, gzip"}


def tell_of_a_site() -> None:
    """The world, made by a command of the site."""
    cast = worlds.the_cast()
    for slug in CALLED:
        worlds.published(cast, worlds.drafted(cast, slug=slug, title=slug.title()))
    sys.stdout.write(json.dumps(sorted(CALLED)))


def withdraw(slug: str) -> None:
    live = Article.objects.get(page__slug=slug).page.publication
    publishing.withdraw(live, reason="A newer trial contradicts it.", by=live.revision.author)


@dataclass
class Site:
    nginx: Nginx
    gunicorn: Shipped
    settings: dict[str, str]

    def does(self, what: str) -> str:
        """A deed in another process, as an editor's would be."""
        return manage(self.settings, "shell", "--no-imports", "-c", f"from tests import test_nginx; test_nginx.{what}")


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    clusters.program("nginx", "nginx-light")
    clusters.program("openssl", "openssl")
    with clusters.folder() as folder:
        settings = {
            **KEYS,
            "SITE_URL": f"https://{NAME}",
            "CONTACT_EMAIL": "editors@example.org",
            "TRUSTED_PROXIES": "1",
            "DATABASE_URL": f"sqlite:///{folder / 'site.sqlite3'}",
            "CACHE_URL": (folder / "counters").as_uri(),
            "MEDIA_ROOT": str(folder / "media"),
            "STATIC_ROOT": str(folder / "static"),
        }
        gunicorn = Shipped(folder / "gunicorn", settings=settings)
        nginx = Nginx(folder / "nginx", gunicorn=f"127.0.0.1:{gunicorn.port}")
        made = Site(nginx, gunicorn, settings)
        with ThreadPoolExecutor() as pool:
            collected = pool.submit(manage, settings, "collectstatic", "--noinput", "-v", "0")
            manage(settings, "migrate", "-v", "0")
            made.does("tell_of_a_site()")
            collected.result()
        try:
            gunicorn.start()
            nginx.start()
            yield made
        finally:
            nginx.kill()
            gunicorn.kill()


def test_a_page_comes_over_tls_and_the_second_time_from_the_copy(site):
    first, second = (site.nginx.get("/articles/cached/") for _ in range(2))
    assert first.status == second.status == 200
    assert first.body == second.body
    assert b"<h1" in first.body
    assert site.nginx.came_from("/articles/cached/")[0] == "MISS"
    assert site.nginx.came_from("/articles/cached/")[-1] in {"HIT", "REVALIDATED"}


def test_what_a_campaign_adds_to_an_address_makes_no_second_copy(site):
    site.nginx.get("/articles/cached/")
    before = len(site.nginx.came_from("/articles/cached/"))
    for number in range(5):
        assert site.nginx.get(f"/articles/cached/?utm_source=letter-{number}&x=%0d%0a").status == 200
    assert set(site.nginx.came_from("/articles/cached/")[before:]) <= {"HIT", "EXPIRED", "REVALIDATED"}


@pytest.mark.parametrize(
    ("accepted", "form"),
    [
        ("gzip, deflate, br, zstd", "br"), ("BR", "br"), ("br;q=0.5, gzip", "br"), ("gzip;q=1.0, br;q=0", "gzip"),
        ("deflate, gzip", "gzip"), ("gzip;q=0.000", None), ("identity", None), ("", None),
    ],
)  # fmt: skip
def test_each_reader_gets_a_form_that_their_browser_takes(site, accepted, form):
    answer = site.nginx.get("/articles/packed/", Accept_Encoding=accepted)
    assert answer.headers.get("content-encoding") == form
    unpacked = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[form](answer.body)
    assert unpacked == site.nginx.get("/articles/packed/", Accept_Encoding="identity").body
    assert "Accept-Encoding" in answer.headers["vary"]


def test_a_browser_that_has_the_page_is_told_so_from_the_copy(site):
    page = site.nginx.get("/articles/asked/", **HTML)
    assert page.headers["cache-control"] == "public, max-age=0, s-maxage=5, must-revalidate"
    for condition in ({"If_None_Match": page.headers["etag"]}, {"If_Modified_Since": page.headers["last-modified"]}):
        answer = site.nginx.get("/articles/asked/", **HTML, **condition)
        assert (answer.status, answer.body) == (304, b"")
        assert answer.headers["etag"] == page.headers["etag"]
        assert answer.headers["content-security-policy"] == page.headers["content-security-policy"]
    assert site.nginx.get("/articles/asked/", **HTML, If_None_Match='"another"').status == 200
    assert site.nginx.came_from("/articles/asked/").count("MISS") == 1


def test_a_copy_that_is_old_is_confirmed_and_not_made_anew(site):
    page = site.nginx.get("/articles/asked/")
    time.sleep(6.1)
    assert site.nginx.get("/articles/asked/").body == page.body
    assert site.nginx.came_from("/articles/asked/")[-1] == "REVALIDATED"


def test_a_withdrawn_page_is_gone_from_every_copy_within_the_stated_seconds(site):
    forms = ("br", "gzip", "identity")
    for form in forms:
        assert site.nginx.get("/articles/withdrawn/", Accept_Encoding=form).status == 200
    site.does("withdraw('withdrawn')")
    began = time.monotonic()
    for form in forms:
        until(lambda form=form: site.nginx.get("/articles/withdrawn/", Accept_Encoding=form).status == 410, GONE_WITHIN * 2)
    assert time.monotonic() - began < GONE_WITHIN + MACHINE
    notice = site.nginx.get("/articles/withdrawn/")
    assert b"A newer trial contradicts it." in notice.body
    assert notice.headers["content-security-policy"].startswith("default-src 'self'")
    until(lambda: b"/articles/withdrawn/" not in site.nginx.get("/sitemaps/articles-1.xml").body, GONE_WITHIN * 2)


@pytest.mark.parametrize(
    "path", ["/", "/articles/cached/", "/articles/cached.json", "/feed/", "/admin/login/", "/nothing/", "/search/"]
)
def test_every_header_is_the_site_s_own(site, path):
    by_the_way = {"server", "date", "connection", "content-length", "transfer-encoding", "etag", "set-cookie", "vary", "expires"}
    here, there = site.nginx.get(path), direct(site.gunicorn, path)
    assert here.status == there.status
    assert {name: value for name, value in here.headers.items() if name not in by_the_way} == {
        name: value for name, value in there.headers.items() if name not in by_the_way
    }
    assert here.headers["server"] == "nginx"


def test_a_style_sheet_comes_packed_once_and_is_kept(site):
    [address] = set(re.findall(r"/static/articles/article\.[0-9a-f]+\.css", site.nginx.get("/articles/cached/").body.decode()))
    answers = [site.nginx.get(address, **HTML) for _ in range(2)]
    assert answers[0].headers["content-encoding"] == "br"
    assert "immutable" in answers[0].headers["cache-control"]
    assert answers[0].headers["content-security-policy"] == direct(site.gunicorn, address).headers["content-security-policy"]
    assert answers[0].body == answers[1].body
    assert site.nginx.came_from(address) == ["MISS", "HIT"]


def test_a_new_release_turns_no_reader_away(site):
    """gunicorn is told to load the site anew, as `systemctl reload` does; the monitor's address is never a copy."""
    before = workers(site.gunicorn)
    os.kill(site.gunicorn.running.pid, signal.SIGHUP)
    statuses = []
    until(lambda: statuses.append(site.nginx.get("/healthz").status) or not before & workers(site.gunicorn), 60, "new workers")
    assert set(statuses) == {200}


def workers(gunicorn: Shipped) -> set[str]:
    return set(Path(f"/proc/{gunicorn.running.pid}/task/{gunicorn.running.pid}/children").read_text().split())


def test_what_is_private_or_a_search_is_never_kept(site):
    for path in ("/admin/login/", "/search/?q=magnesium", "/reports/", "/healthz", "/articles/private/report/"):
        for _ in range(2):
            site.nginx.get(path)
    for path in ("/admin/login/", "/search/", "/reports/", "/healthz", "/articles/private/report/"):
        assert set(site.nginx.came_from(path)) <= {"-", "BYPASS", "MISS"}, path
    for header in ({"Cookie": "sessionid=abc"}, {"Cookie": "other=1"}, {"Cookie": ":"}, {"Authorization": "Basic YTpi"}):
        site.nginx.get("/articles/private/", **header)
        assert site.nginx.came_from("/articles/private/")[-1] == "BYPASS", header
    assert not site.nginx.get("/articles/private/").headers.get("set-cookie")
    assert site.nginx.came_from("/articles/private/")[-1] == "MISS", "none of those left a copy"


@pytest.mark.parametrize(
    "path",
    [
        "/articles/tricked/.css", "/articles/tricked/x.css", "/articles/tricked;x.css", "/articles/tricked/;x.css",
        "/articles/tricked%2fx.css", "/articles/tricked/%0ax.css", "/articles/tricked/%00.css", "/articles/tricked/%23/../x.js",
        "//articles/tricked/", "/./articles/tricked/", "/x/../articles/tricked/", "/%61dmin/login/.css",
        "/articles/tricked/%3fx.css", "/admin/login/x.css", "/admin/login/%2f..%2f..%2farticles%2ftricked/",
    ],
)  # fmt: skip
def test_a_tricky_address_is_no_page_and_leaves_no_copy(site, path):
    for _ in range(2):
        answer = site.nginx.get(path)
        assert answer.status != 200, path
        assert "no-store" in answer.headers.get("cache-control", "no-store"), path
    assert "HIT" not in {line.split()[-1] for line in site.nginx.log() if "tricked" in line}


def test_what_a_stranger_s_headers_claim_changes_nothing_in_the_copy(site):
    claims = {
        "X_Forwarded_Host": "evil.example", "Forwarded": "host=evil.example;proto=http", "X_Original_URL": "/admin/",
        "X_Rewrite_URL": "/admin/", "X_HTTP_Method_Override": "POST", "X_Forwarded_Proto": "http", "X_Forwarded_Port": "1",
        "X_Forwarded_For": "192.0.2.1", "X_Host": "evil.example", "Script_Name": "/evil", "Path_Info": "/admin/",
    }  # fmt: skip
    poisoned = site.nginx.get("/articles/poisoned/", **claims)
    clean = site.nginx.get("/articles/poisoned/")
    assert poisoned.status == clean.status == 200
    assert poisoned.body == clean.body
    assert b"evil" not in clean.body


@pytest.mark.parametrize(
    "request_",
    [
        b"POST / HTTP/1.1\r\nHost: %s\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: %s\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcde",
        b"POST / HTTP/1.1\r\nHost: %s\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: %s\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: %s\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: %s\r\nContent-Length: +4\r\n\r\nabcd",
        b"POST /reports/ HTTP/1.1\r\nHost: %s\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\nabc\r\n0\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: %s\r\nHost: evil.example\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: %s\r\nX: a\x00b\r\n\r\n",
        b"GET /\x01 HTTP/1.1\r\nHost: %s\r\n\r\n",
    ],
)
def test_a_request_that_two_servers_could_read_differently_is_refused(site, request_):
    assert site.nginx.raw(request_.replace(b"%s", NAME.encode())) in {400, 501}


def test_another_name_is_not_answered(site):
    assert site.nginx.get("/", Host="evil.example").status == 421
    with pytest.raises(ssl.SSLError):
        site.nginx.line("evil.example")


def test_browsers_are_offered_http_2(site):
    with site.nginx.line(protocols=("h2", "http/1.1")) as line:
        assert line.selected_alpn_protocol() == "h2"


def test_what_nginx_answers_itself_is_as_strict(site):
    large = site.nginx.get("/reports/", "POST", b"x" * 1_100_000)
    assert large.status == 413
    with clusters.folder() as folder:
        alone = Nginx(folder / "nginx", gunicorn=f"127.0.0.1:{free_port()}")
        alone.start()
        away = alone.get("/articles/cached/")
        alone.kill()
    assert away.status == 502
    for answer in (large, away):
        assert answer.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"


def test_slow_senders_keep_no_reader_waiting(site):
    """Each holds a connection to nginx and none of gunicorn's two workers."""
    lines = [site.nginx.line() for _ in range(20)]
    for line in lines:
        line.sendall(f"POST /reports/ HTTP/1.1\r\nHost: {NAME}\r\nContent-Length: 50000\r\n\r\nreceipt=".encode())
    began = time.monotonic()
    assert site.nginx.get("/search/?q=cramps").status == 200
    assert time.monotonic() - began < 5, "and not for the 20 seconds that a sender has"
    for line in lines:
        line.close()


def test_a_flood_of_work_is_turned_away_while_readers_are_served(site):
    statuses = [site.nginx.get("/articles/cached/", "POST").status for _ in range(120)]
    assert statuses[:30] == [403] * 30, "nobody sends thirty forms in a moment"
    assert 429 in statuses
    assert site.nginx.get("/articles/cached/").status == 200
    time.sleep(0.5)
    assert site.nginx.get("/articles/cached/", "POST").status == 403, "and soon is welcome again"


def test_the_log_names_no_reader_no_search_and_no_invitation(site):
    site.nginx.get("/search/?q=my-secret-illness")
    site.nginx.get("/invitation/a-secret-that-lets-in/")
    site.nginx.get("/articles/cached/", Referer="https://forum.example/about-me", User_Agent="A rare browser")
    told = "\n".join(site.nginx.log()) + (site.nginx.folder / "imprimatur-error.log").read_text()
    assert "GET /invitation/..." in told
    for word in ("127.0.0.1", "my-secret-illness", "a-secret-that-lets-in", "forum.example", "rare browser"):
        assert word not in told


@pytest.mark.parametrize("host", ["", "two names", "a;b", "a{b", "$host", "a\nb", "a#b"])
def test_what_would_be_a_directive_of_its_own_is_refused(host):
    with pytest.raises(ValueError, match=r"cannot stand in nginx\.conf"):
        configuration(host=host, gunicorn="127.0.0.1:8000", certificate="/c.pem", key="/k.pem")


def test_every_blank_is_filled_in():
    assert "${" not in configuration(host=NAME, gunicorn="unix:/run/gunicorn.sock", certificate="/c.pem", key="/k.pem")
