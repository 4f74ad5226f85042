"""Stored objects: pictures, videos and whatever else is bytes, by key. Files in the data folder, or
S3 by a setting; nobody else sees the library.

A key is made by us and random, never a name that a person gave. What an object is, whose, and
whether it may be seen stands in PostgreSQL (`media_objects`): this knows nothing but bytes. Whoever
reads a part knows the size from there, so a range beyond the end is a bug and not an answer.
"""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import AsyncGenerator, AsyncIterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import obstore
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import LocalStore, S3Store

from errors import NotFound, StorageAway

if TYPE_CHECKING:
    from obstore.store import ClientConfig, S3Config

KEY_BYTES = 24
# What one step of a stream holds at most about: enough to keep a socket busy, little per viewer.
CHUNK_BYTES = 256 * 1024
# Parts in which a large object goes to S3, which takes none smaller than this.
PART_BYTES = 8 * 1024 * 1024
CONNECT_TIMEOUT = "5s"
REQUEST_TIMEOUT = "30s"
RETRIES = 2
RETRY_TIMEOUT = timedelta(seconds=15)
FOLDER = "objects"
DEFAULT_REGION = "us-east-1"
_SPREAD_CHARS = 2


class Objects:
    """One store. Made by `open_objects`."""

    def __init__(self, store: LocalStore | S3Store, *, folder: Path | None = None) -> None:
        self._store = store
        self._folder = folder
        """Where the objects are files."""

    async def put(self, key: str, content: bytes | Path | AsyncIterable[bytes]) -> None:
        """Store `content` under `key`: all of it or nothing, also when cut short. What was stored
        survives a power cut."""
        with _translated_errors():
            await obstore.put_async(self._store, key, content, chunk_size=PART_BYTES)
            if self._folder is not None:
                await asyncio.to_thread(_sync, self._folder, key)

    async def get(self, key: str) -> bytes:
        """Return a whole object, which the caller knows to be small. Raises NotFound."""
        with _translated_errors():
            found = await obstore.get_async(self._store, key)
            return bytes(await found.bytes_async())

    async def stream(
        self, key: str, *, start: int = 0, end: int | None = None
    ) -> AsyncGenerator[bytes, None]:
        """Yield the bytes from `start` up to and without `end`. Raises NotFound."""
        with _translated_errors():
            if end is not None:
                found = await obstore.get_async(self._store, key, options={"range": (start, end)})
            elif start:
                found = await obstore.get_async(
                    self._store, key, options={"range": {"offset": start}}
                )
            else:
                found = await obstore.get_async(self._store, key)
            chunks = aiter(found.stream(min_chunk_size=CHUNK_BYTES))
        while True:
            # Translated around each step and not around the yield: the reader's errors are its own.
            with _translated_errors():
                chunk = await anext(chunks, None)
            if chunk is None:
                return
            yield bytes(chunk)

    async def size(self, key: str) -> int:
        """Return how many bytes an object has. Raises NotFound."""
        with _translated_errors():
            return int((await obstore.head_async(self._store, key))["size"])

    async def delete(self, key: str) -> None:
        """Remove an object. One that is not there is removed already."""
        try:
            with _translated_errors():
                await obstore.delete_async(self._store, key)
        except NotFound:
            return

    async def delete_under(self, prefix: str) -> None:
        """Remove every object whose key begins with `prefix` and a slash."""
        # One by one: another node may be at it too, and then files are missing.
        for key in [key async for key in self.keys_under(prefix)]:
            await self.delete(key)

    async def keys_under(self, prefix: str) -> AsyncGenerator[str, None]:
        """Yield the keys that begin with `prefix` and a slash."""
        with _translated_errors():
            async for found in obstore.list(self._store, prefix):
                for each in found:
                    yield each["path"]


def new_key(kind: str) -> str:
    """Return a key that nobody can guess, such as `pictures/3f/3fa9...`."""
    random = secrets.token_hex(KEY_BYTES)
    # Spread over folders: some file systems are slow with a million names in one.
    return f"{kind}/{random[:_SPREAD_CHARS]}/{random}"


def open_objects(url: str | None, *, data_dir: Path) -> Objects:
    """Return the store at `url`, or the files in the data folder. Holds nothing to be closed.

    `s3://bucket/prefix?endpoint=https://...&region=...`; the credentials come from the standard
    AWS_* variables or from the machine's role.
    """
    if url is None:
        folder = data_dir / FOLDER
        return Objects(LocalStore(folder, mkdir=True, automatic_cleanup=True), folder=folder)
    parts = urlsplit(url)
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    config: S3Config = {"region": options.get("region", DEFAULT_REGION)}
    client: ClientConfig = {"connect_timeout": CONNECT_TIMEOUT, "timeout": REQUEST_TIMEOUT}
    if endpoint := options.get("endpoint"):
        config["endpoint"] = endpoint
        client["allow_http"] = endpoint.startswith("http://")
    return Objects(
        S3Store(
            parts.netloc,
            prefix=parts.path.strip("/") or None,
            config=config,
            client_options=client,
            retry_config={"max_retries": RETRIES, "retry_timeout": RETRY_TIMEOUT},
        )
    )


def _sync(folder: Path, key: str) -> None:
    """Bring a file and the names that lead to it to the disk; the library leaves that to the
    kernel."""
    path = folder / key
    while True:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if path == folder:
            return
        path = path.parent


@contextmanager
def _translated_errors() -> Iterator[None]:
    try:
        yield
    except (FileNotFoundError, NotFoundError) as error:
        raise NotFound() from error
    except (BaseError, OSError) as error:
        raise StorageAway("the files cannot be reached just now; try again") from error
