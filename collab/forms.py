"""How a suggestion looks in JSON, over HTTP and over Socket.IO alike."""

from __future__ import annotations

from typing import Literal

from collab.suggestions import Person, Suggestion
from server.wire import Id, Time, Told, UserJson

Status = Literal["pending", "accepted", "rejected", "withdrawn"]


class SuggestionJson(Told):
    """A suggestion, as everybody sees it."""

    id: Id
    session_id: Id
    user: UserJson | None
    content: str
    original: str
    line_start: int
    line_end: int
    upvotes: int
    downvotes: int
    status: str
    is_stale: bool
    note: str | None
    created_at: Time
    resolved_by: UserJson | None
    client_id: str


class MySuggestionJson(SuggestionJson):
    """A suggestion, as the one who asks sees it."""

    my_vote: int


def suggestion_form(suggestion: Suggestion) -> SuggestionJson:
    """Return a suggestion for everybody."""
    return SuggestionJson(
        id=suggestion.id,
        session_id=suggestion.session_id,
        user=_person_form(suggestion.author),
        content=suggestion.content,
        original=suggestion.original,
        line_start=suggestion.line_start,
        line_end=suggestion.line_end,
        upvotes=suggestion.upvotes,
        downvotes=suggestion.downvotes,
        status=suggestion.status,
        is_stale=suggestion.is_stale,
        note=suggestion.note,
        created_at=suggestion.created_at,
        resolved_by=_person_form(suggestion.resolved_by),
        client_id=suggestion.client_id,
    )


def my_suggestion_form(suggestion: Suggestion) -> MySuggestionJson:
    """Return a suggestion for the one whose vote it was read with."""
    form = suggestion_form(suggestion)
    return MySuggestionJson(**dict(form), my_vote=suggestion.my_vote)


def _person_form(person: Person | None) -> UserJson | None:
    return UserJson(id=person.id, username=person.username) if person else None
