"""`manage.py export_site`: the folder is the public site, no more and no less, and stays so."""

import datetime
import fcntl
import gzip
import io
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import brotli
import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client, override_settings
from django.utils import timezone

from articles import look, site_version, static_copy
from articles.asking import Answer, ask
from articles.models import Page
from reviews import exporting, publishing, scheduling
from reviews.models import Publication
from tests import worlds
from tests.standing import picture


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "site"


@pytest.fixture(autouse=True)
def known_by_its_name(settings) -> None:
    settings.ALLOWED_HOSTS = ["health.example.org"]


@pytest.fixture(autouse=True)
def connection_kept() -> Iterator[None]:
    """As Django's own test client does: the test's transaction is no old connection."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def live(cast) -> Publication:
    return worlds.published(cast, worlds.drafted(cast, slug="live", title="Live", picture=picture(cast.wren), picture_alt="Teal"))


@pytest.fixture
def world(cast, live) -> SimpleNamespace:
    """One article that is live, one withdrawn, one moved, and three that nobody may see."""
    blue, hidden = (picture(cast.wren, colour) for colour in ("blue", "green"))
    gone = worlds.published(cast, worlds.drafted(cast, slug="gone", title="Gone", picture=blue, picture_alt="Blue"))
    publishing.withdraw(gone, reason="A newer trial contradicts it.", by=cast.ed)
    first = worlds.published(cast, worlds.drafted(cast, slug="first", title="Moved"))
    worlds.published(cast, worlds.redrafted(first.revision, by=cast.wren, slug="second"))
    worlds.drafted(cast, slug="secret-draft", title="Secret draft", picture=hidden, picture_alt="Green")
    later = worlds.approved(cast, worlds.drafted(cast, slug="secret-later", title="Secret later"))
    scheduling.schedule(later, at=timezone.now() + datetime.timedelta(hours=1), by=cast.ed)
    worlds.approved(cast, worlds.redrafted(live.revision, by=cast.wren, title="Secret newer"))
    return SimpleNamespace(hidden=hidden)


def export(folder: Path, *options: str) -> str:
    """As another process would do it, that knows nothing of the deeds of this one."""
    site_version.forget()
    said = io.StringIO()
    call_command("export_site", folder, *options, stdout=said, stderr=said)
    return said.getvalue()


def manifest(folder: Path) -> dict:
    return json.loads((folder / "_headers.json").read_text())


def told(folder: Path, address: str) -> dict:
    """What the manifest says of one address, its headers with it."""
    whole = manifest(folder)
    entry = whole["addresses"][address]
    return {**entry, "headers": whole["headers"][entry["headers"]]}


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def assert_it_is_the_site(folder: Path) -> None:
    """Each file of it is what the site answers at that address."""
    client = Client(SERVER_NAME="health.example.org")
    for address, entry in manifest(folder)["addresses"].items():
        answer = client.get(address, secure=True)
        assert answer.status_code == entry["status"], address
        if "file" in entry:
            assert (folder / entry["file"]).read_bytes() == b"".join(answer), address


def test_every_public_address_is_a_file_with_just_what_the_site_answers(world, folder):
    assert "addresses written, 0 unchanged, 0 files removed." in export(folder)
    written = manifest(folder)["addresses"]
    for address in (
        "/", "/topics/", "/topics/sleep-and-pain/", "/people/", "/people/wren/", "/articles/live/", "/articles/live.json",
        "/articles/live/history/", "/articles/second/", "/corrections/", "/policy/", "/about/", "/privacy/", "/disclaimer/",
        "/feed/", "/feed/atom/", "/sitemap.xml", "/sitemaps/pages.xml", "/sitemaps/articles-1.xml", "/robots.txt", "/theme.css",
    ):  # fmt: skip
        assert written[address]["status"] == 200, address
    assert_it_is_the_site(folder)


def test_nothing_that_is_not_public_is_written_and_what_was_withdrawn_or_moved_says_so(world, folder):
    export(folder)
    for name, content in files(folder).items():
        assert b"secret" not in content.lower(), name
        assert world.hidden.sha256 not in name
        assert not name.startswith(("admin/", "static/admin/")), name
    gone = told(folder, "/articles/gone/")
    assert gone["status"] == told(folder, "/articles/gone.json")["status"] == 410
    assert "A newer trial contradicts it." in (folder / gone["file"]).read_text()
    assert "articles/gone/" not in (folder / "sitemaps/articles-1.xml").read_text()
    for ending in ("/", ".json", "/history/"):
        moved = told(folder, f"/articles/first{ending}")
        assert (moved["status"], moved["location"]) == (301, f"/articles/second{ending}")
        assert "file" not in moved


def test_a_page_comes_with_its_headers_its_packed_forms_and_whatever_it_shows(live, folder):
    export(folder)
    names, page = files(folder), told(folder, "/articles/live/")
    assert page["headers"]["Content-Type"] == "text/html; charset=utf-8"
    assert page["headers"]["Content-Security-Policy"].startswith("default-src 'self'")
    assert "s-maxage=5" in page["headers"]["Cache-Control"]
    assert page["etag"]
    assert page["last-modified"].endswith("GMT")
    assert b"<h1" in names["articles/live/index.html"]
    assert gzip.decompress(names["articles/live/index.html.gz"]) == names["articles/live/index.html"]
    assert brotli.decompress(names["articles/live/index.html.br"]) == names["articles/live/index.html"]
    shown = live.revision.picture
    assert {"static/articles/article.css", f"pictures/{shown.sha256}.{shown.extension}"} <= set(names)
    assert not [name for name in names if name.startswith("pictures/") and name.endswith((".gz", ".br"))]
    assert told(folder, "/feed/")["headers"]["Content-Type"].startswith("application/rss+xml")
    assert told(folder, "/404.html")["status"] == 404
    whole = manifest(folder)
    assert "Set-Cookie" not in json.dumps(whole)
    assert {"/admin/*", "/search/*", "/articles/*/feedback/", "/articles/*/report/*", "/reports/*"} <= set(whole["live"])


def test_where_nothing_happened_nothing_is_asked(live, folder, django_assert_max_num_queries):
    export(folder)
    with django_assert_max_num_queries(2):
        assert export(folder) == "Nothing has changed since the last run.\n"


def test_asked_for_all_it_writes_only_what_is_missing(live, folder):
    export(folder)
    (folder / "about/index.html.br").unlink()
    said = export(folder, "--all")
    assert "written /about/\n1 addresses written" in said
    assert (folder / "about/index.html.br").exists()


def test_a_withdrawal_replaces_the_page_and_takes_its_picture_away(cast, live, folder):
    export(folder)
    shown = live.revision.picture
    publishing.withdraw(live, reason="It may do harm.", by=cast.ed)
    said = export(folder)
    assert said.startswith("written /articles/live/\n"), "what was withdrawn comes first"
    assert f"removed pictures/{shown.sha256}.{shown.extension}" in said
    assert told(folder, "/articles/live/")["status"] == 410
    content = b"".join(files(folder).values())
    assert b"It may do harm." in content
    assert shown.sha256.encode() not in content


def test_what_the_site_no_longer_has_the_folder_loses(live, folder):
    export(folder)
    assert (folder / "people/milo").exists() is False, "who has no part in what is live is linked from nowhere"
    (folder / "people/nobody").mkdir()
    (folder / "people/nobody/index.html").write_text("left over by a run that was killed")
    (folder / ".well-known").mkdir()
    (folder / ".well-known/security.txt").write_text("the publisher’s own")
    said = export(folder, "--all")
    assert "removed people/nobody/index.html" in said
    assert not (folder / "people/nobody").exists()
    assert (folder / ".well-known/security.txt").exists()


def test_an_empty_folder_inside_one_that_begins_with_a_dot_is_left_alone(cast, live, folder):
    export(folder)
    (folder / ".git/refs").mkdir(parents=True)
    publishing.withdraw(live, reason="It may do harm.", by=cast.ed)
    assert "written /articles/live/" in export(folder)
    assert (folder / ".git/refs").is_dir()


def test_a_page_that_another_hand_wrote_is_a_fault_and_the_signed_file_stays(cast, live, folder):
    export(folder)
    signed = (folder / "articles/live/index.html").read_bytes()
    Page.objects.filter(slug="live").update(html="<p>forged")
    worlds.published(cast, worlds.drafted(cast, slug="other", title="Other"))
    with pytest.raises(CommandError, match=r"could not be answered: their files were left"):
        export(folder)
    assert (folder / "articles/live/index.html").read_bytes() == signed
    assert told(folder, "/articles/live/")["status"] == 200
    assert told(folder, "/articles/other/")["status"] == 200
    assert manifest(folder)["version"] == "", "so that the next run looks again"


def test_a_folder_with_something_else_in_it_is_refused(db, folder):
    folder.mkdir()
    (folder / "thesis.txt").write_text("mine")
    with pytest.raises(CommandError, match="is not empty, and export_site did not make it: name a folder of its own"):
        export(folder)
    assert set(files(folder)) == {".export_site.lock", "thesis.txt"}


def test_a_manifest_that_cannot_be_read_is_refused(live, folder):
    export(folder)
    (folder / "_headers.json").write_text("[]")
    with pytest.raises(CommandError, match="cannot be read"):
        export(folder)


def test_one_run_at_a_time(db, folder):
    folder.mkdir()
    with (folder / ".export_site.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(CommandError, match="Another export_site is at work"):
            export(folder)


def test_a_run_that_broke_off_is_taken_up_again(live, folder):
    export(folder)
    shutil.rmtree(folder / "pictures")
    (folder / "pictures").write_text("in the way")
    with pytest.raises(CommandError, match="pictures"):
        export(folder, "--all")
    (folder / "pictures").unlink()
    assert "written /pictures/" in export(folder, "--all")
    assert "0 addresses written" in export(folder, "--all")


def test_what_a_run_that_broke_off_has_written_is_mended_though_the_site_is_again_as_it_was(live, folder, monkeypatch):
    whole = static_copy.StaticCopy._write

    def breaks_off(self, entry, body):
        whole(self, entry, body)
        raise OSError("No space left on device")

    monkeypatch.setattr(look, "_of", look._of.__wrapped__)  # as if the process were another after each change of a setting
    with time_machine.travel(timezone.now(), tick=False):  # so that no date gives away that there was something else
        export(folder)
        with override_settings(SITE_NAME="Another House"), monkeypatch.context() as broken:
            broken.setattr(static_copy.StaticCopy, "_write", breaks_off)
            with pytest.raises(CommandError, match="No space left"):
                export(folder)
        assert b"Another House" in files(folder)["index.html"]
        with monkeypatch.context() as broken:  # meanwhile it cannot even be asked for
            broken.setattr(exporting, "ask", lambda path: Answer(503, [], b"") if path == "/" else ask(path))
            with pytest.raises(CommandError, match="could not be answered"):
                export(folder)
        export(folder)
        assert_it_is_the_site(folder)
        assert export(folder) == "Nothing has changed since the last run.\n"


@pytest.mark.parametrize(
    "address", ["/../etc/passwd", "//evil/", "/a/../b", "/.git/config", "/a\\b", "/a b", "/a\n", "a", "/%2e%2e/"]
)
def test_no_address_leads_out_of_the_folder(address):
    with pytest.raises(ValueError, match="cannot be the name of a file"):
        static_copy.file_of(address)


def test_the_site_that_does_not_know_its_own_name_says_so(live, folder, settings):
    settings.ALLOWED_HOSTS = ["another.example.org"]
    with pytest.raises(CommandError, match="ALLOWED_HOSTS"):
        export(folder)
    assert ask("/").status == 400
