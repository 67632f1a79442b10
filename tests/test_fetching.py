"""Asking outside registers: whom we may ask, how fast, how much we read, and what a writer hears when it fails."""

import gzip
import socket
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import httpx2
import pytest
from django.conf import LazySettings
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from articles.lookup import addresses, configured
from articles.lookup.addresses import Refused, Unknown, is_public, public_addresses
from articles.lookup.fetching import LARGEST_ANSWER, Fetcher, LookupFailed, TooBig
from articles.lookup.pace import Pace, retry_after
from articles.lookup.wire import NoAnswer, Wire, _Watchdog
from tests.registers import PUBLIC, Clock, Internet, json, site, text

HOST = "api.crossref.org"
URL = f"https://{HOST}/works/10.1000%2Fxyz"


def fetcher(internet: Internet, **how: object) -> Fetcher:
    how = {"user_agent": "Imprimatur (mailto:ed@example.org)", "gap": 0.2, "patience": 4.0, **how}
    return Fetcher("Crossref", frozenset({HOST}), wire=internet.wire(), sleep=internet.clock.sleep, **how)


def answering(*answers: httpx2.Response | Exception) -> Internet:
    left = list(answers)

    def answer(request: httpx2.Request) -> httpx2.Response:
        given = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(given, Exception):
            raise given
        return given

    return Internet(answer)


# --- Whom we may ask -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "number",
    [
        "127.0.0.1", "127.255.255.254", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1",
        "169.254.169.254", "169.254.0.1", "100.64.0.1", "100.100.100.200", "192.0.0.192", "192.0.2.1", "198.18.0.1",
        "198.51.100.7", "203.0.113.7", "224.0.0.1", "240.0.0.1", "255.255.255.255", "168.63.129.16", "192.88.99.1",
        "::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "fe80::1", "fe80::1%eth0", "fc00::1",
        "fd00:ec2::254", "ff02::1", "64:ff9b::7f00:1", "64:ff9b:1::1", "2001::1", "2001:db8::1", "2002:7f00:1::1",
        "3fff::1", "fec0::1", "not a number", "",
    ],
)  # fmt: skip
def test_no_machine_but_a_public_one_is_ever_an_answer(number: str) -> None:
    assert not is_public(number)
    with pytest.raises(Refused):
        public_addresses("www.example.org", 443, lambda host, port: [number])
    with pytest.raises(Refused):
        public_addresses("www.example.org", 443, lambda host, port: [PUBLIC, number])


@pytest.mark.parametrize("number", ["93.184.215.14", "8.8.8.8", "1.1.1.1", "172.15.0.1", "172.32.0.1", "2606:4700::6810:84e5"])
def test_a_public_machine_may_be_asked(number: str) -> None:
    assert is_public(number)
    assert public_addresses("www.example.org", 443, lambda host, port: [number]) == (number,)


@pytest.mark.parametrize(
    "host",
    [
        "2130706433", "0x7f000001", "0x7f.1", "017700000001", "0177.0.0.1", "127.1", "127.0.1", "0", "127.0.0.1.",
        "127.0.0.01", "0xA9FEA9FE", "example.1", "localhost", "metadata", "localhost.", "%31%32%37.0.0.1", "[::1", "a b.org",
        "127.0.0.1", "169.254.169.254", "::1", "::ffff:169.254.169.254",
    ],
)  # fmt: skip
def test_a_number_in_disguise_is_refused_even_when_the_resolver_calls_it_public(host: str) -> None:
    with pytest.raises(Refused):
        public_addresses(host, 80, lambda host, port: [PUBLIC])


def test_a_name_that_leads_nowhere_is_said_to_be_unknown() -> None:
    with pytest.raises(Unknown, match=r"no site named nowhere\.example\.org"):
        public_addresses("nowhere.example.org", 443, lambda host, port: [])


def test_the_systems_resolver_may_fail_or_hang_without_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*args: object, **kwargs: object) -> list:
        raise socket.gaierror("no such host")

    release = threading.Event()

    def hanging(*args: object, **kwargs: object) -> list:
        release.wait(5)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", missing)
    with pytest.raises(Unknown):
        addresses.resolve("nowhere.example.org", 443)
    monkeypatch.setattr(socket, "getaddrinfo", hanging)
    monkeypatch.setattr(addresses, "SECONDS", 0.05)
    with pytest.raises(Unknown):
        addresses.resolve("slow.example.org", 443)
    release.set()


def test_the_systems_resolver_gives_each_number_once(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = [(socket.AF_INET, 1, 6, "", ("1.2.3.4", 443)), (socket.AF_INET, 1, 6, "", ("1.2.3.4", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: entries)
    assert addresses.resolve("www.example.org", 443) == ["1.2.3.4"]


def test_the_connection_goes_to_the_checked_number_under_the_sites_own_name() -> None:
    internet = answering(json({}))
    fetcher(internet).get(URL)
    [request] = internet.asked
    assert request.url.host == PUBLIC
    assert request.headers["host"] == HOST
    assert request.extensions["sni_hostname"] == HOST, "the certificate must be the site's"


def test_a_name_that_changes_between_check_and_connection_gains_nothing() -> None:
    answers = iter([[PUBLIC], ["127.0.0.1"]])
    internet = answering(json({}))
    wire = Wire(lambda host, port: next(answers), httpx2.MockTransport(internet._handle), internet.clock)
    wire.ask("GET", httpx2.URL(URL), {}, 10)
    assert [request.url.host for request in internet.asked] == [PUBLIC]
    with pytest.raises(NoAnswer) as refused:
        wire.ask("GET", httpx2.URL(URL), {}, 10)
    assert refused.value.why == "refused"
    assert len(internet.asked) == 1


def test_an_ipv6_machine_is_reached_in_brackets() -> None:
    internet = answering(json({}))
    internet.names = {HOST: ["2606:4700::6810:84e5"]}
    fetcher(internet).get(URL)
    assert internet.asked[0].url.netloc == b"[2606:4700::6810:84e5]"


def test_a_register_whose_name_leads_inside_is_not_contacted_and_the_writer_is_told() -> None:
    internet = answering(json({}))
    internet.names = {HOST: ["10.0.0.7"]}
    with pytest.raises(LookupFailed, match="Crossref was not contacted: its address leads into a private network"):
        fetcher(internet).get(URL)
    assert internet.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "http://api.crossref.org/works",
        "https://api.crossref.org:8443/works",
        "https://user@api.crossref.org/works",
        "https://api.crossref.org.evil.example/works",
        "https://evil.example/works",
        "https://169.254.169.254/latest/meta-data",
        "https://localhost/",
        "https://[::1]/",
        "https://2130706433/",
        "file:///etc/passwd",
        "ftp://api.crossref.org/",
    ],
)
def test_nothing_but_the_registers_own_address_over_https_is_asked(url: str) -> None:
    internet = answering(json({}))
    with pytest.raises(LookupFailed):
        fetcher(internet).get(url)
    assert internet.asked == []
    assert internet.resolved == []


@pytest.mark.parametrize(
    "onward", ["https://evil.example/", "http://api.crossref.org/works", "//169.254.169.254/", "file:///etc"]
)
def test_a_redirect_out_of_the_house_is_not_followed(onward: str) -> None:
    internet = answering(text(302, location=onward))
    with pytest.raises(LookupFailed, match="its own address only"):
        fetcher(internet).get(URL)
    assert len(internet.asked) == 1


def test_a_redirect_within_the_house_is_followed_and_paced_but_not_for_ever() -> None:
    internet = answering(text(301, location="/works/10.1000%2Fother"), json({"here": 1}))
    assert fetcher(internet).get(URL).status == 200
    assert [site(request) for request in internet.asked] == [URL, f"https://{HOST}/works/10.1000%2Fother"]
    assert internet.clock.naps == [pytest.approx(0.2)]
    circle = answering(text(301, location="/works/10.1000%2Fother"))
    with pytest.raises(LookupFailed, match="from one address to the next"):
        fetcher(circle).get(URL)
    assert len(circle.asked) == 3


def test_we_say_who_we_are_and_whom_to_write_to() -> None:
    internet = answering(json({}))
    fetcher(internet, user_agent="Klinik für Ärzte\r\nX-Evil: 1", params={"mailto": "ed@example.org"}).get(URL, {"rows": "1"})
    [request] = internet.asked
    assert request.headers["user-agent"] == "Klinik f r rzte X-Evil: 1"
    assert "x-evil" not in request.headers
    assert dict(request.url.params) == {"mailto": "ed@example.org", "rows": "1"}


# --- How much, how long --------------------------------------------------------------------------------------------


class Trickle(httpx2.SyncByteStream):
    def __init__(self, chunks: Iterator[bytes], each: Callable[[], None] = lambda: None) -> None:
        self.chunks, self.each, self.taken, self.closed = chunks, each, 0, False

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self.chunks:
            self.taken += 1
            self.each()
            yield chunk

    def close(self) -> None:
        self.closed = True


def endless() -> Iterator[bytes]:
    while True:
        yield b"x" * 65536


def test_a_gigabyte_is_not_read_to_its_end() -> None:
    stream = Trickle(endless())
    with pytest.raises(TooBig, match="Crossref sent more than 1 MB"):
        fetcher(answering(httpx2.Response(200, stream=stream))).get(URL)
    assert stream.taken == LARGEST_ANSWER // 65536 + 1
    assert stream.closed


def test_exactly_as_much_as_is_allowed_is_read() -> None:
    assert len(fetcher(answering(text(200, "x" * 100))).get(URL, cap=100).body) == 100
    with pytest.raises(TooBig):
        fetcher(answering(text(200, "x" * 101))).get(URL, cap=100)


def packed(data: bytes, encoding: str = "gzip") -> httpx2.Response:
    return httpx2.Response(200, stream=Trickle(iter([data])), headers={"content-encoding": encoding})


def test_a_packed_answer_is_unpacked() -> None:
    assert fetcher(answering(packed(gzip.compress(b'{"a": 1}')))).get(URL).body == b'{"a": 1}'


def test_a_bomb_of_zeros_is_not_unpacked_beyond_the_limit() -> None:
    bomb = packed(gzip.compress(bytes(50 * LARGEST_ANSWER), compresslevel=1))
    tracemalloc.start()
    try:
        with pytest.raises(TooBig):
            fetcher(answering(bomb)).get(URL)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 10 * LARGEST_ANSWER


@pytest.mark.parametrize("answer", [packed(b"not gzip"), packed(gzip.compress(b"x" * 999)[:-9]), packed(b"x", "br")])
def test_a_badly_packed_answer_is_no_answer(answer: httpx2.Response) -> None:
    with pytest.raises(LookupFailed, match="could not be read"):
        fetcher(answering(answer)).get(URL)


def test_an_answer_that_drips_is_given_up_after_five_seconds() -> None:
    internet = answering(text(200))
    stream = Trickle(iter([b"x"] * 100), each=lambda: internet.clock.sleep(1))
    internet.answer = lambda request: httpx2.Response(200, stream=stream)
    with pytest.raises(LookupFailed) as failed:
        fetcher(internet).get(URL)
    assert str(failed.value) == "Crossref did not answer within 5 seconds; nothing was changed. Try again later."
    assert stream.taken == 6
    assert stream.closed


def test_the_watchdog_cuts_a_connection_that_never_says_anything() -> None:
    ours, theirs = socket.socketpair()

    class Connection:
        def get_extra_info(self, name: str) -> socket.socket:
            return ours

    with ours, theirs, _Watchdog(0.05) as watchdog:
        watchdog.saw("connection.connect_tcp.complete", {"return_value": Connection()})
        ours.settimeout(3)
        assert ours.recv(1) == b"", "the read must end, not time out"
        assert watchdog.expired


def test_the_real_transport_connects_where_it_is_told_and_is_cut_off_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server of our own that sends one byte of a header now and then: no single read ever times out."""
    monkeypatch.setattr("articles.lookup.wire.public_addresses", lambda host, port, resolver: ("127.0.0.1",))
    heard: list[bytes] = []

    def drip(server: socket.socket) -> None:
        connection, _ = server.accept()
        with connection:
            heard.append(connection.recv(4096))
            for _ in range(400):
                try:
                    connection.send(b"H")
                except OSError:
                    return
                time.sleep(0.05)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=drip, args=(server,), daemon=True)
        thread.start()
        started = time.monotonic()
        port = server.getsockname()[1]
        with pytest.raises(NoAnswer) as cut:
            Wire(seconds=0.3).ask("GET", httpx2.URL(f"http://www.example.org:{port}/page"), {}, 1000)
        thread.join(2)
    assert cut.value.why in ("slow", "broken")
    assert time.monotonic() - started < 15  # the dripping takes 20
    assert heard[0].startswith(b"GET /page HTTP/1.1\r\n")
    assert f"Host: www.example.org:{port}".encode() in heard[0]


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        (httpx2.ReadTimeout("late"), "Crossref did not answer within 5 seconds; nothing was changed. Try again later."),
        (httpx2.ConnectTimeout("late"), "Crossref did not answer within 5 seconds; nothing was changed. Try again later."),
        (httpx2.ConnectError("refused"), "Crossref could not be reached; nothing was changed. Try again later."),
        (httpx2.ReadError("reset"), "Crossref sent an answer that could not be read; nothing was changed. Try again later."),
        (
            httpx2.RemoteProtocolError("?"),
            "Crossref sent an answer that could not be read; nothing was changed. Try again later.",
        ),
    ],
)
def test_every_trouble_of_the_network_is_one_sentence(trouble: Exception, words: str) -> None:
    with pytest.raises(LookupFailed) as failed:
        fetcher(answering(trouble)).get(URL)
    assert str(failed.value) == words


def test_a_second_machine_is_tried_when_the_first_does_not_open() -> None:
    internet = answering(httpx2.ConnectError("no route"), json({}))
    internet.names = {HOST: ["2606:4700::6810:84e5", PUBLIC]}
    assert fetcher(internet).get(URL).status == 200
    assert [request.url.host for request in internet.asked] == ["2606:4700::6810:84e5", PUBLIC]


# --- How fast ------------------------------------------------------------------------------------------------------


def test_questions_keep_the_gap() -> None:
    internet = answering(json({}))
    register = fetcher(internet)
    for _ in range(3):
        register.get(URL)
    assert internet.clock.naps == [pytest.approx(0.2)] * 2


def test_the_limits_in_each_answer_are_kept_from_then_on() -> None:
    slower = json({}, x_rate_limit_limit="5", x_rate_limit_interval="10s", x_concurrency_limit="3", x_api_pool="polite")
    faster = json({}, x_rate_limit_limit="10", x_rate_limit_interval="1s", x_concurrency_limit="1", x_api_pool="public")
    internet = answering(slower, faster, json({}))
    register = fetcher(internet)
    register.get(URL)
    assert (register.pace.gap, register.pace.pool, register.pace.concurrency) == (2.0, "polite", 3)
    register.get(URL)
    assert (register.pace.gap, register.pace.pool, register.pace.concurrency) == (0.1, "public", 1)


@pytest.mark.parametrize("limit", ["0", "-1", "many", "", "1e9", "٣", "9" * 30])
def test_a_limit_that_makes_no_sense_changes_nothing(limit: str) -> None:
    pace = Pace(0.2, 4, Clock(), lambda seconds: None)
    pace.learn({"x-rate-limit-limit": limit, "x-rate-limit-interval": "1s"})
    pace.learn({"x-rate-limit-limit": "5", "x-rate-limit-interval": "soon"})
    assert pace.gap == 0.2


@given(st.dictionaries(st.sampled_from(["x-rate-limit-limit", "x-rate-limit-interval", "x-concurrency-limit"]), st.text()))
def test_no_header_breaks_the_pace(headers: dict[str, str]) -> None:
    pace = Pace(0.2, 4, Clock(), lambda seconds: None)
    pace.learn(headers)
    assert 0 < pace.gap <= 60


def test_a_busy_register_is_asked_again_when_it_said_so() -> None:
    internet = answering(text(429, "slow down", retry_after="3"), text(503), json({"ok": 1}))
    assert fetcher(internet).get(URL).body == b'{"ok":1}'
    assert internet.clock.naps == [3, 2]


def test_a_register_that_stays_busy_is_left_alone() -> None:
    internet = answering(text(429))
    with pytest.raises(LookupFailed, match="Crossref has too many questions to answer just now"):
        fetcher(internet).get(URL)
    assert len(internet.asked) == 3
    broken = answering(text(500, "<html>oops"))
    with pytest.raises(LookupFailed, match=r"Crossref answered with an error \(500\)"):
        fetcher(broken).get(URL)


def test_nobody_waits_longer_than_they_have_patience_and_nobody_asks_in_between() -> None:
    internet = answering(text(429, retry_after="60"), json({}))
    register = fetcher(internet)
    for _ in range(2):
        with pytest.raises(LookupFailed, match="Crossref asks us to wait 60 seconds; nothing was changed"):
            register.get(URL)
    assert len(internet.asked) == 1
    internet.clock.now += 60
    assert register.get(URL).status == 200
    patient = answering(text(429, retry_after="60"), json({}))
    assert fetcher(patient, patience=120).get(URL).status == 200


def test_a_date_to_come_back_at_is_understood() -> None:
    now = datetime(2026, 1, 2, 3, 4, 0, tzinfo=UTC)
    assert retry_after({"retry-after": "Fri, 02 Jan 2026 03:04:30 GMT"}, now) == 30
    assert retry_after({"retry-after": "Fri, 02 Jan 2026 03:00:00 GMT"}, now) == 0
    assert retry_after({"retry-after": "Fri, 02 Jan 2026 03:04:30 -0000"}, now) == 30
    assert retry_after({"retry-after": "soon"}, now) is None
    assert retry_after({}, now) is None


def test_only_one_question_is_open_at_a_time() -> None:
    internet = answering(json({}))
    register = fetcher(internet, patience=0)
    register._wire.seconds = 0.05
    with register._one_at_a_time, pytest.raises(LookupFailed, match="Crossref is busy with other questions"):
        register.get(URL)
    assert register.get(URL).status == 200


# --- What an answer must be ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer",
    [
        httpx2.Response(200, content=b'{"a": 1}', headers={"content-type": "text/html"}),
        httpx2.Response(200, content=b'{"a": 1}'),
        httpx2.Response(200, content=b"{", headers={"content-type": "application/json"}),
        httpx2.Response(200, content=b"\xff\xfe{", headers={"content-type": "application/json"}),
        httpx2.Response(200, content=b"[" * 100_000, headers={"content-type": "application/json"}),
        httpx2.Response(200, content=b"9" * 9999, headers={"content-type": "application/json"}),
        json([1]),
        json(None),
    ],
)
def test_what_is_no_json_object_is_not_read(answer: httpx2.Response) -> None:
    register = fetcher(answering(answer))
    with pytest.raises(LookupFailed, match="could not be read"):
        register.object_in(register.get(URL))


# --- The settings --------------------------------------------------------------------------------------------------

ON = {"LOOKUPS": ["crossref", "pubmed"], "CONTACT_EMAIL": "ed@example.org", "PUBMED_API_KEY": "s3cret", "SITE_NAME": "Gut"}


def test_look_ups_are_off_until_somebody_switches_them_on(settings: LazySettings) -> None:
    settings.LOOKUPS = []
    assert configured.fetchers() == {}
    assert not configured.is_on("crossref")
    with pytest.raises(LookupFailed, match="Look-ups at Crossref are switched off on this site; what you typed is kept"):
        configured.fetcher("crossref")
    del settings.LOOKUPS
    assert configured.fetchers() == {}


def test_look_ups_need_somebody_who_can_be_written_to() -> None:
    with override_settings(**{**ON, "CONTACT_EMAIL": ""}):
        assert configured.fetchers() == {}
        assert (
            configured.why_off("pubmed")
            == "Look-ups at PubMed need CONTACT_EMAIL to be set on this site; what you typed is kept."
        )


def test_one_client_serves_the_whole_process_so_that_the_pace_is_kept() -> None:
    with override_settings(**ON):
        assert set(configured.fetchers()) == {"crossref", "pubmed"}
        assert configured.fetcher("pubmed") is configured.fetcher("pubmed")
        assert configured.fetcher("pubmed", configured.PATIENCE_OF_A_COMMAND) is not configured.fetcher("pubmed")
    with override_settings(**{**ON, "LOOKUPS": ["PubMed ", "crosref"]}):
        assert list(configured.fetchers()) == ["pubmed"]
        assert configured.misspelt() == ["crosref"]
