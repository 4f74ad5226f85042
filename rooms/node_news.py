"""What the nodes tell each other of a room: its messages on the bus, and how they are written."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypeAlias

import msgspec

from rooms.bus import Bus
from rooms.chat import ChatMessage
from rooms.polls import Poll


class Said(msgspec.Struct, tag="said"):
    """Messages that were committed on the node that publishes this."""

    messages: list[ChatMessage]


class Changed(msgspec.Struct, tag="changed"):
    """Messages that were changed on the node that publishes this, as they are now."""

    messages: list[ChatMessage]


class Announced(msgspec.Struct, tag="announced"):
    """An announcement for the members of the room on every node."""

    event: str
    payload: bytes
    latest_of: str | None


class Polled(msgspec.Struct, tag="polled"):
    """What has become of a poll."""

    poll: Poll


class Here(msgspec.Struct, tag="here"):
    """Who is in the room on the node that publishes this."""

    node: bytes
    people: list[int]


class StillHere(msgspec.Struct, tag="alive"):
    """The node that publishes this is at work, and has in the room whom it said last."""

    node: bytes


class Voted(msgspec.Struct, tag="voted"):
    """Who has voted in a poll by the node that publishes this: their counts may be told them."""

    poll_id: int
    people: list[int]


class Asked(msgspec.Struct, tag="asked"):
    """The node that publishes this has just come, or come back, and knows nobody."""


News: TypeAlias = Said | Changed | Announced | Polled | Here | StillHere | Voted | Asked
_encode = msgspec.msgpack.Encoder().encode
_decoder: msgspec.msgpack.Decoder[News] = msgspec.msgpack.Decoder(News)


def bus_channel(stream_id: int) -> str:
    """Return the channel on which the nodes tell each other of a room."""
    return f"room:{stream_id}"


def read_news(message: bytes) -> News:
    """Return what another node says. Raises msgspec.DecodeError: it may be of another version."""
    return _decoder.decode(message)


def publish(bus: Bus, stream_id: int, news: News) -> None:
    """Tell the other nodes."""
    bus.publish_nowait(bus_channel(stream_id), _encode(news))


def publish_messages(bus: Bus, stream_id: int, messages: Sequence[ChatMessage]) -> None:
    """Tell the other nodes of committed messages."""
    publish(bus, stream_id, Said(list(messages)))


def publish_changes(bus: Bus, stream_id: int, messages: Sequence[ChatMessage]) -> None:
    """Tell the other nodes what has become of messages."""
    publish(bus, stream_id, Changed(list(messages)))


def publish_announcement(
    bus: Bus, stream_id: int, event: str, payload: Mapping[str, Any], *, latest_of: str | None
) -> None:
    """Tell the members of the room on the other nodes."""
    publish(bus, stream_id, Announced(event, msgspec.json.encode(payload), latest_of))


def publish_voters(bus: Bus, poll: Poll, voters: Collection[int]) -> None:
    """Tell the other nodes who has voted."""
    publish(bus, poll.stream_id, Voted(poll.id, list(voters)))


def publish_poll(bus: Bus, poll: Poll) -> None:
    """Tell the other nodes what has become of a poll."""
    publish(bus, poll.stream_id, Polled(poll))
