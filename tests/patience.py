"""A guard against deeds that never end. It is no measure of speed, which is what `manage.py benchmark` is for."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

FAR_TOO_LONG = 20  # seconds of this process's own work, many times what the slowest guarded deed takes


@contextmanager
def patience() -> Iterator[None]:
    """Fails where the work has grown out of all proportion to the text: quadratic, or worse."""
    started = time.process_time()
    yield
    assert time.process_time() - started < FAR_TOO_LONG
