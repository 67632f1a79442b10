"""The cache of one machine keeps Django's promises, and counts exactly whoever counts at once."""

import json
import subprocess
import sys
import threading
import time

import pytest

from cms.counter_file import CounterFileCache


@pytest.fixture
def cache(tmp_path):
    return CounterFileCache(str(tmp_path / "cache"), {})


def test_what_is_put_in_comes_out(cache):
    for value in (1, "a", None, [1, 2], {"a": [1.5, None]}):
        cache.set("key", value)
        assert cache.get("key", "missing") == value
    assert cache.get("other", "missing") == "missing"


def test_only_the_first_is_added(cache):
    assert cache.add("key", 1)
    assert not cache.add("key", 2)
    assert cache.get("key") == 1


def test_what_has_expired_is_gone_and_may_be_added_again(cache):
    cache.set("key", 1, timeout=0.05)
    assert cache.incr("key") == 2
    time.sleep(0.06)
    assert cache.get("key") is None
    with pytest.raises(ValueError):
        cache.incr("key")
    assert cache.add("key", 5)
    assert cache.get("key") == 5


def test_what_never_expires_stays(cache):
    cache.set("key", 1, timeout=None)
    assert not cache.add("key", 2)
    assert cache.get("key") == 1


def test_it_can_be_touched_deleted_and_cleared(cache):
    cache.set("key", 1, timeout=0.05)
    assert cache.touch("key", 60)
    time.sleep(0.06)
    assert cache.get("key") == 1
    assert cache.delete("key")
    assert not cache.delete("key")
    assert not cache.touch("key")
    cache.set("other", 1)
    cache.clear()
    assert cache.get("other") is None


def test_expired_entries_do_not_pile_up(cache, monkeypatch):
    monkeypatch.setattr("cms.counter_file.TIDIED_EVERY", 10)
    for n in range(30):
        cache.add(f"key{n}", 1, timeout=-1)
    assert cache._run("SELECT COUNT(*) FROM entries").fetchone()[0] < 11


def test_threads_and_processes_that_count_at_once_lose_nothing(cache, tmp_path):
    cache.set("key", 0)
    count = (
        "import sys; from django.conf import settings; settings.configure(); from cms.counter_file import CounterFileCache;"
        "cache = CounterFileCache(sys.argv[1], {}); [cache.incr('key') for _ in range(200)]"
    )
    others = [subprocess.Popen([sys.executable, "-c", count, str(tmp_path / "cache")]) for _ in range(2)]
    threads = [threading.Thread(target=lambda: [cache.incr("key") for _ in range(100)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [other.wait(30) for other in others] == [0, 0]
    assert cache.get("key") == 800


def test_it_is_a_file_that_nobody_else_may_read(cache, tmp_path):
    cache.set("key", 1)
    assert (tmp_path / "cache").stat().st_mode & 0o077 == 0


def test_it_holds_plain_json(cache):
    cache.set("key", {"a": 1})
    assert json.loads(cache._run("SELECT value FROM entries").fetchone()[0]) == {"a": 1}
