"""The files of the web app as they are sent: one version of all of them, in memory, packed.

Nothing is built. The files are read as they stand; a hash over all of them names the version, and
stands in the path before each (`/static/v-HASH/app/main.js`), so relative imports stay within one
version and browsers keep what they have for ever. A page that is still open when the files change
goes on with the version it began with for as long as this process knows it; what it does not know
is not there, and never a file of another version.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import brotli

HASH_CHARS = 12
# How soon somebody who edits a file sees the change. Looking takes 5 ms for some 300 files.
LOOK_AGAIN_S = 1.0
# Level 11 takes some 5 ms for a file of ours, once, for a tenth less. What is larger, or made anew
# for each visitor, would hold up everybody.
_BROTLI_BEST, _BROTLI_QUICK = 11, 5
_BEST_UP_TO_BYTES = 32_000
_GZIP_LEVEL = 6
# Below this the header of the packed form costs more than it saves.
_PACK_FROM_BYTES = 256
_PACKED_TYPES = ("text/", "application/json", "application/manifest+json", "image/svg+xml")
_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webmanifest": "application/manifest+json",
    ".txt": "text/plain; charset=utf-8",
}
_VERSIONED = re.compile(rf"v-(?P<version>[0-9a-f]{{{HASH_CHARS}}})/(?P<name>.+)", re.DOTALL)
_COMMENT_LINE = re.compile(r"\s*(?://.*|/\*(?:(?!\*/).)*\*/)\s*")
_COMMENT_BEGIN = re.compile(r"\s*/\*(?:(?!\*/).)*")
_COMMENT_END = re.compile(r".*\*/\s*")


@dataclass(frozen=True, slots=True)
class Asset:
    """One file of one version."""

    name: str
    body: bytes
    content_type: str
    etag: str
    _packed: dict[str, bytes] = field(default_factory=dict)

    def packed(self, accepted: str) -> tuple[str | None, bytes]:
        """Return the best coding of those in an Accept-Encoding, and the bytes in it."""
        if not self.content_type.startswith(_PACKED_TYPES):
            return None, self.body
        coding = _best(accepted, len(self.body))
        if coding is None:
            return None, self.body
        if coding not in self._packed:
            is_small = len(self.body) <= _BEST_UP_TO_BYTES
            quality = _BROTLI_BEST if is_small else _BROTLI_QUICK
            self._packed[coding] = (
                _brotli(self.body, quality) if coding == "br" else _gzip(self.body)
            )
        return coding, self._packed[coding]


class Version:
    """All files of one moment."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = {name: as_sent(name, body) for name, body in files.items()}
        digest = hashlib.sha256()
        for name in sorted(self._files):
            body = self._files[name]
            digest.update(f"{name}\0{len(body)}\0".encode())
            digest.update(body)
        self.hash = digest.hexdigest()[:HASH_CHARS]
        self._assets: dict[str, Asset] = {}

    @property
    def names(self) -> list[str]:
        """Return the names of all files, in order."""
        return sorted(self._files)

    def asset(self, name: str) -> Asset | None:
        """Return one file."""
        if name not in self._assets and (body := self._files.get(name)) is not None:
            etag = hashlib.sha256(body).hexdigest()[:32]
            self._assets[name] = Asset(name, body, _content_type(name), etag)
        return self._assets.get(name)

    def text(self, name: str) -> str | None:
        """Return one file as text."""
        body = self._files.get(name)
        return None if body is None else body.decode()

    def address(self, name: str) -> str:
        """Return where this version of a file is."""
        return f"/static/v-{self.hash}/{name}"


class Assets:
    """Knows the newest version and the one before it."""

    def __init__(self, folder: Path, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._folder = folder
        self._clock = clock
        self._looked_at = clock()
        self._state = _state_of(folder)
        self._newest = Version(_read(folder))
        self._before: Version | None = None

    def newest(self) -> Version:
        """Return the files as they are, looked at again now and then."""
        now = self._clock()
        if now - self._looked_at >= LOOK_AGAIN_S:
            self._looked_at = now
            self._look()
        return self._newest

    def find(self, path: str) -> tuple[Asset, bool] | None:
        """Return what stands at a path under `/static/`, and whether it stays as it is for ever."""
        if not (versioned := _VERSIONED.fullmatch(path)):
            asset = self.newest().asset(path)
            return (asset, False) if asset else None
        for version in (self._newest, self._before):
            if version is not None and version.hash == versioned["version"]:
                asset = version.asset(versioned["name"])
                return (asset, True) if asset else None
        return None

    def _look(self) -> None:
        state = _state_of(self._folder)
        if state == self._state:
            return
        self._state = state
        version = Version(_read(self._folder))
        if version.hash != self._newest.hash:
            self._before, self._newest = self._newest, version


def packed(body: bytes, accepted: str) -> tuple[str | None, bytes]:
    """Return the best coding of those in an Accept-Encoding, and a text of this moment in it."""
    coding = _best(accepted, len(body))
    return coding, _PACK[coding](body) if coding else body


def as_sent(name: str, body: bytes) -> bytes:
    """Return a file as browsers get it: lines of our scripts and styles that are comments are
    empty. That is a fifth of the bytes, and every other line keeps its number."""
    if not name.endswith((".js", ".css")) or name.startswith("vendor/"):
        return body
    return "\n".join(_without_comments(body.decode().split("\n"))).encode()


def _without_comments(lines: list[str]) -> Iterator[str]:
    is_within = False
    for line in lines:
        if is_within:
            is_within = not _COMMENT_END.fullmatch(line)
            yield ""
        elif _COMMENT_LINE.fullmatch(line):
            yield ""
        elif _COMMENT_BEGIN.fullmatch(line):
            is_within = True
            yield ""
        else:
            yield line


def _read(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name, *_ in _state_of(folder)}


def _state_of(folder: Path) -> list[tuple[str, int, int]]:
    """Return name, size and time of every file: what differs when one was edited."""
    found = []
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = Path(place, name)
            status = path.stat()
            known_as = path.relative_to(folder).as_posix()
            found.append((known_as, status.st_size, status.st_mtime_ns))
    return sorted(found)


def _content_type(name: str) -> str:
    suffix = PurePosixPath(name).suffix
    return _TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"


def _best(accepted: str, size_bytes: int) -> str | None:
    if size_bytes < _PACK_FROM_BYTES:
        return None
    offered = _codings(accepted)
    return next((name for name in _PACK if name in offered), None)


def _codings(accepted: str) -> set[str]:
    """Return what an Accept-Encoding takes, without what it refuses (`q=0`)."""
    taken = set()
    for part in accepted.lower().split(","):
        coding, _, weight = part.partition(";")
        if weight.replace(" ", "").removeprefix("q=").strip("0.") or not weight:
            taken.add(coding.strip())
    return taken


def _brotli(body: bytes, quality: int = _BROTLI_QUICK) -> bytes:
    made: bytes = brotli.compress(body, quality=quality, mode=brotli.MODE_TEXT)
    return made


def _gzip(body: bytes) -> bytes:
    return gzip.compress(body, _GZIP_LEVEL, mtime=0)


# The best first.
_PACK: Mapping[str, Callable[[bytes], bytes]] = {"br": _brotli, "gzip": _gzip}
