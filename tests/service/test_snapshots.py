"""What live streams look like: sent by their owners, made anew, and shown while they are public."""

from __future__ import annotations

import io

from PIL import Image

from community.snapshot_routes import LIMIT_BYTES, PER_USER
from persistence.database import Database
from tests.edge import Answer, Client, Edge
from tests.pictures import PAYLOAD, picture


async def live_stream(person: Client, database: Database, visibility: str = "public") -> str:
    """Return the address of a stream's pictures, as if it were being published."""
    wanted = {"title": "s", "visibility": visibility}
    made = await person.ask("POST", "/api/v1/streams", wanted)
    await database.execute(
        "UPDATE streams SET status = 'live', started_at = now() WHERE id = $1", int(made.body["id"])
    )
    return f"/api/v1/streams/{made.body['id']}/snapshots"


async def send(person: Client, path: str, content: bytes | None = None) -> Answer:
    content = picture("JPEG", (960, 540)) if content is None else content
    return await person.ask("POST", path, data=content, headers={"Content-Type": "image/jpeg"})


async def shown(edge: Edge, path: str) -> list[str]:
    items: list[str] = (await edge.nobody.ask("GET", path)).body["items"]
    return items


async def test_everybody_sees_what_the_owner_sent_made_anew(
    snapshot_edge: Edge, database: Database
) -> None:
    ann = await snapshot_edge.person("ann")
    path = await live_stream(ann, database)
    assert await shown(snapshot_edge, path) == []
    sent = await send(ann, path, picture("JPEG", (960, 540)) + PAYLOAD)
    assert sent.status == 204
    [address] = await shown(snapshot_edge, path)
    async with snapshot_edge.http.get(snapshot_edge.url + address) as response:
        content = await response.read()
        assert (response.status, response.content_type) == (200, "image/webp")
        assert response.headers["Cache-Control"] == "public, max-age=60"
        assert "sandbox" in response.headers["Content-Security-Policy"]
    assert Image.open(io.BytesIO(content)).size == (480, 270) and PAYLOAD not in content


async def test_nobody_else_sends_one_and_none_is_shown_of_what_is_not_public(
    snapshot_edge: Edge, database: Database
) -> None:
    ann, bob = await snapshot_edge.person("ann"), await snapshot_edge.person("bob")
    path = await live_stream(ann, database)
    assert (await send(bob, path)).status == 404
    assert (await send(snapshot_edge.nobody, path)).status == 401
    for name, visibility in (("cid", "unlisted"), ("dan", "private")):
        ann = await snapshot_edge.person(name)
        hidden = await live_stream(ann, database, visibility)
        assert (await send(ann, hidden)).status == 404
        assert await shown(snapshot_edge, hidden) == []


async def test_pictures_are_gone_with_the_stream(snapshot_edge: Edge, database: Database) -> None:
    ann = await snapshot_edge.person("ann")
    path = await live_stream(ann, database)
    await send(ann, path)
    [address] = await shown(snapshot_edge, path)
    await database.execute("UPDATE streams SET visibility = 'private'")
    assert await shown(snapshot_edge, path) == []
    assert (await snapshot_edge.nobody.ask("GET", address)).status == 404
    await database.execute("UPDATE streams SET status = 'ended', ended_at = now()")
    await send(ann, path)
    assert await database.fetchval("SELECT count(*) FROM stream_snapshots") == 0


async def test_one_that_is_no_picture_too_large_or_too_often_is_refused(
    snapshot_edge: Edge, database: Database
) -> None:
    ann = await snapshot_edge.person("ann")
    path = await live_stream(ann, database)
    assert (await send(ann, path, b"no picture")).status == 415
    assert (await send(ann, path, b"x" * (LIMIT_BYTES + 1))).status == 413
    answers = [(await send(ann, path, b"no picture")).status for _ in range(PER_USER.quota)]
    assert answers[-1] == 429


async def test_addresses_that_are_none_are_not_there(snapshot_edge: Edge) -> None:
    for address in ("1/0", "1/x", "x/1", f"{2**63}/1", f"1/{10**16}", "1/99999999999999999"):
        answer = await snapshot_edge.nobody.ask("GET", f"/media/snapshots/{address}")
        assert (answer.status, answer.body["code"]) == (404, "not-found"), address
