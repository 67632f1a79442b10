"""The memory of a process is bounded, holds what was asked for last, and holds one version of the site."""

from articles.page_memory import OVERHEAD, PageMemory, Ready


def ready(size: int = 1000) -> Ready:
    return Ready("200 OK", "", 0, [], [], b"x" * size)


def test_what_was_asked_for_last_stays():
    memory = PageMemory(room=3 * (1000 + OVERHEAD))
    for name in "abc":
        memory.put(name, "br", "1", ready())
    assert memory.get("a", "br", "1")
    memory.put("d", "br", "1", ready())
    assert [name for name in "abcd" if memory.get(name, "br", "1")] == ["a", "c", "d"]


def test_it_never_takes_more_than_its_room():
    memory = PageMemory(room=1_000_000)
    for n in range(5000):
        memory.put(f"/{n}", "gzip", "1", ready(n % 9000))
        assert memory.used <= memory.room
    assert memory.used > 900_000


def test_one_that_is_put_in_again_counts_once():
    memory = PageMemory(room=1_000_000)
    for size in (10, 2000, 500):
        memory.put("/", "gzip", "1", ready(size))
    assert memory.used == 500 + OVERHEAD


def test_an_answer_larger_than_the_whole_room_is_not_held():
    memory = PageMemory(room=0)
    memory.put("/", "gzip", "1", ready())
    assert memory.get("/", "gzip", "1") is None
    assert memory.used == 0


def test_forms_are_held_apart():
    memory = PageMemory(room=1_000_000)
    memory.put("/", "gzip", "1", ready())
    assert memory.get("/", "br", "1") is None


def test_another_version_is_never_given_and_drops_the_one_before():
    memory = PageMemory(room=1_000_000)
    memory.put("/", "gzip", "1", ready())
    assert memory.get("/", "gzip", "2") is None
    memory.put("/about/", "gzip", "2", ready())
    assert memory.get("/", "gzip", "1") is None
    assert memory.used == 1000 + OVERHEAD
