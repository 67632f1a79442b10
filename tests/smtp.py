"""A mail server on loopback that keeps what it is given, and may take its time: for tests with real processes."""

import email
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message


class MailServer(socketserver.ThreadingTCPServer):
    """Speaks as much SMTP (RFC 5321) as smtplib asks for."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, pause: float) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.pause = pause
        self.taken: list[Message] = []
        self.took_one = threading.Condition()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def ids(self) -> list[str]:
        return [message["Message-ID"] for message in self.taken]

    def wait_for(self, letters: int) -> None:
        with self.took_one:
            assert self.took_one.wait_for(lambda: len(self.taken) >= letters, timeout=60)


class _Session(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self._say("220 here")
        while line := self.rfile.readline():
            match line.split()[0].upper():
                case b"DATA":
                    self._say("354 go on")
                    self._take()
                case b"QUIT":
                    self._say("221 bye")
                    return
                case _:
                    self._say("250 yes")

    def _take(self) -> None:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        with self.server.took_one:
            self.server.taken.append(email.message_from_bytes(b"".join(lines)))
            self.server.took_one.notify_all()
        time.sleep(self.server.pause)  # taken, and the sender does not know it yet
        self._say("250 taken")

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


@contextmanager
def mail_server(pause: float = 0) -> Iterator[MailServer]:
    with MailServer(pause) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server
        server.shutdown()
