"""A folder that holds answers of the site as files, with what a file cannot say of itself beside them, in _headers.json.

The folder belongs to the copy: whatever is in it and was not kept in a run is removed, but for names that begin with a dot.
Each file is written whole or not at all; one that has not changed is left alone.
"""

import fcntl
import gzip
import json
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import brotli

from articles.asking import Answer
from articles.refusal import Refused
from articles.sealing import sha256

MANIFEST = "_headers.json"
PACKED_TYPES = re.compile(r"text/|application/(json|javascript|xml|rss\+xml|atom\+xml)|image/svg\+xml")
PACKING = {".gz": lambda body: gzip.compress(body, 9, mtime=0), ".br": lambda body: brotli.compress(body, quality=9)}
SAFE = re.compile(r"/([A-Za-z0-9_-][A-Za-z0-9_.-]*/)*([A-Za-z0-9_-][A-Za-z0-9_.-]*)?")
OF_ONE_FILE = {"etag", "last-modified", "location"}  # headers that no two files share
OF_THE_SENDING = {"content-length", "date", "connection", "server"}


class StaticCopy:
    """The state of a folder, before and after a run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.version = ""  # of the site, when the last run began that went well
        self.before: dict[str, dict[str, Any]] = {}
        self.entries: dict[str, dict[str, Any]] = {}
        self._sets_before: list[dict[str, str]] = []
        self._sets: list[dict[str, str]] = []
        # While it is there, files may be newer than the manifest: a run that breaks off leaves it behind.
        self._unfinished = folder / ".export_site.unfinished"
        self._is_mixed = self._unfinished.exists()

    def keep(self, address: str, answer: Answer) -> bool:
        """Puts an answer in its place; says whether anything about it is new."""
        entry = self._described(address, answer)
        self.entries[address] = entry
        if self._is_as_before(address, entry):
            return False
        if "file" in entry:
            self._unfinished.touch()
            self._write(entry, answer.body)
        return True

    def leave(self, address: str) -> None:
        """What is in the folder by that address stays as it was."""
        if earlier := self.before.get(address):
            headers = self._sets_before[earlier["headers"]]
            self.entries[address] = {**earlier, "headers": self._set(headers)}

    def finish(self, version: str, live: list[str]) -> list[str]:
        """Removes what was not kept, and writes down the rest. Returns the files that are gone."""
        wanted = {MANIFEST, *(name for entry in self.entries.values() for name in _names(entry))}
        gone = []
        self._unfinished.touch()
        for path in self._files():
            if (name := path.relative_to(self.folder).as_posix()) not in wanted:
                path.unlink()
                gone.append(name)
        for path, _ in sorted(self._walked(), reverse=True):
            if path != self.folder and not any(path.iterdir()):
                path.rmdir()
        self._write_manifest(version, live)
        if version or not self._is_mixed:  # or else a file that was left as it was may be one of the run that broke off
            self._unfinished.unlink(missing_ok=True)
        return gone

    def read(self) -> None:
        """What the last run left."""
        try:
            told = json.loads((self.folder / MANIFEST).read_text())
            self.before, self._sets_before = told["addresses"], told["headers"]
            self.version = "" if self._is_mixed else told["version"]
        except FileNotFoundError as error:
            if next(self._files(), None):
                raise Refused(
                    f"{self.folder} is not empty, and export_site did not make it: name a folder of its own."
                ) from error
            self._write_manifest("", [])
        except (ValueError, KeyError, TypeError) as error:
            raise Refused(f"{self.folder / MANIFEST} cannot be read ({error}): empty the folder and export anew.") from error

    def _described(self, address: str, answer: Answer) -> dict[str, Any]:
        told = {key: value for key, value in answer.headers if key.lower() not in OF_ONE_FILE | OF_THE_SENDING}
        entry: dict[str, Any] = {"status": answer.status, "headers": self._set(told)}
        for key in OF_ONE_FILE:
            if value := answer.header(key):
                entry[key] = value
        if "location" not in entry:
            packed = bool(PACKED_TYPES.match(answer.header("Content-Type")))
            entry |= {"file": file_of(address), "packed": packed, "sha256": sha256(answer.body)}
        return entry

    def _set(self, headers: dict[str, str]) -> int:
        """Most answers say the same of themselves: it is written down once."""
        if headers not in self._sets:
            self._sets.append(headers)
        return self._sets.index(headers)

    def _is_as_before(self, address: str, entry: dict[str, Any]) -> bool:
        earlier = None if self._is_mixed else self.before.get(address)
        if earlier is None or {**earlier, "headers": self._sets_before[earlier["headers"]]} != {
            **entry,
            "headers": self._sets[entry["headers"]],
        }:
            return False
        return all((self.folder / name).is_file() for name in _names(entry))

    def _write(self, entry: dict[str, Any], body: bytes) -> None:
        for name in reversed(_names(entry)):  # the plain one last: who sees it finds the others
            pack = PACKING.get(Path(name).suffix) if name != entry["file"] else None
            self._put(name, pack(body) if pack else body)

    def _write_manifest(self, version: str, live: list[str]) -> None:
        """One line for each address, in order, so that two of them can be compared."""
        lines = ",\n".join(f"    {json.dumps(a)}: {json.dumps(self.entries[a], sort_keys=True)}" for a in sorted(self.entries))
        about = (
            f'"version": {json.dumps(version)},\n  "live": {json.dumps(live)},\n  "headers": {json.dumps(self._sets, indent=2)}'
        )
        self._put(MANIFEST, f'{{\n  {about},\n  "addresses": {{\n{lines}\n  }}\n}}\n'.encode())

    def _put(self, name: str, content: bytes) -> None:
        target = self.folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=target.name)  # whatever is left of it the next run removes
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            os.chmod(temporary, 0o644)
            os.replace(temporary, target)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise

    def _files(self) -> Iterator[Path]:
        for where, names in self._walked():
            yield from (where / name for name in names if not name.startswith("."))

    def _walked(self) -> Iterator[tuple[Path, list[str]]]:
        """Each folder with the names in it; what begins with a dot is somebody else's."""
        for where, folders, names in os.walk(self.folder):
            folders[:] = [folder for folder in folders if not folder.startswith(".")]
            yield Path(where), names


@contextmanager
def opened(folder: Path) -> Iterator[StaticCopy]:
    """The folder, for one run at a time."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".export_site.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Refused(f"Another export_site is at work in {folder}: let it end.") from error
        copy = StaticCopy(folder)
        copy.read()
        yield copy


def file_of(address: str) -> str:
    """articles/x/index.html for /articles/x/. Refuses what would lead out of the folder, or into what is hidden."""
    if not SAFE.fullmatch(address):
        raise ValueError(f"“{address}” cannot be the name of a file.")
    return address[1:] + "index.html" * address.endswith("/")


def _names(entry: dict[str, Any]) -> list[str]:
    """The file of an address, and its packed forms."""
    if "file" not in entry:
        return []
    return [entry["file"], *(entry["file"] + ending for ending in PACKING if entry["packed"])]
