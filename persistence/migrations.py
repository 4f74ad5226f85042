"""Brings a database to this version's schema: numbered plain SQL, then functions and triggers.

`migrations/NNNN_<what>.sql` run once each, in order, each in its own transaction, all under one
advisory lock, so that nodes may start together. A file that has run must not change: its checksum
is kept. `routines/<what>.sql` (functions, triggers, what depends on the server's extensions) are
written to be applied again and run whenever their text has changed.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import structlog

from persistence.database import translated_errors

logger = structlog.get_logger(__name__)

_FOLDER = Path(__file__).parent
# Any constant will do, as long as no other advisory lock of ours uses it.
_LOCK_KEY = 0x7669626563617374

_LEDGER = """
CREATE TABLE IF NOT EXISTS schema_files (
    name TEXT PRIMARY KEY,
    checksum BYTEA NOT NULL,
    applied_at TIMESTAMPTZ NOT NULL DEFAULT now());
"""


class SchemaMismatch(Exception):
    """The database was made by another version of these files."""


@dataclass(frozen=True, slots=True)
class SchemaFile:
    """One SQL file of the schema. `runs_once` tells a migration from a routine."""

    name: str
    text: str
    runs_once: bool

    @property
    def checksum(self) -> bytes:
        """SHA-256 of the text."""
        return hashlib.sha256(self.text.encode()).digest()


def schema_files(folder: Path = _FOLDER) -> list[SchemaFile]:
    """Return the migrations by number, then the routines by name."""
    return [
        SchemaFile(f"{kind}/{path.name}", path.read_text(encoding="utf-8"), kind == "migrations")
        for kind in ("migrations", "routines")
        for path in sorted((folder / kind).glob("*.sql"))
    ]


async def migrate(url: str, *, files: list[SchemaFile] | None = None) -> list[str]:
    """Apply to the database at `url` what it lacks and return the names of the files applied.

    Raises SchemaMismatch when a migration that has run has since changed or is not known here, and
    StorageAway when nobody answers at `url`.
    """
    # A connection of its own: schema changes may take longer than the pool's statement limit.
    with translated_errors():
        connection = await asyncpg.connect(url, timeout=30)
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", _LOCK_KEY)
        await connection.execute(_LEDGER)
        return await _apply(connection, schema_files() if files is None else files)
    finally:
        await connection.close()  # also releases the lock


async def _apply(
    connection: asyncpg.Connection[asyncpg.Record], files: list[SchemaFile]
) -> list[str]:
    rows = await connection.fetch("SELECT name, checksum FROM schema_files")
    known = {row["name"]: bytes(row["checksum"]) for row in rows}
    unknown = {n for n in known if n.startswith("migrations/")} - {f.name for f in files}
    if unknown:
        raise SchemaMismatch(f"the database is newer than this version: it has {max(unknown)}")
    applied = []
    for file in files:
        if known.get(file.name) == file.checksum:
            continue
        if file.runs_once and file.name in known:
            raise SchemaMismatch(f"{file.name} has changed since it ran on this database")
        async with connection.transaction():
            await connection.execute(file.text)
            await connection.execute(
                "INSERT INTO schema_files (name, checksum) VALUES ($1, $2) "
                "ON CONFLICT (name) DO UPDATE SET checksum = $2, applied_at = now()",
                file.name,
                file.checksum,
            )
        logger.info("schema file applied", file=file.name)
        applied.append(file.name)
    return applied
