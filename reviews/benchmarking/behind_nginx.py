"""A page behind nginx with the configuration that is shipped, against the same server sending the same bytes from a file.

Both come over TLS with the same headers, are written to the log, and are counted against the limits as any reader's request is;
only the limit itself is lifted, because all that asks comes from one address.
"""

import contextlib
import shutil
import subprocess
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from django.utils.module_loading import import_string

from reviews.benchmarking import load
from reviews.benchmarking.figure import Figure, taken
from reviews.benchmarking.load import Answer, Unexpected, Visitor
from reviews.benchmarking.servers import free_port, pinned
from reviews.benchmarking.stage import Figures, Stage

GZIP = {"Accept-Encoding": "gzip"}
A_FILE = "a file from nginx"
FILE = "/the-same-as-a-file"
PLACE, LIMIT = "    location /admin/ {", "rate=100r/s"  # in the shipped configuration
NGINX_SAYS = {"server", "date", "connection", "content-length", "content-type", "etag", "last-modified"}
STARTS_WITHIN = 10.0  # seconds


def figures(stage: Stage) -> Figures:
    if shutil.which("nginx") and shutil.which("openssl"):
        yield "reader's page behind nginx", partial(_page, stage, "reader's page behind nginx", {})
        yield "reader's page behind nginx, gzip", partial(_page, stage, "reader's page behind nginx, gzip", GZIP)


def _page(stage: Stage, name: str, headers: dict[str, str]) -> Figure:
    page, gunicorn = stage.pages[-1], stage.server().port
    folder = stage.folder / "nginx"
    served = Visitor(gunicorn, {"X-Forwarded-Proto": "https", **headers}).get(page).having(200)
    with _running(folder, gunicorn, served, stage.server_core) as port:
        origin, seconds = f"https://localhost:{port}", stage.pace.seconds
        _same(Visitor(port, headers, tls=True).get(page).having(200), Visitor(port, tls=True).get(FILE).having(200))
        asked = partial(load.rate, f"{origin}{page}", headers, seconds)
        plain = partial(load.rate, f"{origin}{FILE}", headers, seconds)
        return taken(lambda: [asked()], plain, stage.pace.runs).as_figure(name, against=A_FILE)


def _same(page: Answer, file: Answer) -> None:
    """Otherwise it would be no comparison. Warms up, too."""
    differing = {name for name in page.headers if name.lower() not in NGINX_SAYS and page.headers[name] != file.headers.get(name)}
    if page.body != file.body or differing:
        raise Unexpected(f"nginx serves something else from the file: {', '.join(sorted(differing)) or 'other bytes'}")


@contextlib.contextmanager
def _running(folder: Path, gunicorn: int, served: Answer, core: int | None) -> Iterator[int]:
    """The port at which nginx serves the site, and the file in it."""
    folder.mkdir(exist_ok=True)
    folder.parent.chmod(0o755)  # nginx's workers are somebody else where it is started by root
    (folder / FILE[1:]).write_bytes(served.body)
    _certificate(folder)
    port = free_port()
    (folder / "nginx.conf").write_text(_configuration(folder, gunicorn, port, _as_a_file(folder, served)))
    said = folder / "said.log"
    with said.open("wb") as log:
        command = ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]
        nginx = subprocess.Popen(command, stdout=log, stderr=log, preexec_fn=pinned(core))
    try:
        _wait(nginx, port, said)
        yield port
    finally:
        nginx.terminate()
        nginx.wait()


def _certificate(folder: Path) -> None:
    kind = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "certificate.pem")]
    subprocess.run(["openssl", "req", *kind, *files], check=True, capture_output=True)


def _as_a_file(folder: Path, served: Answer) -> str:
    """What is to be added to the shipped server."""
    said = [(name, value) for name, value in served.headers.items() if name.lower() not in NGINX_SAYS]
    headers = " ".join(f'add_header {name} "{value}";' for name, value in said)
    return f'    location = {FILE} {{ root {folder}; default_type "text/html; charset=utf-8"; {headers} }}\n'


def _configuration(folder: Path, gunicorn: int, port: int, location: str) -> str:
    shipped: str = import_string("cms.deploy.nginx.configuration")(
        host="localhost",
        gunicorn=f"127.0.0.1:{gunicorn}",
        certificate=folder / "certificate.pem",
        key=folder / "key.pem",
        cache=folder / "cache",
        logs=folder,
        http=f"127.0.0.1:{free_port()}",
        https=f"127.0.0.1:{port}",
        unlimited=(),
    )
    if PLACE not in shipped or LIMIT not in shipped:
        raise Unexpected(f"The shipped configuration has no longer “{PLACE.strip()}” and “{LIMIT}”.")
    shipped = shipped.replace(LIMIT, "rate=1000000r/s").replace(PLACE, f"{location}{PLACE}")
    return str(import_string("cms.deploy.nginx.standing_alone")(shipped, folder))


def _wait(nginx: "subprocess.Popen[bytes]", port: int, said: Path) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until and nginx.poll() is None:
        with contextlib.suppress(OSError):
            Visitor(port, tls=True).get(FILE).having(200)
            return
        time.sleep(0.05)
    raise RuntimeError(f"nginx did not start. It said:\n{said.read_text()[-2000:]}")
