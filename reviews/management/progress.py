"""A progress bar on a terminal, for commands that take their time; silent where nobody watches."""

import time

from django.core.management.base import OutputWrapper

WIDTH = 30


class Progress:
    """Drawn on standard error, at most ten times a second, so that what the command says can go into a file."""

    def __init__(self, total: int, stream: OutputWrapper) -> None:
        self.total, self.done = total, 0
        self._stream = stream
        self._watched = stream.isatty()
        self._drawn = 0.0

    def step(self) -> None:
        self.done += 1
        if self._watched and (self.done >= self.total or time.monotonic() - self._drawn > 0.1):
            self._drawn = time.monotonic()
            filled = WIDTH * min(self.done, self.total) // max(self.total, 1)
            self._write(f"\r[{'#' * filled:{WIDTH}}] {self.done} of {self.total}")

    def clear(self) -> None:
        """Before anything else is printed."""
        if self._watched:
            self._write("\r\x1b[K")

    def _write(self, text: str) -> None:
        self._stream.write(text, style_func=str, ending="")
        self._stream.flush()
