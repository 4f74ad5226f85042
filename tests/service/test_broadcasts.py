"""The life of a stream, as media and several nodes take part in it."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import dataclass, field

import pytest
import pytest_asyncio

from errors import AlreadyLive, NotFound, StreamEnded, Unauthenticated
from persistence.auth_sessions import AuthSessions
from persistence.database import Database
from persistence.streams import add_stream, stream_by_id
from persistence.users import User, add_user
from rooms.broadcasts import Broadcasts, open_broadcasts
from server.identity import token_hash
from tests.edge import GRACE_S
from tests.on_air import may_watch, starts_publishing, stops_publishing, stream_of_key
from tests.surroundings import Announcements, NoOtherNodes

KEY = "key of the stream"


@dataclass
class Node:
    """One node's part in the life of streams, and what it told."""

    broadcasts: Broadcasts
    announcements: Announcements
    ended: list[int] = field(default_factory=list)

    def states(self) -> list[tuple[str, bool]]:
        return [
            (told["status"], told["publishing"])
            for _, event, told in self.announcements.told
            if event == "stream:state"
        ]


def start(database: Database, *, grace_s: float = GRACE_S) -> Node:
    announcements = Announcements()
    broadcasts = Broadcasts(
        database,
        node_id=uuid.uuid4(),
        identities=AuthSessions(database, clock=lambda: 0.0),
        announce=announcements,
        # Deaf and mute: what a node must know it finds in the database.
        bus=NoOtherNodes(),
        grace_s=grace_s,
    )
    node = Node(broadcasts, announcements)
    broadcasts.on_ended(node.ended.append)
    return node


async def person(database: Database, name: str = "ann") -> User:
    return await add_user(database, username=name, email=f"{name}@x.test", password_hash="x")


async def stream(
    database: Database, user: User, *, key: str = KEY, visibility: str = "public"
) -> int:
    return await add_stream(
        database,
        user_id=user.id,
        title="A stream",
        description=None,
        visibility=visibility,
        scheduled_at=None,
        key_hash=token_hash(key),
    )


async def age(database: Database, seconds: float) -> None:
    """Let everything that was said of publishers be `seconds` older."""
    await database.execute(
        "UPDATE stream_publishers SET seen_at = seen_at - make_interval(secs => $1)", seconds
    )


async def status(database: Database, stream_id: int) -> str:
    found = await stream_by_id(database, stream_id)
    assert found is not None
    return found.status


@pytest_asyncio.fixture
async def ann(database: Database) -> User:
    return await person(database)


async def test_key_opens_its_own_stream_only(database: Database, ann: User) -> None:
    node = start(database)
    first, second = await stream(database, ann), await stream(database, ann, key="other")
    assert await stream_of_key(node.broadcasts, KEY, first) == first
    assert await stream_of_key(node.broadcasts, "other", None) == second
    for key, stream_id in ((KEY, second), ("wrong", first), ("wrong", None), ("\udc80", None)):
        with pytest.raises(Unauthenticated):
            await stream_of_key(node.broadcasts, key, stream_id)


async def test_key_alone_finds_the_newest_stream_that_goes_on(
    database: Database, ann: User
) -> None:
    node = start(database)
    first, second = await stream(database, ann), await stream(database, ann)
    assert await stream_of_key(node.broadcasts, KEY, None) == second
    await node.broadcasts.end(second)
    assert await stream_of_key(node.broadcasts, KEY, None) == first
    await node.broadcasts.end(first)
    with pytest.raises(StreamEnded):
        await stream_of_key(node.broadcasts, KEY, None)


async def test_stream_is_live_while_media_arrives(database: Database, ann: User) -> None:
    node = start(database)
    stream_id = await stream(database, ann)
    await starts_publishing(database, node.broadcasts, stream_id)
    found = await stream_by_id(database, stream_id)
    assert found is not None and found.started_at is not None
    assert (found.status, found.publishing) == ("live", True)
    await stops_publishing(database, node.broadcasts, stream_id)
    again = await stream_by_id(database, stream_id)
    assert again is not None and (again.status, again.publishing) == ("live", False)
    await starts_publishing(database, node.broadcasts, stream_id)
    back = await stream_by_id(database, stream_id)
    assert back is not None and back.started_at == found.started_at
    assert node.states() == [("live", True), ("live", False), ("live", True)]


async def test_going_live_is_told_of_once(database: Database, ann: User) -> None:
    went_live: list[tuple[int, int]] = []
    stream_id = await stream(database, ann)
    for _ in range(2):
        node = start(database)
        node.broadcasts.on_live(lambda *live: went_live.append(live))
        await starts_publishing(database, node.broadcasts, stream_id)
        await stops_publishing(database, node.broadcasts, stream_id)
    assert went_live == [(stream_id, ann.id)]


async def test_one_live_stream_a_person(database: Database, ann: User) -> None:
    node = start(database)
    first, second = await stream(database, ann), await stream(database, ann, key="other")
    results = await asyncio.gather(
        starts_publishing(database, node.broadcasts, first),
        starts_publishing(database, node.broadcasts, second),
        return_exceptions=True,
    )
    assert [type(result) for result in results].count(AlreadyLive) == 1
    live, other = (first, second) if results[0] is None else (second, first)
    with pytest.raises(AlreadyLive):
        await stream_of_key(node.broadcasts, KEY if other == first else "other", other)
    await node.broadcasts.end(live)
    await starts_publishing(database, node.broadcasts, other)


@pytest.mark.parametrize("visibility", ["public", "unlisted"])
async def test_anybody_may_watch_what_is_not_private(
    database: Database, ann: User, visibility: str
) -> None:
    node = start(database)
    stream_id = await stream(database, ann, visibility=visibility)
    await may_watch(node.broadcasts, stream_id, None)
    await may_watch(node.broadcasts, stream_id, "nonsense")
    await node.broadcasts.end(stream_id)
    with pytest.raises(StreamEnded):
        await may_watch(node.broadcasts, stream_id, None)
    with pytest.raises(NotFound):
        await may_watch(node.broadcasts, 999_999, None)


async def test_private_stream_is_watched_by_its_owner_only(database: Database, ann: User) -> None:
    node = start(database)
    sessions = AuthSessions(database, clock=lambda: 0.0)
    stream_id = await stream(database, ann, visibility="private")
    bob = await person(database, "bob")
    anns = await sessions.open(database, ann, address=None, user_agent=None)
    bobs = await sessions.open(database, bob, address="::1", user_agent="x" * 500)
    await may_watch(node.broadcasts, stream_id, anns.token)
    for token in (bobs.token, "nonsense", None):
        with pytest.raises(NotFound):
            await may_watch(node.broadcasts, stream_id, token)


async def test_publisher_who_returns_inside_the_grace_goes_on(
    database: Database, ann: User
) -> None:
    node = start(database)
    stream_id = await stream(database, ann)
    await starts_publishing(database, node.broadcasts, stream_id)
    await stops_publishing(database, node.broadcasts, stream_id)
    await age(database, GRACE_S - 1)
    await node.broadcasts.sweep()
    assert await status(database, stream_id) == "live"
    await starts_publishing(database, node.broadcasts, stream_id)
    await node.broadcasts.sweep()
    assert await status(database, stream_id) == "live"


async def test_stream_ends_when_its_publisher_stays_away(database: Database, ann: User) -> None:
    node = start(database)
    stream_id = await stream(database, ann)
    await starts_publishing(database, node.broadcasts, stream_id)
    await stops_publishing(database, node.broadcasts, stream_id)
    await age(database, GRACE_S + 1)
    await node.broadcasts.sweep()
    assert await status(database, stream_id) == "ended"
    assert node.ended == [stream_id]
    assert node.states()[-1] == ("ended", False)
    with pytest.raises(StreamEnded):
        await starts_publishing(database, node.broadcasts, stream_id)
    await node.broadcasts.sweep()
    assert node.ended == [stream_id]


async def test_renewed_publisher_is_never_away(database: Database, ann: User) -> None:
    node = start(database)
    stream_id = await stream(database, ann)
    await starts_publishing(database, node.broadcasts, stream_id)
    await age(database, 3600)
    await node.broadcasts.renew()
    await node.broadcasts.sweep()
    assert await status(database, stream_id) == "live"


async def test_short_grace_does_not_end_a_stream_between_renewals(
    database: Database, ann: User
) -> None:
    node = start(database, grace_s=0.5)
    stream_id = await stream(database, ann)
    await starts_publishing(database, node.broadcasts, stream_id)
    await age(database, 6)
    await node.broadcasts.sweep()
    assert await status(database, stream_id) == "live"


async def test_killed_node_started_again_goes_on_with_the_stream(
    database: Database, ann: User
) -> None:
    killed = start(database)
    stream_id = await stream(database, ann)
    await starts_publishing(database, killed.broadcasts, stream_id)
    await age(database, 20)
    restarted = start(database)
    assert await stream_of_key(restarted.broadcasts, KEY, stream_id) == stream_id
    await starts_publishing(database, restarted.broadcasts, stream_id)
    # What the killed node might still have said changes nothing.
    await stops_publishing(database, killed.broadcasts, stream_id)
    found = await stream_by_id(database, stream_id)
    assert found is not None and (found.status, found.publishing) == ("live", True)


async def test_killed_node_leaves_no_stream_live_for_ever(database: Database, ann: User) -> None:
    killed, restarted = start(database), start(database)
    stream_id = await stream(database, ann)
    await starts_publishing(database, killed.broadcasts, stream_id)
    await age(database, GRACE_S + 1)
    await restarted.broadcasts.sweep()
    assert await status(database, stream_id) == "ended"
    assert restarted.ended == [stream_id]


async def test_of_several_nodes_one_ends_a_stream(database: Database, ann: User) -> None:
    nodes = [start(database) for _ in range(4)]
    stream_id = await stream(database, ann)
    await starts_publishing(database, nodes[0].broadcasts, stream_id)
    await age(database, GRACE_S + 1)
    await asyncio.gather(*(node.broadcasts.sweep() for node in nodes))
    assert sum(len(node.ended) for node in nodes) == 1


async def test_node_learns_of_an_end_elsewhere_without_the_bus(
    database: Database, ann: User
) -> None:
    publisher, other = start(database), start(database)
    stream_id = await stream(database, ann)
    await starts_publishing(database, publisher.broadcasts, stream_id)
    await other.broadcasts.end(stream_id)
    assert publisher.ended == []
    await publisher.broadcasts.renew()
    await publisher.broadcasts.renew()
    assert publisher.ended == [stream_id]


async def test_stream_that_never_began_ends_after_a_day(database: Database, ann: User) -> None:
    node = start(database)
    stream_id = await stream(database, ann)
    await node.broadcasts.sweep()
    assert await status(database, stream_id) == "scheduled"
    await database.execute("UPDATE streams SET created_at = now() - interval '25 hours'")
    await node.broadcasts.sweep()
    assert await status(database, stream_id) == "ended"


async def test_viewers_are_flushed_and_the_peak_stays(database: Database, ann: User) -> None:
    node = start(database)
    stream_id = await stream(database, ann)
    for viewers in (3, 7, 2):
        await node.broadcasts.flush_viewers({stream_id: viewers, 999_999: 5})
    found = await stream_by_id(database, stream_id)
    assert found is not None and (found.viewers_count, found.peak_viewers) == (2, 7)
    await node.broadcasts.end(stream_id)
    await node.broadcasts.flush_viewers({stream_id: 9})
    ended = await stream_by_id(database, stream_id)
    assert ended is not None and (ended.viewers_count, ended.peak_viewers) == (0, 7)


async def test_streams_are_looked_after_until_the_close(database: Database, ann: User) -> None:
    ended = asyncio.Event()
    stream_id = await stream(database, ann)
    async with open_broadcasts(
        database,
        node_id=uuid.uuid4(),
        identities=AuthSessions(database, clock=lambda: 0.0),
        announce=Announcements(),
        bus=NoOtherNodes(),
        grace_s=0.1,
    ) as broadcasts:
        broadcasts.on_ended(lambda _: ended.set())
        await starts_publishing(database, broadcasts, stream_id)
        await stops_publishing(database, broadcasts, stream_id)
        async with asyncio.timeout(20):
            await ended.wait()
    assert await status(database, stream_id) == "ended"
