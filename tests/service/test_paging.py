"""Every list of the API, walked to its end and back: the same rows, and links that say so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from yarl import URL

from persistence.database import Database
from tests.edge import Answer, Client
from tests.site import Site

# Each list, read by an admin whose name is `reader` and who has all there is five times.
LISTS = {
    "/api/v1/admin/accounts": "/api/v1/admin/accounts",
    "/api/v1/badges": "/api/v1/badges",
    "/api/v1/channels/{username}/bans": "/api/v1/channels/reader/bans",
    "/api/v1/channels/{username}/log": "/api/v1/channels/reader/log",
    "/api/v1/challenges": "/api/v1/challenges",
    "/api/v1/challenges/{challenge_id}/board": "/api/v1/challenges/{challenge}/board",
    "/api/v1/challenges/{challenge_id}/submissions": (
        "/api/v1/challenges/{challenge}/submissions?state=accepted"
    ),
    "/api/v1/code-sessions/{code_session_id}/suggestions": (
        "/api/v1/code-sessions/{code_session}/suggestions"
    ),
    "/api/v1/comments/{comment_id}/replies": "/api/v1/comments/{comment}/replies",
    "/api/v1/feeds/home": "/api/v1/feeds/home",
    "/api/v1/feeds/hot": "/api/v1/feeds/hot",
    "/api/v1/feeds/latest": "/api/v1/feeds/latest",
    "/api/v1/leaderboards/{period}": "/api/v1/leaderboards/all-time",
    "/api/v1/moderation/appeals": "/api/v1/moderation/appeals",
    "/api/v1/moderation/log": "/api/v1/moderation/log",
    "/api/v1/moderation/queue": "/api/v1/moderation/queue",
    "/api/v1/moderation/reports": "/api/v1/moderation/reports",
    "/api/v1/notifications": "/api/v1/notifications",
    "/api/v1/posts/{post_id}/comments": "/api/v1/posts/{post}/comments?order=oldest",
    "/api/v1/search": "/api/v1/search?q=word&type=posts",
    "/api/v1/streams": "/api/v1/streams?user=reader",
    "/api/v1/streams/{stream_id}/held-messages": "/api/v1/streams/{stream}/held-messages",
    "/api/v1/streams/{stream_id}/comments": "/api/v1/streams/{stream}/comments",
    "/api/v1/streams/{stream_id}/questions": "/api/v1/streams/{stream}/questions",
    "/api/v1/tags": "/api/v1/tags",
    "/api/v1/tags/{name}/posts": "/api/v1/tags/tag1/posts",
    "/api/v1/users/me/blocks": "/api/v1/users/me/blocks",
    "/api/v1/users/me/mutes": "/api/v1/users/me/mutes",
    "/api/v1/users/me/removals": "/api/v1/users/me/removals",
    "/api/v1/users/me/sessions": "/api/v1/users/me/sessions",
    "/api/v1/users/me/tags": "/api/v1/users/me/tags",
    "/api/v1/users/{username}/badges": "/api/v1/users/reader/badges",
    "/api/v1/users/{username}/followers": "/api/v1/users/reader/followers",
    "/api/v1/users/{username}/following": "/api/v1/users/reader/following",
    "/api/v1/users/{username}/posts": "/api/v1/users/reader/posts",
    "/api/v1/videos": "/api/v1/videos",
    "/api/v1/videos/{video_id}/comments": "/api/v1/videos/{video}/comments",
}
# What is told again from its beginning, and who is in a room at the moment, of which nothing is
# stored: these are read in one direction only.
ONE_WAY = {
    "/api/v1/code-sessions/{code_session_id}/history",
    "/api/v1/streams/{stream_id}/people",
}
# Other orders of lists that are above.
ORDERS = (
    "/api/v1/code-sessions/{code_session}/suggestions?sort=votes",
    "/api/v1/moderation/reports?state=resolved",
    "/api/v1/posts/{post}/comments?order=newest",
    "/api/v1/search?q=pal&type=people",
    "/api/v1/search?q=word&type=videos",
    "/api/v1/search?q=word&type=streams",
    "/api/v1/search?q=tag&type=tags",
    "/api/v1/streams?status=live",
    "/api/v1/streams/{stream}/questions?status=answered",
    "/api/v1/users/reader/posts?pinned=true",
    "/api/v1/videos?user=reader",
)
FILLING = (Path(__file__).parent / "every_list.sql").read_text(encoding="utf-8")
REFUSALS = """INSERT INTO user_blocks (user_id, target_id, kind)
              SELECT $1, u.id, $3 FROM users AS u
              WHERE u.username LIKE 'pal%' AND NOT EXISTS (
                  SELECT FROM user_blocks AS b WHERE b.user_id = $1 AND b.target_id = u.id)
              ORDER BY u.id LIMIT $2"""
TIMES = 5


@pytest_asyncio.fixture
async def reader(whole_site: Site) -> Client:
    """Somebody who has all there is five times."""
    reader = await whole_site.person("reader", "admin")
    await fill(whole_site.database, int(reader.user_id))
    return reader


async def fill(database: Database, user_id: int) -> None:
    async with database.transaction() as connection:
        for statement in FILLING.rstrip(";\n").split(";"):
            await connection.execute(statement, user_id, TIMES)


async def ids(database: Database) -> dict[str, int]:
    """Return the first of everything."""
    found = {}
    for noun in ("challenge", "code_session", "comment", "post", "stream", "video"):
        # The name is one of those above.
        found[noun] = await database.fetchval(f"SELECT min(id) FROM {noun}s")
    return found


def page_of(answer: Answer) -> dict[str, Any]:
    """Return the page in an answer, which in a search is one of its sections."""
    body: dict[str, Any] = answer.body
    if "items" in body:
        return body
    (section,) = [each for each in body.values() if each is not None]
    return dict(section)


async def walk_there_and_back(person: Client, path: str) -> None:
    there = await read(person, path, "next")
    assert len(there) > 2 and there[0]["prev"] is None, path
    back = await read(person, path, "prev", cursor=there[-1]["prev"])
    assert [page["items"] for page in back[::-1]] == [page["items"] for page in there[:-1]], path
    again = await read(person, path, "next", cursor=back[-1]["next"])
    assert [page["items"] for page in again] == [page["items"] for page in there[1:]], path


async def read(
    person: Client, path: str, way: str, *, cursor: str | None = None
) -> list[dict[str, Any]]:
    """Return the pages from a page (the first) on to the list's end that way."""
    address = URL(path).update_query(limit=2)
    if cursor is not None:
        address = address.update_query(cursor=cursor)
    found = []
    while True:
        answer = await person.ask("GET", str(address))
        assert answer.status == 200, (address, answer)
        page = page_of(answer)
        found.append(page)
        if page is answer.body:
            check_links(address, answer)
        if page[way] is None:
            return found
        address = address.update_query(cursor=page[way])


def check_links(address: URL, answer: Answer) -> None:
    cursors = {"prev": answer.body["prev"], "next": answer.body["next"]}
    expected = [
        f'<{address.update_query(cursor=cursor)}>; rel="{relation}"'
        for relation, cursor in cursors.items()
        if cursor is not None
    ]
    assert answer.headers.get("Link", "") == ", ".join(expected)


async def test_every_list_is_here(whole_site: Site) -> None:
    description = (await whole_site.nobody.ask("GET", "/api/v1/openapi.json")).body
    lists = {
        path
        for path, methods in description["paths"].items()
        if any(each["name"] == "cursor" for each in methods.get("get", {}).get("parameters", ()))
    }
    assert set(LISTS) | ONE_WAY == lists


@pytest.mark.parametrize("paths", [tuple(LISTS.values()), ORDERS], ids=["lists", "orders"])
async def test_every_list_is_the_same_there_and_back(
    whole_site: Site, reader: Client, paths: tuple[str, ...]
) -> None:
    first = await ids(whole_site.database)
    for path in paths:
        kind = {"/api/v1/users/me/blocks": "block", "/api/v1/users/me/mutes": "mute"}.get(path)
        if kind is not None:
            # Not before: who is blocked or muted is left out of the other lists.
            await whole_site.database.execute(REFUSALS, int(reader.user_id), TIMES, kind)
        await walk_there_and_back(reader, path.format(**first))
        await whole_site.database.execute("DELETE FROM user_blocks")
