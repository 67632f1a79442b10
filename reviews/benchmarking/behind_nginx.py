"""A page behind nginx with the configuration that is shipped, against nginx that sends the same bytes from a file."""

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
from reviews.benchmarking.load import Visitor
from reviews.benchmarking.servers import free_port, pinned
from reviews.benchmarking.stage import Figures, Stage

GZIP = {"Accept-Encoding": "gzip"}
A_FILE = "a file from nginx"
STARTS_WITHIN = 10.0  # seconds


def figures(stage: Stage) -> Figures:
    if shutil.which("nginx") and shutil.which("openssl"):
        yield "reader's page behind nginx", partial(_page, stage, "reader's page behind nginx", {})
        yield "reader's page behind nginx, gzip", partial(_page, stage, "reader's page behind nginx, gzip", GZIP)


def _page(stage: Stage, name: str, headers: dict[str, str]) -> Figure:
    page, gunicorn = stage.pages[-1], stage.server().port
    folder = stage.folder / "nginx"
    served = Visitor(gunicorn, {"X-Forwarded-Proto": "https", **headers}).get(page).having(200).body
    with _running(folder, gunicorn, served, stage.server_core) as (site, files):
        seconds = stage.pace.seconds
        Visitor(site, headers, tls=True).get(page).having(200)  # warms up
        asked = partial(load.rate, f"https://localhost:{site}{page}", headers, seconds)
        plain = partial(load.rate, f"https://localhost:{files}/page", {}, seconds)
        return taken(lambda: [asked()], plain, stage.pace.runs).as_figure(name, against=A_FILE)


@contextlib.contextmanager
def _running(folder: Path, gunicorn: int, served: bytes, core: int | None) -> Iterator[tuple[int, int]]:
    """The ports at which nginx serves the site, and the file."""
    folder.mkdir(exist_ok=True)
    folder.parent.chmod(0o755)  # nginx's workers are somebody else where it is started by root
    (folder / "page").write_bytes(served)
    _certificate(folder)
    site, files = free_port(), free_port()
    (folder / "nginx.conf").write_text(_configuration(folder, gunicorn, site, files))
    said = folder / "said.log"
    with said.open("wb") as log:
        command = ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]
        nginx = subprocess.Popen(command, stdout=log, stderr=log, preexec_fn=pinned(core))
    try:
        _wait(nginx, files, said)
        yield site, files
    finally:
        nginx.terminate()
        nginx.wait()


def _certificate(folder: Path) -> None:
    kind = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "certificate.pem")]
    subprocess.run(["openssl", "req", *kind, *files], check=True, capture_output=True)


def _configuration(folder: Path, gunicorn: int, site: int, files: int) -> str:
    shipped = import_string("cms.deploy.nginx.configuration")(
        host="localhost",
        gunicorn=f"127.0.0.1:{gunicorn}",
        certificate=folder / "certificate.pem",
        key=folder / "key.pem",
        cache=folder / "cache",
        logs=folder,
        http=f"127.0.0.1:{free_port()}",
        https=f"127.0.0.1:{site}",
    )
    beside = (
        f"server {{ listen 127.0.0.1:{files} ssl http2; server_name localhost; root {folder}; access_log off;\n"
        f"ssl_certificate {folder}/certificate.pem; ssl_certificate_key {folder}/key.pem; }}\n"
    )
    return str(import_string("cms.deploy.nginx.standing_alone")(f"{shipped}\n{beside}", folder))


def _wait(nginx: "subprocess.Popen[bytes]", port: int, said: Path) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until and nginx.poll() is None:
        with contextlib.suppress(OSError):
            Visitor(port, tls=True).get("/page").having(200)
            return
        time.sleep(0.05)
    raise RuntimeError(f"nginx did not start. It said:\n{said.read_text()[-2000:]}")
