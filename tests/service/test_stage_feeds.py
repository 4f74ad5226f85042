"""Feeds as several nodes hold them: which of them has a feed, and what is found when one dies.

The nodes are deaf to each other: what each must know, it finds in the database.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

import pytest

from errors import NotOnStage, StreamEnded
from media.ports import Departure, Sending, Slot
from persistence.auth_sessions import AuthSessions
from persistence.database import Database
from persistence.notifications import Notifications
from persistence.stages import stage_of
from persistence.streams import PUBLISHER_FRESH_S, add_stream, stream_by_id
from persistence.users import User, add_user
from rooms.broadcasts import Broadcasts
from rooms.stage import StageFeed
from rooms.stages import Stages
from server.identity import Identity, token_hash
from tests.edge import GRACE_S
from tests.on_air import BOTH
from tests.room_node import open_room_node, visit
from tests.surroundings import Announcements, NoOtherNodes


@dataclass
class FeedNode:
    """One node's part in feeds and stages."""

    broadcasts: Broadcasts
    stages: Stages
    announcements: Announcements
    displaced: list[Slot] = field(default_factory=list)
    left: list[tuple[int, int]] = field(default_factory=list)


def _begin(database: Database) -> FeedNode:
    announcements = Announcements()
    broadcasts = Broadcasts(
        database,
        node_id=uuid.uuid4(),
        identities=AuthSessions(database, clock=lambda: 0.0),
        announce=announcements,
        bus=NoOtherNodes(),
        grace_s=GRACE_S,
    )
    stages = Stages(
        database,
        announce=announcements,
        tell_user=lambda *_told: None,
        notifications=Notifications(database),
        bus=NoOtherNodes(),
    )
    node = FeedNode(broadcasts, stages, announcements)
    broadcasts.on_displaced(node.displaced.append)
    stages.on_left(lambda *left: node.left.append(left))
    return node


@dataclass(frozen=True)
class Duo:
    """Ann's stream, with Bob on stage."""

    database: Database
    ann: User
    bob: User
    stream_id: int

    @property
    def camera(self) -> Slot:
        return Slot(self.stream_id, self.ann.id, "camera")

    @property
    def screen(self) -> Slot:
        return Slot(self.stream_id, self.ann.id, "screen")

    @property
    def guest(self) -> Slot:
        return Slot(self.stream_id, self.bob.id, "camera")

    def identity(self, user: User) -> Identity:
        return Identity(user.id, user.username, "member", b"", "")

    async def feeds(self) -> dict[str, StageFeed]:
        stage = await stage_of(self.database, self.stream_id)
        assert stage is not None
        return {f"{each.user.username} {each.kind}": each for each in stage.feeds}

    async def is_publishing(self) -> bool:
        stream = await stream_by_id(self.database, self.stream_id)
        assert stream is not None
        return stream.publishing

    async def age_feeds(self, seconds: float) -> None:
        await self.database.execute(
            "UPDATE stage_feeds SET seen_at = seen_at - make_interval(secs => $1)", seconds
        )


async def _meet(database: Database) -> Duo:
    ann, bob = [
        await add_user(database, username=name, email=f"{name}@x.test", password_hash="x")
        for name in ("ann", "bob")
    ]
    stream_id = await add_stream(
        database,
        user_id=ann.id,
        title="A stream",
        description=None,
        visibility="public",
        scheduled_at=None,
        key_hash=token_hash("key"),
    )
    duo = Duo(database, ann, bob, stream_id)
    stages = _begin(database).stages
    for user in (ann, bob):
        await stages.bring(duo.identity(user), stream_id, "bob")
    return duo


async def test_who_came_last_has_the_feed_and_the_ghost_is_displaced(database: Database) -> None:
    duo = await _meet(database)
    here, there = _begin(database), _begin(database)
    await here.broadcasts.publishing_started(duo.camera, BOTH)
    await there.broadcasts.publishing_started(duo.camera, BOTH)
    await here.broadcasts.renew()
    assert here.displaced == [duo.camera]
    await here.broadcasts.publishing_stopped(duo.camera)
    await there.broadcasts.renew()
    assert there.displaced == []
    assert (await duo.feeds())["ann camera"].is_publishing
    assert await duo.is_publishing()


async def test_a_stream_is_published_while_one_of_two_nodes_has_a_feed(database: Database) -> None:
    duo = await _meet(database)
    here, there = _begin(database), _begin(database)
    await here.broadcasts.publishing_started(duo.camera, BOTH)
    await there.broadcasts.publishing_started(duo.screen, BOTH)
    await there.broadcasts.publishing_stopped(duo.screen)
    assert await duo.is_publishing()
    await here.broadcasts.publishing_stopped(duo.camera)
    assert not await duo.is_publishing()


async def test_what_was_stopped_is_not_waited_for(database: Database) -> None:
    duo = await _meet(database)
    here = _begin(database)
    for departure in (Departure.STOPPED, Departure.AWAY):
        await here.broadcasts.publishing_started(duo.guest, BOTH)
        assert not (await duo.feeds())["bob camera"].is_stopped
        await here.broadcasts.publishing_stopped(duo.guest, departure)
        assert (await duo.feeds())["bob camera"].is_stopped is (departure is Departure.STOPPED)


async def test_feeds_of_a_node_that_died_are_found_and_told_of_once(database: Database) -> None:
    duo = await _meet(database)
    killed, here, there = _begin(database), _begin(database), _begin(database)
    await killed.broadcasts.publishing_started(duo.guest, BOTH)
    await duo.age_feeds(PUBLISHER_FRESH_S + 1)
    for node in (here, there):
        await node.stages.drop_stale()
    assert not (await duo.feeds())["bob camera"].is_publishing
    told = [event for _, event, _ in [*here.announcements.told, *there.announcements.told]]
    assert told == ["stage:state"]


async def test_a_node_that_only_stood_still_goes_on(database: Database) -> None:
    duo = await _meet(database)
    slow, other = _begin(database), _begin(database)
    await slow.broadcasts.publishing_started(duo.camera, BOTH)
    await duo.age_feeds(PUBLISHER_FRESH_S + 1)
    await other.stages.drop_stale()
    await slow.broadcasts.renew()
    assert slow.displaced == []
    assert (await duo.feeds())["ann camera"].is_publishing


async def test_a_guest_sent_away_unheard_is_off_the_air_with_the_next_renewal(
    database: Database,
) -> None:
    duo = await _meet(database)
    here, there = _begin(database), _begin(database)
    await there.broadcasts.publishing_started(duo.guest, BOTH)
    await here.stages.remove(duo.identity(duo.ann), duo.stream_id, "bob")
    assert (here.left, there.left) == ([(duo.stream_id, duo.bob.id)], [])
    await there.broadcasts.renew()
    assert there.displaced == [duo.guest]
    await there.broadcasts.publishing_stopped(duo.guest)
    assert await duo.feeds() == {}


async def test_rights_that_were_lost_behind_our_back_are_found(database: Database) -> None:
    duo = await _meet(database)
    node = _begin(database)
    await node.broadcasts.publishing_started(duo.guest, BOTH)
    await database.execute(
        "INSERT INTO user_blocks (user_id, target_id, kind) VALUES ($1, $2, 'block')",
        duo.bob.id,
        duo.ann.id,
    )
    with pytest.raises(NotOnStage):
        await node.broadcasts.publishing_started(duo.guest, BOTH)
    await node.stages.look_at(None)
    assert node.left == [(duo.stream_id, duo.bob.id)]
    assert await duo.feeds() == {}


async def test_what_is_sent_is_told_as_it_changes(database: Database) -> None:
    duo = await _meet(database)
    node = _begin(database)
    await node.broadcasts.publishing_started(duo.screen, Sending(has_audio=False, has_video=True))
    first = (await duo.feeds())["ann screen"]
    await node.broadcasts.publishing_started(duo.screen, BOTH)
    second = (await duo.feeds())["ann screen"]
    assert (first.has_audio, second.has_audio) == (False, True)
    assert first.id == second.id


async def test_no_feed_begins_in_a_stream_that_is_over(database: Database) -> None:
    duo = await _meet(database)
    node = _begin(database)
    await node.broadcasts.publishing_started(duo.guest, BOTH)
    await node.broadcasts.publishing_started(duo.screen, BOTH)
    await node.broadcasts.end(duo.stream_id)
    assert {each.is_publishing for each in (await duo.feeds()).values()} == {False}
    assert node.announcements.told[-1][1] == "stage:state"
    for slot in (duo.guest, duo.camera):
        with pytest.raises(StreamEnded):
            await node.broadcasts.publishing_started(slot, BOTH)


async def test_a_room_that_could_not_hear_finds_the_stage_on_disk(database: Database) -> None:
    duo = await _meet(database)
    async with open_room_node(database) as node, visit(node) as viewer:
        before = (await viewer.join(duo.stream_id))["stage"]
        await _begin(database).broadcasts.publishing_started(duo.guest, BOTH)
        await node.rooms.live.compare_with_disk()
        told = await viewer.wait_event("stage:state")
        assert [each["publishing"] for each in told["feeds"]] == [True]
        assert told["version"] > before["version"]
        assert (await viewer.join(duo.stream_id))["stage"] == told
