"""What is served under a key: the object, whose it is, and whether others may have it."""

from __future__ import annotations

from dataclasses import dataclass

import asyncpg


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A stored object that may be asked for, and by whom."""

    key: str
    content_type: str
    size_bytes: int
    sha256: bytes
    user_id: int | None
    is_private: bool
    """Whether only its owner may have it."""


def stored_file(row: asyncpg.Record | None) -> StoredFile | None:
    """Return what a row says of an object."""
    if row is None:
        return None
    return StoredFile(
        row["object_key"],
        row["content_type"],
        row["size_bytes"],
        bytes(row["sha256"]),
        row["user_id"],
        row["is_private"],
    )
