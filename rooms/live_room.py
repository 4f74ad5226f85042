"""A room at work on this node: its rules, its ticks, its place on the bus.

Tells the members here what was committed anywhere, in order, and the other nodes what was committed
here. What the bus loses is found again: by the next message's number, or by the room's number on
disk that every heartbeat looks at.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
import structlog

from persistence.chat import ChatStore, RoomRow
from rooms.attendance import Attendance
from rooms.bus import Bus, Subscription
from rooms.catching_up import DELETED, CatchingUp, compare, reread
from rooms.chat import ChatMessage
from rooms.encoded_messages import EncodedMessages
from rooms.fanout import Fanout
from rooms.forms import (
    message_form,
    poll_form,
    question_form,
    rules_form,
    stage_form,
    stream_form,
)
from rooms.frames import event_packet
from rooms.house_rules import House
from rooms.live_house import LiveHouse
from rooms.node_news import (
    Announced,
    Asked,
    Changed,
    Here,
    Polled,
    Said,
    StillHere,
    Voted,
    bus_channel,
    publish,
    publish_changes,
    publish_messages,
    read_news,
)
from rooms.outlet import Outlet
from rooms.paced import Paced
from rooms.poll_readers import PollReaders
from rooms.polls import Poll, sees_counts, supersedes
from rooms.questions import ViewerQuestion
from rooms.room import Room, StreamFacts
from rooms.stage import Stage
from rooms.stage_news import STAGE

logger = structlog.get_logger(__name__)

# What moderators give back: {stream_id, ids}.
RESTORED = "chat:restored"
# What the staff takes out at one stroke: {stream_id, user, upto_seq, change_before, change}.
CLEARED = "chat:cleared"
QUESTION = "question:state"
# {stream_id, message}: the message that stands above the chat, or null.
PINNED = "room:pinned"

POLL_STATE_S = 0.25
# How long a message that came early waits for those before it, before they are fetched.
GAP_PATIENCE_S = 0.1

LoadStage = Callable[[int], Awaitable[Stage | None]]
"""Reads the stage of a stream; None if there is no such stream."""


class LiveRoom:
    """One room that has, or lately had, members on this node. Close it to end its timers."""

    def __init__(
        self,
        room: Room[Outlet],
        *,
        house: House,
        poll: Poll | None,
        on_screen: ViewerQuestion | None,
        pinned: ChatMessage | None,
        stage: Stage,
        load_stage: LoadStage,
        chat: ChatStore,
        bus: Bus,
        node_id: bytes,
        tasks: asyncio.TaskGroup,
    ) -> None:
        self.room = room
        self.poll = poll
        """The open poll, if there is one."""
        self.on_screen = None if on_screen is None else question_form(on_screen)
        """The question that the staff has put on everybody's screen."""
        self.pinned: Mapping[str, Any] | None = message_form(pinned) if pinned else None
        """The message above the chat."""
        self.stage: Mapping[str, Any] = stage_form(stage)
        """Who is on stage, and what they publish."""
        self.encoded = EncodedMessages()
        self._load_stage = load_stage
        self._chat = chat
        self._bus = bus
        self._tasks = tasks
        self.house = LiveHouse(room, house, release=lambda: self._fanout.wake())
        self._fanout = Fanout(self.house.readers, before_tick=self._untold_packets)
        self.attendance = Attendance(room, bus=bus, node_id=node_id, tell=self._tell_viewers)
        self.poll_readers = PollReaders(room, self.house)
        self._poll_state = Paced(POLL_STATE_S, self._tell_poll)
        self._moved_poll: Poll | None = poll
        self._gap_timer: asyncio.TimerHandle | None = None
        self._catching_up = CatchingUp(self, chat, tasks=tasks)
        self._subscription: Subscription | None = None

    def listen(self) -> None:
        """Take a place on the bus."""
        self._subscription = self._bus.subscribe(
            bus_channel(self.room.stream.id), self._hear, on_gap=self._bus_is_back
        )
        # What was committed elsewhere since the room was read from disk.
        self._bus_is_back()

    def close(self) -> None:
        """End the timers and leave the bus."""
        if self._subscription is not None:
            self._subscription.close()
        self._poll_state.close()
        self.attendance.close()
        self._fanout.close()
        self.house.close()
        self.poll_readers.close()
        if self._gap_timer is not None:
            self._gap_timer.cancel()

    @property
    def deliveries(self) -> int:
        """How many packets were written to members."""
        return self._fanout.deliveries + self.house.deliveries + self.poll_readers.deliveries

    # Messages.

    def take_committed(self, messages: Sequence[ChatMessage]) -> None:
        """Tell everybody what this node has just committed; what is known already is not news."""
        news = [message for message in messages if message.seq > self.room.seq]
        if news:
            publish_messages(self._bus, self.room.stream.id, news)
            self._take(news)

    def _take(self, messages: Sequence[ChatMessage]) -> None:
        known = self.room.seq
        self.room.take(messages)
        self.house.hold_back(after=known)
        self._told_soon()

    def change_committed(self, messages: Sequence[ChatMessage]) -> None:
        """Tell everybody what this node has just changed."""
        publish_changes(self._bus, self.room.stream.id, messages)
        self._change(messages)

    def _change(self, messages: Sequence[ChatMessage]) -> None:
        self.room.take_changes(messages)
        self._told_soon()

    def _told_soon(self) -> None:
        if self.room.has_gap() and self._gap_timer is None:
            loop = asyncio.get_running_loop()
            self._gap_timer = loop.call_later(GAP_PATIENCE_S, self._fill_gap)
        self._fanout.wake()

    def _untold_packets(self) -> list[bytes]:
        packets = []
        if messages := self.room.untold(upto=self.house.told_upto()):
            packets.append(event_packet("chat:messages", self.encoded.of(messages)))
        # A message that is still to be told is told as it is by then.
        told_seq = self.room.told_seq
        if changed := [each for each in self.room.changes.untold() if each.seq <= told_seq]:
            forms = [message_form(each) for each in changed]
            packets.append(event_packet("chat:changed", forms))
            packets += self._pinned_packets({form["id"]: form for form in forms})
        return packets

    def _pinned_packets(self, changed: Mapping[str, Mapping[str, Any]]) -> list[bytes]:
        """Keep the pinned message in step with what has become of it."""
        form = changed.get(self.pinned["id"]) if self.pinned else None
        if form is None:
            return []
        self.pinned = None if form["deleted"] else form
        # Its new words are in chat:changed already.
        return [] if self.pinned else [event_packet(PINNED, self._pinned_payload())]

    def _pinned_payload(self) -> Mapping[str, Any]:
        return {"stream_id": str(self.room.stream.id), "message": self.pinned}

    def _fill_gap(self) -> None:
        self._gap_timer = None
        if self.room.has_gap():
            self.catch_up()

    def catch_up(self) -> None:
        """Fetch from storage what the bus may have lost."""
        self._catching_up.wake()

    async def compare(self, row: RoomRow) -> None:
        """Take over what the room on disk has and this one lacks."""
        await compare(self, row, chat=self._chat)
        if row.stage_version > self.stage["version"]:
            stage = await self._load_stage(row.stream.id)
            if stage is not None:
                self.take_announcement(STAGE, stage_form(stage), latest_of=STAGE)

    async def _restore(self, payload: Mapping[str, Any]) -> None:
        """Take in what was given back, and then tell of it: who asks now, gets it."""
        await reread(self.room, self._chat)
        if "change" in payload:
            self._skip_changes(payload)
        self.tell(RESTORED, payload)

    def _clear(self, payload: Mapping[str, Any]) -> None:
        """Keep nothing of what the staff has taken out, and count it among the changes."""
        author_id = None if payload["user"] is None else int(payload["user"]["id"])
        self.room.clear(author_id, upto_seq=payload["upto_seq"])
        self._skip_changes(payload)
        pinned = self.pinned
        if pinned is not None and (author_id is None or _is_by(pinned, author_id)):
            self.pin(None)

    def _skip_changes(self, payload: Mapping[str, Any]) -> None:
        # All of them are told at once, not message by message.
        if self.room.changes.taken == payload["change_before"]:
            self.room.skip_to_change(payload["change"], [])
        else:
            self.catch_up()

    def wake(self) -> None:
        """Tell with the next tick what the room has that nobody was told of."""
        self._fanout.wake()

    def pin(self, message: ChatMessage | None) -> None:
        """Put another message above the chat, or none, and tell everybody."""
        self.pinned = None if message is None else message_form(message)
        self.tell(PINNED, self._pinned_payload(), latest_of=PINNED)

    def forget(self, message_ids: Collection[int]) -> None:
        """Keep nothing of messages that were taken away."""
        self.room.forget(message_ids)
        if self.pinned is not None and int(self.pinned["id"]) in message_ids:
            self.pin(None)

    # Announcements and states.

    def tell(self, event: str, payload: Mapping[str, Any], *, latest_of: str | None = None) -> None:
        """Tell the members on this node with the next tick."""
        self._fanout.tell(event, payload, latest_of=latest_of)
        self.house.tell_guests(event, payload, latest_of=latest_of)

    def move_in(self, house: House) -> Sequence[int]:
        """Let other house rules hold, and tell everybody; return whose standing is another one."""
        before = self.house.current.rules
        moved = self.house.move_in(house)
        if house.rules != before:
            payload = {"stream_id": str(self.room.stream.id), **rules_form(house.rules)}
            self.tell("room:rules", payload, latest_of="rules")
        return moved

    def move_poll(self, poll: Poll) -> None:
        """Take a later state of the room's poll; members hear of it at most four times a second."""
        if not supersedes(poll, self._moved_poll):
            return
        self._moved_poll = poll
        self.poll = None if poll.is_closed else poll
        self._poll_state.wake()

    def _tell_poll(self) -> None:
        if (poll := self._moved_poll) is not None:
            sees = sees_counts(poll, is_staff=False, has_voted=False)
            form = poll_form(poll, sees_counts=sees)
            self.tell("poll:state", form, latest_of=f"poll:{poll.id}")
            self.poll_readers.tell(poll)

    def _tell_viewers(self, payload: Mapping[str, Any]) -> None:
        self.tell("room:viewers", payload, latest_of="viewers")

    def beat(self, *, now: float) -> None:
        """Say how far the room has come, so that a client notices a gap, and who is here."""
        self.room.people.expire(now=now)
        self.attendance.publish()
        self.tell_seq()

    def tell_seq(self) -> None:
        """Say how far the room has come."""
        self._fanout.tell(
            "room:seq",
            {
                "stream_id": str(self.room.stream.id),
                "epoch": self.room.epoch,
                "seq": self.room.told_seq,
                "change": self.room.changes.taken,
            },
            latest_of="seq",
        )

    # The bus.

    def _bus_is_back(self) -> None:
        """Find out what was said and who came while we could not hear, or did not listen yet."""
        self.catch_up()
        publish(self._bus, self.room.stream.id, Asked())
        self.attendance.publish()

    def _hear(self, message: bytes) -> None:
        try:
            heard = read_news(message)
        except msgspec.DecodeError:
            # A node of another version; the heartbeat finds what it said.
            logger.warning("a bus message was not understood", stream_id=self.room.stream.id)
            return
        match heard:
            case Said():
                self._take(heard.messages)
            case Changed():
                self._change(heard.messages)
            case Announced():
                payload = msgspec.json.decode(heard.payload)
                self.take_announcement(heard.event, payload, latest_of=heard.latest_of)
            case Polled():
                self.move_poll(heard.poll)
            case Here():
                self.attendance.hear(heard.node, frozenset(heard.people))
            case StillHere():
                self.attendance.hear_alive(heard.node)
            case Voted():
                if self.poll is not None and self.poll.id == heard.poll_id:
                    self.poll_readers.note_votes(self.poll, heard.people)
            case Asked():
                self.attendance.publish()

    def take_announcement(
        self, event: str, payload: Mapping[str, Any], *, latest_of: str | None
    ) -> None:
        """Pass on an announcement made on any node."""
        if event == "stream:state":
            self._note_stream(payload)
        elif event == DELETED:
            self.forget({int(message_id) for message_id in payload["ids"]})
        elif event == STAGE:
            if payload["version"] <= self.stage["version"]:
                return  # two nodes' news may come in any order
            self.stage = payload
        elif event == PINNED:
            self.pinned = payload["message"]
        elif event == QUESTION:
            self._note_question(payload)
        elif event == CLEARED:
            self._clear(payload)
        elif event == RESTORED:
            self._tasks.create_task(self._restore(payload))
            return
        self.tell(event, payload, latest_of=latest_of)

    def correct_stream(self, stream: StreamFacts) -> None:
        """Take over what the disk says of the stream, and tell the members if it is news."""
        if stream != self.room.stream:
            self.room.stream = stream
            self.tell("stream:state", stream_form(stream), latest_of=f"stream:{stream.id}")

    def _note_question(self, payload: Mapping[str, Any]) -> None:
        """Keep what joiners are shown on the screen in step."""
        is_shown = self.on_screen is not None and self.on_screen["id"] == payload["id"]
        if payload["is_highlighted"]:
            self.on_screen = dict(payload)
        elif is_shown:
            self.on_screen = None

    def _note_stream(self, payload: Mapping[str, Any]) -> None:
        """Keep what joiners are shown in step; the heartbeat's look at the disk corrects it."""
        stream = self.room.stream
        self.room.note_stream(
            title=payload.get("title", stream.title),
            status=payload.get("status", stream.status),
            publishing=payload.get("publishing", stream.publishing),
            started_at=_moment(payload, "started_at", stream.started_at),
            ended_at=_moment(payload, "ended_at", stream.ended_at),
        )


def _is_by(message: Mapping[str, Any], author_id: int) -> bool:
    user: Mapping[str, Any] | None = message["user"]
    return user is not None and int(user["id"]) == author_id


def _moment(payload: Mapping[str, Any], name: str, before: datetime | None) -> datetime | None:
    text = payload.get(name)
    return datetime.fromisoformat(text) if isinstance(text, str) else before
