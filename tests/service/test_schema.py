"""The schema: one file that tells the truth, and no foreign key that makes an erasure scan."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import asyncpg
import pytest

from persistence.database import Database
from persistence.migrations import SchemaFile, SchemaMismatch, migrate, schema_files
from persistence.schema_file import SCHEMA_FILE, dump_schema

SEED_TABLES = {
    "users", "followers", "posts", "tags", "post_tags", "videos", "comments", "likes", "streams",
    "stream_polls", "poll_options", "badges", "user_badges", "challenges", "user_challenges",
    "code_sessions", "code_suggestions", "notifications",
}  # fmt: skip

_UNINDEXED = """
SELECT c.conrelid::regclass || '.' || c.conname
FROM pg_constraint AS c
WHERE c.contype = 'f' AND NOT EXISTS (
    SELECT FROM pg_index AS i
    WHERE i.indrelid = c.conrelid
      AND (i.indkey::int2[])[0:cardinality(c.conkey) - 1] @> c.conkey)
"""


async def test_schema_file_is_the_sum_of_the_migrations(database_url: str) -> None:
    dumped = await asyncio.to_thread(dump_schema, database_url)
    assert dumped == SCHEMA_FILE.read_text(encoding="utf-8"), (
        "run `make schema` after changing a migration or a routine"
    )


async def test_every_foreign_key_has_an_index(database: Database) -> None:
    assert [row[0] for row in await database.fetch(_UNINDEXED)] == []


async def test_every_table_of_the_first_draft_is_there(database: Database) -> None:
    rows = await database.fetch(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
    )
    assert {row[0] for row in rows} >= SEED_TABLES


async def test_migrating_twice_changes_nothing(database_url: str) -> None:
    assert await migrate(database_url) == []


async def test_nodes_that_start_together_migrate_once(postgres_url: str) -> None:
    connection = await asyncpg.connect(postgres_url)
    try:
        await connection.execute("CREATE DATABASE empty TEMPLATE template0")
    finally:
        await connection.close()
    url = postgres_url.replace("/postgres?", "/empty?")
    applied = await asyncio.gather(migrate(url), migrate(url))
    assert sorted(map(len, applied)) == [0, len(schema_files())]


async def test_changed_migration_is_refused(database_url: str) -> None:
    first, *others = schema_files()
    with pytest.raises(SchemaMismatch, match="has changed since"):
        await migrate(database_url, files=[replace(first, text=first.text + " "), *others])


async def test_newer_database_is_refused(database_url: str) -> None:
    newer = SchemaFile("migrations/9999_future.sql", "SELECT 1", runs_once=True)
    await migrate(database_url, files=[*schema_files(), newer])
    with pytest.raises(SchemaMismatch, match="newer"):
        await migrate(database_url)


@pytest.mark.parametrize(
    ("broken", "constraint"),
    [
        (
            "INSERT INTO streams (user_id, title, status) VALUES (100, 't', 'x')",
            "streams_status_check",
        ),
        ("INSERT INTO followers VALUES (100, 100)", "followers_check"),
        ("INSERT INTO users (username, email) VALUES ('ANN', 'c@x.test')", "uq_users_username"),
        ("INSERT INTO users (username, email) VALUES ('cid', 'A@X.test')", "uq_users_email"),
        ("INSERT INTO likes (user_id) VALUES (100)", "likes_check"),
        (
            "INSERT INTO challenges (title, start_date, end_date) VALUES ('c', now(), now())",
            "challenges_check",
        ),
    ],
)
async def test_what_makes_no_sense_is_refused(
    database: Database, broken: str, constraint: str
) -> None:
    await database.execute(
        "INSERT INTO users (id, username, email) VALUES (100, 'ann', 'a@x.test')"
    )
    with pytest.raises(asyncpg.IntegrityConstraintViolationError) as refusal:
        await database.execute(broken)
    assert constraint in str(refusal.value)


async def test_one_live_stream_a_person(database: Database) -> None:
    await database.execute(
        "INSERT INTO users (id, username, email) VALUES (100, 'ann', 'a@x.test')"
    )
    live = (
        "INSERT INTO streams (user_id, title, status, started_at) VALUES (100, 't', 'live', now())"
    )
    await database.execute(live)
    with pytest.raises(asyncpg.UniqueViolationError, match="uq_streams_one_live"):
        await database.execute(live)
