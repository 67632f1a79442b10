"""A small object storage on the loopback: it speaks as much of the S3 protocol as we need, and remembers what it was told."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

MISSING = b'<?xml version="1.0"?><Error><Code>NoSuchKey</Code><Message>There is no such object.</Message></Error>'


@dataclass
class Bucket:
    """What it holds by key, and the headers with which each object came."""

    port: int = 0
    objects: dict[str, bytes] = field(default_factory=dict)
    headers: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def bucket(name: str) -> Iterator[Bucket]:
    held = Bucket()

    class Answers(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def key(self) -> str:
            path = unquote(urlsplit(self.path).path)
            assert path.startswith(f"/{name}/")
            return path.removeprefix(f"/{name}/")

        def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
            self.send_response(status)
            for header, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(header.replace("_", "-"), value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def do_PUT(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if not self.headers["Authorization"].startswith("AWS4-HMAC-SHA256 Credential=a-key/"):
                return self.answer(403)
            held.objects[self.key()] = body
            held.headers[self.key()] = {name.lower(): value for name, value in self.headers.items()}
            return self.answer(200, ETag='"made"')

        def do_GET(self) -> None:
            body = held.objects.get(self.key())
            if body is None:
                return self.answer(404, MISSING, Content_Type="application/xml")
            dates = {"Last_Modified": "Mon, 04 May 2026 12:00:00 GMT", "ETag": '"made"'}
            return self.answer(200, body, Content_Type="application/octet-stream", **dates)

        do_HEAD = do_GET

        def do_DELETE(self) -> None:
            held.objects.pop(self.key(), None)
            self.answer(204)

        def log_message(self, *said: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    held.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield held
    server.shutdown()
    server.server_close()
