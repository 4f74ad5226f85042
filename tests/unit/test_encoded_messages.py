"""Messages are encoded once, and anew when something has become of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import msgspec

from rooms.chat import Author, ChatMessage
from rooms.encoded_messages import KEPT_MESSAGES, EncodedMessages
from rooms.forms import message_form
from rooms.frames import encode_json

NOW = datetime(2026, 11, 22, 14, tzinfo=UTC)


def said(number: int) -> ChatMessage:
    return ChatMessage(number, 1, number, Author(7, "ann"), f"words {number}", f"c{number}", NOW)


def test_message_is_encoded_once_however_often_it_is_told() -> None:
    encoded, message = EncodedMessages(), said(1)
    first, again = encoded.of([message, message])
    assert first is again
    assert first == encode_json(message_form(message))


def test_changed_message_is_encoded_anew() -> None:
    encoded, message = EncodedMessages(), said(1)
    encoded.one(message)
    edited = replace(message, content="other words", change=3)
    assert msgspec.json.decode(encoded.one(edited))["content"] == "other words"
    assert msgspec.json.decode(encoded.one(message))["content"] == "words 1"


def test_only_so_many_messages_are_kept() -> None:
    encoded, oldest = EncodedMessages(), said(0)
    before = encoded.one(oldest)
    encoded.of(said(number) for number in range(1, KEPT_MESSAGES + 1))
    assert encoded.one(oldest) is not before
