"""The words of the JSON that clients see: ids are strings, times are RFC 3339 in UTC, text holds
nothing that a terminal, a log or the database would stumble over.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Generic, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainSerializer,
)
from pydantic.json_schema import WithJsonSchema

from errors import NotFound

INT64_MAX = 2**63 - 1
_ID = re.compile(r"[1-9][0-9]{0,18}")
# Controls other than tab and newline, the byte order mark and what overrides the direction of text.
_UNWANTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
USERNAME_PATTERN = r"^[A-Za-z0-9_]{3,50}$"
_USERNAME = re.compile(r"[A-Za-z0-9_]{3,50}")

Item = TypeVar("Item")


def parse_id(text: str) -> int | None:
    """Return the id that `text` stands for, or None if it can be none."""
    if _ID.fullmatch(text) is None or int(text) > INT64_MAX:
        return None
    return int(text)


def path_username(text: str) -> str:
    """Return a user name from an address. Raises NotFound for what can be none."""
    if _USERNAME.fullmatch(text) is None:
        raise NotFound()
    return text


def rfc3339(moment: datetime) -> str:
    """Return `moment` in UTC with milliseconds: `2026-11-22T14:00:00.123Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _plain(text: str) -> str:
    if _UNWANTED.search(text):
        raise ValueError("must not hold control characters")
    return text


def _line(text: str) -> str:
    text = _plain(text).strip()
    if not text or "\n" in text:
        raise ValueError("must be one line that is not empty")
    return text


def _given_id(value: object) -> int:
    number = parse_id(value) if isinstance(value, str) else None
    if number is None:
        raise ValueError("must be an id, which is a string of digits")
    return number


def _utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("is too far away") from error


Id = Annotated[
    int,
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^[1-9][0-9]{0,18}$"}, mode="serialization"),
]
GivenId = Annotated[
    int,
    BeforeValidator(_given_id),
    WithJsonSchema({"type": "string", "pattern": r"^[1-9][0-9]{0,18}$"}, mode="validation"),
]
Time = Annotated[
    datetime,
    PlainSerializer(rfc3339, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}, mode="serialization"),
]
GivenTime = Annotated[AwareDatetime, AfterValidator(_utc)]
Line = Annotated[str, AfterValidator(_line)]
"""One line of text, without spaces around it."""
Text = Annotated[str, AfterValidator(_plain)]
"""Text that may have several lines."""


class Given(BaseModel):
    """What a client sends. Unknown fields are refused: nobody assigns what was not asked for."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Told(BaseModel):
    """What a client gets. Fields are listed: nothing is sent because a row happened to have it."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class UserJson(Told):
    """A user, wherever one stands in a body."""

    id: Id
    username: str


class PicturedUserJson(UserJson):
    """A user with the small picture that stands beside the name; null for who has none."""

    avatar_small_url: str | None


class Page(Told, Generic[Item]):
    """One page of a list. `next` is the cursor of the page after it, null at the end; `prev` of the
    page before it, null at the beginning."""

    items: list[Item]
    next: str | None
    prev: str | None = None
