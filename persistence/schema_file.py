"""Writes `schema.sql`: the whole schema as one file to read, dumped from a migrated database.

    python -m persistence.schema_file

Run it after adding a migration or changing a routine; a test fails while the file and the
migrations disagree.
"""

from __future__ import annotations

import asyncio
import re
import subprocess
import tempfile
from pathlib import Path

from persistence.embedded import open_embedded_postgres, postgres_programs
from persistence.migrations import migrate

SCHEMA_FILE = Path(__file__).parent / "schema.sql"
# What differs from one dump to the next: pg_dump's random tokens, its version and settings.
_NOISE = re.compile(r"^(\\(un)?restrict |SET |SELECT pg_catalog\.set_config|--).*$", re.MULTILINE)


def dump_schema(url: str) -> str:
    """Return the schema of the database at `url` as SQL, the same for the same schema."""
    dump = subprocess.run(
        [
            str(postgres_programs() / "pg_dump"),
            "--schema-only",
            "--no-owner",
            "--no-privileges",
            "--exclude-table=schema_files",
            f"--dbname={url}",
        ],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    statements = _NOISE.sub("", dump)
    return re.sub(r"\n{3,}", "\n\n", statements).strip() + "\n"


async def _write() -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with open_embedded_postgres(Path(folder)) as url:
            await migrate(url)
            SCHEMA_FILE.write_text(await asyncio.to_thread(dump_schema, url), encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(_write())
