"""nginx and gunicorn as they are shipped, started by a test: a site behind its proxy, with a database of its own."""

import http.client
import re
import socket
import ssl
import sys
import time
from dataclasses import dataclass, field

from cms.deploy.nginx import configuration, standing_alone
from tests.clusters import ROOT, Host, Process, free_port, program, run

NAME = "health.example.org"


@dataclass
class Shipped(Host):
    """gunicorn with the configuration that is in the repository."""

    def command(self) -> list[str]:
        return [sys.executable, "-m", "gunicorn", "-c", str(ROOT / "cms/deploy/gunicorn.conf.py"), "cms.wsgi"]

    def environment(self) -> dict[str, str]:
        return {**super().environment(), "BIND": f"127.0.0.1:{self.port}", "WEB_WORKERS": str(self.workers)}

    def answers(self) -> bool:
        return direct(self, "/healthz").status == 200


@dataclass
class Nginx(Process):
    """nginx with the configuration that is in the repository, and a certificate that it signed itself."""

    gunicorn: str = "127.0.0.1:1"
    http: int = field(default_factory=free_port)
    unlimited: tuple[str, ...] = ()

    def command(self) -> list[str]:
        return [program("nginx", "nginx-light"), "-p", str(self.folder), "-c", str(self.folder / "nginx.conf"), "-e", "stderr"]

    def start(self) -> None:
        self.folder.mkdir(exist_ok=True)
        self._certify()
        site = configuration(
            host=NAME,
            gunicorn=self.gunicorn,
            certificate=self.folder / "certificate.pem",
            key=self.folder / "key.pem",
            cache=self.folder / "cache",
            logs=self.folder,
            http=f"127.0.0.1:{self.http}",
            https=f"127.0.0.1:{self.port}",
            unlimited=self.unlimited,
        )
        at_once = site.replace(" buffer=64k flush=1s", "")  # no test waits until the log is written
        (self.folder / "nginx.conf").write_text(standing_alone(at_once, self.folder))
        run(*self.command(), "-t")
        super().start()

    def answers(self) -> bool:
        with socket.create_connection(("127.0.0.1", self.port), timeout=1):
            return True

    def get(self, path: str, method: str = "GET", body: bytes | None = None, **headers: str) -> "Answer":
        """Over TLS, by the site's name; a header is named with_underscores."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        line = http.client.HTTPConnection(NAME)
        line.sock = self.line()
        logged = self._logged()
        try:
            line.request(method, path, body, {"Host": NAME, **named})
            answer = line.getresponse()
            return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
        finally:
            line.close()
            self._wait_for_more_than(logged)

    def line(self, name: str = NAME, protocols: tuple[str, ...] = ()) -> ssl.SSLSocket:
        """A connection on which anything may be sent."""
        context = ssl.create_default_context(cafile=self.folder / "certificate.pem")
        if protocols:
            context.set_alpn_protocols(list(protocols))
        return context.wrap_socket(socket.create_connection(("127.0.0.1", self.port), timeout=10), server_hostname=name)

    def raw(self, request: bytes) -> int:
        """The status of whatever comes back first."""
        with self.line() as line:
            line.sendall(request)
            return int(line.recv(64).split()[1])

    def log(self) -> list[str]:
        return (self.folder / "imprimatur.log").read_text().splitlines()

    def _logged(self) -> int:
        return (self.folder / "imprimatur.log").stat().st_size

    def _wait_for_more_than(self, logged: int) -> None:
        """nginx writes its line once the answer is on its way; and none for another name than the site's."""
        give_up = time.monotonic() + 0.5
        while self._logged() == logged and time.monotonic() < give_up:
            time.sleep(0.001)

    def came_from(self, path: str) -> list[str]:
        """For each answer at an address whether it was a copy: HIT, MISS, …; - for what is never one."""
        lines = (re.fullmatch(r'\S+ "\S+ (\S+)" \d+ \d+ \S+ (\S+)', line) for line in self.log())
        return [line[2] for line in lines if line and line[1] == path]

    def _certify(self) -> None:
        made = ("-keyout", str(self.folder / "key.pem"), "-out", str(self.folder / "certificate.pem"))
        curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2")
        name = ("-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}")
        run(program("openssl", "openssl"), "req", "-x509", *curve, *made, *name)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


def direct(host: Host, path: str, **headers: str) -> Answer:
    """What gunicorn says itself, to a proxy that is trusted."""
    line = http.client.HTTPConnection("127.0.0.1", host.port, timeout=10)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        line.request("GET", path, headers={"Host": NAME, "X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9", **named})
        answer = line.getresponse()
        return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
    finally:
        line.close()
