"""How the history of a document looks in JSON, and how a moment of it is asked for."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
)

from collab.archive import Edit
from collab.differences import Difference
from collab.history import Moment, Version
from collab.replay import Passage
from collab.timeline import Step
from server.wire import Given, GivenTime, Id, Line, Time, Told, UserJson, parse_id

PAGE_ITEMS = 100
PAGE_MAX_ITEMS = 1000
STEPS = 200
MAX_STEPS = 500
NAME_MAX_CHARS = 100

Usernames = Mapping[int, str]


def _given_moment(value: object) -> object:
    """Return an update's id as a number; leave a time to those who know times."""
    if not isinstance(value, str):
        # Not a TypeError: pydantic takes that for a fault of ours.
        raise ValueError("must be an id or a time")  # noqa: TRY004
    if value == "0":
        return 0
    number = parse_id(value)
    if number is None and "T" not in value:
        raise ValueError("must be an id, which is a string of digits, or a time")
    return value if number is None else number


GivenMoment = Annotated[
    int | GivenTime,
    BeforeValidator(_given_moment),
    WithJsonSchema({"type": "string"}, mode="validation"),
]
"""An update's id, 0 for the beginning, or a time."""


class MomentQuery(BaseModel):
    """Which moment."""

    model_config = ConfigDict(extra="forbid")

    at: GivenMoment | None = None


class EditQuery(BaseModel):
    """Which updates to list, and whether with what they hold."""

    model_config = ConfigDict(extra="forbid")

    after: Annotated[GivenMoment | None, Field(alias="from")] = None
    through: Annotated[GivenMoment | None, Field(alias="to")] = None
    updates: bool = False
    limit: Annotated[int, Field(ge=1, le=PAGE_MAX_ITEMS)] = PAGE_ITEMS
    cursor: str | None = None


class DifferenceQuery(BaseModel):
    """Between which moments."""

    model_config = ConfigDict(extra="forbid")

    before: Annotated[GivenMoment, Field(alias="from", json_schema_extra={"default": "0"})] = 0
    after: Annotated[GivenMoment | None, Field(alias="to")] = None


class TimelineQuery(BaseModel):
    """How finely."""

    model_config = ConfigDict(extra="forbid")

    steps: Annotated[int, Field(ge=1, le=MAX_STEPS)] = STEPS


class GivenRestore(Given):
    """Which moment to go back to."""

    at: GivenMoment


class GivenVersion(Given):
    """A name for a moment."""

    name: Annotated[Line, StringConstraints(max_length=NAME_MAX_CHARS)]
    at: GivenMoment | None = None


class MomentJson(Told):
    """A moment: the document after one update. The beginning has the id 0 and no time."""

    id: str
    at: Time | None
    user: UserJson | None


class TextJson(MomentJson):
    """A moment and its text."""

    code_content: str


class PassageJson(Told):
    """A part of the text and who wrote it, in which minute."""

    text: str
    user: UserJson | None
    at: Time


class BlameJson(MomentJson):
    """A moment and who wrote which part of its text."""

    passages: list[PassageJson]


class EditJson(Told):
    """One update of the log."""

    id: Id
    at: Time
    user: UserJson | None
    bytes: int
    update: str | None
    """The Yjs update in base64, if asked for."""


class StepJson(Told):
    """A stretch of time with edits in it."""

    at: Time
    until: Time
    last_id: Id
    updates: int
    user_ids: list[Id]


class TimelineJson(Told):
    """The life of a document at a glance."""

    began_at: Time | None
    ended_at: Time | None
    updates: int
    steps: list[StepJson]
    users: list[UserJson]


class DifferenceJson(Told):
    """Whole lines of one text in whose place the other has others."""

    from_line: int
    to_line: int
    removed: str
    added: str


class DifferencesJson(Told):
    """What differs between two moments."""

    model_config = ConfigDict(extra="forbid", frozen=True, serialize_by_alias=True)

    before: Annotated[MomentJson, Field(serialization_alias="from")]
    after: Annotated[MomentJson, Field(serialization_alias="to")]
    differences: list[DifferenceJson]


class VersionJson(Told):
    """A moment with a name: which one, of when, and who named it."""

    id: Id
    name: str
    update_id: str
    at: Time | None
    user: UserJson | None
    created_at: Time


class VersionWithTextJson(VersionJson):
    """A version and the text that it keeps."""

    code_content: str


def moment_form(moment: Moment, names: Usernames) -> MomentJson:
    """Return a moment."""
    return MomentJson(
        id=str(moment.update_id), at=moment.made_at, user=_user(moment.user_id, names)
    )


def passage_forms(passages: Iterable[Passage], names: Usernames) -> list[PassageJson]:
    """Return who wrote what."""
    return [
        PassageJson(text=each.text, user=_user(each.user_id, names), at=each.made_at)
        for each in passages
    ]


def edit_form(edit: Edit, names: Usernames, *, with_update: bool) -> EditJson:
    """Return an update of the log."""
    return EditJson(
        id=edit.update_id,
        at=edit.made_at,
        user=_user(edit.user_id, names),
        bytes=len(edit.content),
        update=base64.b64encode(edit.content).decode() if with_update else None,
    )


def timeline_form(
    steps: list[Step], names: Usernames, *, began_at: datetime | None, ended_at: datetime | None
) -> TimelineJson:
    """Return the life of a document."""
    return TimelineJson(
        began_at=began_at,
        ended_at=ended_at,
        updates=sum(step.updates for step in steps),
        steps=[
            StepJson(
                at=step.began_at,
                until=step.ended_at,
                last_id=step.last_id,
                updates=step.updates,
                user_ids=sorted(step.user_ids),
            )
            for step in steps
        ],
        users=[UserJson(id=user_id, username=name) for user_id, name in sorted(names.items())],
    )


def difference_forms(found: Iterable[Difference]) -> list[DifferenceJson]:
    """Return what differs."""
    return [
        DifferenceJson(
            from_line=each.from_line, to_line=each.to_line, removed=each.removed, added=each.added
        )
        for each in found
    ]


def version_form(version: Version) -> VersionJson:
    """Return a version."""
    user = None
    if version.user_id is not None and version.username is not None:
        user = UserJson(id=version.user_id, username=version.username)
    return VersionJson(
        id=version.id,
        name=version.name,
        update_id=str(version.update_id),
        at=version.made_at,
        user=user,
        created_at=version.created_at,
    )


def _user(user_id: int | None, names: Usernames) -> UserJson | None:
    """Return an author, None for nobody and for an account that is gone."""
    name = names.get(user_id) if user_id is not None else None
    return UserJson(id=user_id, username=name) if user_id is not None and name else None
