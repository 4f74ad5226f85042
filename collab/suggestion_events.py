"""The edge of suggestions over Socket.IO: suggestion:create, :vote, :resolve, :withdraw.

Each is answered after its commit, in batches, and then told to the stream's room.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Annotated, Any, Literal

import msgspec

from collab.access import Access
from collab.anchors import with_endings_of
from collab.documents import Documents
from collab.forms import my_suggestion_form, suggestion_form
from collab.loading import follow_again
from collab.made_edits import accept, lines_of
from collab.suggestions import (
    Suggestion,
    check_client_id,
    check_content,
    check_note,
    check_size,
)
from errors import (
    Forbidden,
    NotFound,
    SuggestionResolved,
    SuggestionStale,
    Unauthenticated,
)
from persistence.database import Database
from persistence.documents import Acceptance
from persistence.group_commit import GroupCommit, open_group_commit
from persistence.suggestions import NewSuggestion, NewVote, SuggestionStore
from rooms.events import Announce, Caller, ClientEvent
from server.identity import Identity

_Id = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
_Line = Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]


class CreateSuggestion(msgspec.Struct):
    """suggestion:create. `content` is to replace the whole lines; empty takes them away."""

    session_id: _Id
    line_start: _Line
    line_end: _Line
    content: str
    client_id: str


class VoteOnSuggestion(msgspec.Struct):
    """suggestion:vote. 0 takes a vote back."""

    suggestion_id: _Id
    value: Literal[-1, 0, 1]


class ResolveSuggestion(msgspec.Struct):
    """suggestion:resolve. The stream's owner only.

    `over` is what the owner sees in lines that were edited since the suggestion was made, and
    wants to be replaced all the same; `content` what then to put there, when both are to stay.
    """

    suggestion_id: _Id
    status: Literal["accepted", "rejected"]
    note: str = ""
    over: str | None = None
    content: str | None = None


class WithdrawSuggestion(msgspec.Struct):
    """suggestion:withdraw. Its author only."""

    suggestion_id: _Id


TellTaken = Callable[[int, int, int, str | None], None]


class SuggestionEvents:
    """Answers the events of suggestions. Made by `open_suggestions`."""

    def __init__(
        self,
        store: SuggestionStore,
        documents: Documents,
        *,
        announce: Announce,
        suggestions: GroupCommit[NewSuggestion, int],
        votes: GroupCommit[NewVote, Suggestion],
    ) -> None:
        self._store = store
        self._documents = documents
        self._announce = announce
        self._suggestions = suggestions
        self._votes = votes
        self._tell_accepted: list[Callable[[int], None]] = []
        self._tell_rejected: list[Callable[[int], None]] = []
        self._tell_room: list[TellTaken] = []

    def on_accepted(self, tell: Callable[[int], None]) -> None:
        """Call `tell(author_id)` when somebody's suggestion has been accepted by another."""
        self._tell_accepted.append(tell)

    def on_taken(self, tell: TellTaken) -> None:
        """Call `tell(stream_id, suggestion_id, accepted_by, author)` when a suggestion has become
        part of the code, whoever has made it."""
        self._tell_room.append(tell)

    def on_rejected(self, tell: Callable[[int], None]) -> None:
        """Call `tell(author_id)` when somebody's suggestion has been rejected by another."""
        self._tell_rejected.append(tell)

    def events(self) -> list[ClientEvent[Any]]:
        """Return what the edge is to listen for."""
        return [
            ClientEvent("suggestion:create", CreateSuggestion, self.create),
            ClientEvent("suggestion:vote", VoteOnSuggestion, self.vote),
            ClientEvent("suggestion:resolve", ResolveSuggestion, self.resolve),
            ClientEvent("suggestion:withdraw", WithdrawSuggestion, self.withdraw),
        ]

    async def create(self, caller: Caller, payload: CreateSuggestion) -> Mapping[str, Any]:
        """Propose text for lines of the code."""
        identity = _signed_in(caller)
        content = check_content(payload.content)
        client_id = check_client_id(payload.client_id)
        await self._check_may_suggest(identity, payload.session_id)
        suggestion_id = await self._store.find(payload.session_id, identity.user_id, client_id)
        if suggestion_id is None:
            suggestion_id = await self._add(identity, payload, content, client_id)
        suggestion = await self._store.by_id(suggestion_id, seen_by=identity.user_id)
        self._tell(suggestion)
        return {"suggestion": my_suggestion_form(suggestion).model_dump(mode="json")}

    async def _check_may_suggest(self, identity: Identity, session_id: int) -> None:
        access = await self._documents.store.access(session_id)
        if not access.may_read(identity.user_id):
            raise NotFound("There is no such code session.")
        await self._store.check_not_banned(access.owner_id, identity.user_id)

    async def _add(
        self, identity: Identity, payload: CreateSuggestion, content: str, client_id: str
    ) -> int:
        async with self._documents.lease(payload.session_id) as live:
            anchor, original = lines_of(live, payload.line_start, payload.line_end)
            check_size(original)
            content = check_size(with_endings_of(original, content))
            # The code goes on moving while the suggestion is on its way to the disk.
            with live.followed.moving(lambda: live.document, anchor) as place:
                suggestion_id = await self._suggestions.submit(
                    NewSuggestion(
                        payload.session_id,
                        identity.user_id,
                        client_id,
                        content,
                        original.replace("\x00", "\x1a"),
                        anchor,
                        payload.line_start,
                        payload.line_end,
                    )
                )
                live.follow(
                    suggestion_id,
                    place(),
                    original=original,
                    lines=(payload.line_start, payload.line_end),
                )
                live.note_change()
        self._documents.suggestion_changed(payload.session_id, suggestion_id)
        return suggestion_id

    async def vote(self, caller: Caller, payload: VoteOnSuggestion) -> Mapping[str, Any]:
        """Say what one thinks of a suggestion; the answer comes when it is on disk."""
        identity = _signed_in(caller)
        suggestion = await self._votes.submit(
            NewVote(payload.suggestion_id, identity.user_id, payload.value)
        )
        self._tell(suggestion)
        mine = replace(suggestion, my_vote=payload.value)
        return {"suggestion": my_suggestion_form(mine).model_dump(mode="json")}

    async def resolve(self, caller: Caller, payload: ResolveSuggestion) -> Mapping[str, Any]:
        """Accept a suggestion, which edits the code, or reject it."""
        identity = _signed_in(caller)
        note = check_note(payload.note)
        suggestion, access = await self._seen(payload.suggestion_id, identity)
        if identity.user_id != access.owner_id:
            raise Forbidden("Only the streamer may accept or reject.")
        if suggestion.status != "pending":
            raise SuggestionResolved()
        if payload.status == "accepted":
            await self._accept(
                suggestion,
                Acceptance(suggestion.id, accepted_by=identity.user_id, note=note),
                payload,
            )
            _thank(suggestion, self._tell_accepted, resolved_by=identity.user_id)
            author = suggestion.author.username if suggestion.author else None
            for tell in self._tell_room:
                tell(suggestion.stream_id, suggestion.id, identity.user_id, author)
        else:
            await self._store.reject(suggestion.id, rejected_by=identity.user_id, note=note)
            _thank(suggestion, self._tell_rejected, resolved_by=identity.user_id)
        return await self._resolved(suggestion, seen_by=identity.user_id)

    async def withdraw(self, caller: Caller, payload: WithdrawSuggestion) -> Mapping[str, Any]:
        """Take back a suggestion of one's own that is still open."""
        identity = _signed_in(caller)
        suggestion, _ = await self._seen(payload.suggestion_id, identity)
        if suggestion.author is None or suggestion.author.id != identity.user_id:
            raise Forbidden("Only who made a suggestion may take it back.")
        await self._store.withdraw(suggestion.id, author_id=identity.user_id)
        return await self._resolved(suggestion, seen_by=identity.user_id)

    async def _seen(self, suggestion_id: int, identity: Identity) -> tuple[Suggestion, Access]:
        """Return a suggestion that somebody may see, and who may do what there."""
        suggestion = await self._store.by_id(suggestion_id)
        access = await self._documents.store.access(suggestion.session_id)
        if not access.may_read(identity.user_id):
            raise NotFound("There is no such suggestion.")
        return suggestion, access

    async def _accept(
        self, suggestion: Suggestion, acceptance: Acceptance, payload: ResolveSuggestion
    ) -> None:
        content = suggestion.content
        if payload.over is not None and payload.content is not None:
            content = check_content(payload.content)
            content = check_size(with_endings_of(suggestion.original, content))
        async with self._documents.lease(suggestion.session_id) as live:
            if suggestion.id not in live.followed:
                # Made on another node a moment ago, or resolved since we looked.
                await follow_again(live, suggestion.id, store=self._documents.store)
            if suggestion.id not in live.followed:
                raise SuggestionResolved()
            try:
                await accept(
                    live,
                    acceptance,
                    content,
                    author_id=suggestion.author.id if suggestion.author else None,
                    over=payload.over,
                )
            except SuggestionStale:
                # Not after the next pause of typing: somebody is just looking at it.
                self._documents.project_soon(live)
                raise

    async def _resolved(self, suggestion: Suggestion, *, seen_by: int) -> Mapping[str, Any]:
        """Let go of a suggestion that was resolved, tell everybody, and return the answer."""
        async with self._documents.lease(suggestion.session_id) as live:
            live.unfollow(suggestion.id)
        self._documents.suggestion_changed(suggestion.session_id, suggestion.id)
        resolved = await self._store.by_id(suggestion.id, seen_by=seen_by)
        self._tell(resolved)
        return {"suggestion": my_suggestion_form(resolved).model_dump(mode="json")}

    async def tell_moved(self, _access: Access, suggestion_ids: Sequence[int]) -> None:
        """Tell the room of suggestions whose lines have other numbers now, or were edited."""
        for suggestion in await self._store.by_ids(suggestion_ids):
            self._tell(suggestion)

    def _tell(self, suggestion: Suggestion) -> None:
        self._announce(
            suggestion.stream_id,
            "suggestion:state",
            suggestion_form(suggestion).model_dump(mode="json"),
            latest_of=f"suggestion:{suggestion.id}",
        )


def _signed_in(caller: Caller) -> Identity:
    if caller.identity is None:
        raise Unauthenticated()
    return caller.identity


def _thank(
    suggestion: Suggestion, tell_author: Sequence[Callable[[int], None]], *, resolved_by: int
) -> None:
    # Points and notification are committed with the decision; this only tells of them.
    if suggestion.author is not None and suggestion.author.id != resolved_by:
        for tell in tell_author:
            tell(suggestion.author.id)


@asynccontextmanager
async def open_suggestions(
    database: Database, documents: Documents, *, announce: Announce
) -> AsyncIterator[SuggestionEvents]:
    """Take suggestions for the length of the block; at its end commit what waits."""
    store = SuggestionStore(database)
    async with (
        open_group_commit(store.add) as suggestions,
        open_group_commit(store.vote) as votes,
    ):
        events = SuggestionEvents(
            store, documents, announce=announce, suggestions=suggestions, votes=votes
        )
        documents.upkeep.on_moved = events.tell_moved
        try:
            yield events
        finally:
            documents.upkeep.on_moved = None
