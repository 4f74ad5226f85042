"""How a room's things look in JSON: what docs/protocol.md says of messages, polls and rooms."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from persistence.clearings import HeldMessage
from rooms.chat import Author, ChatMessage, Quote
from rooms.house_rules import Ban, HouseRules
from rooms.polls import Poll
from rooms.questions import ViewerQuestion
from rooms.room import StreamFacts
from rooms.stage import Guest, Stage, StageFeed


def time_form(moment: datetime | None) -> str | None:
    """Return RFC 3339 in UTC with milliseconds."""
    if moment is None:
        return None
    utc = moment.astimezone(UTC)
    return utc.isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def author_form(author: Author | None) -> dict[str, str] | None:
    """Return a user as others see them; None for an erased account."""
    return None if author is None else {"id": str(author.id), "username": author.username}


def message_form(message: ChatMessage) -> dict[str, Any]:
    """Return one chat message."""
    return {
        "id": str(message.id),
        "stream_id": str(message.stream_id),
        "seq": message.seq,
        "kind": message.kind,
        "user": author_form(message.author),
        "content": message.content,
        "language": message.language,
        "reply_to": quote_form(message.reply_to),
        "mentions": message.mentions,
        "detail": message.detail,
        "reactions": message.reactions,
        "edited_at": time_form(message.edited_at),
        "deleted": message.is_deleted,
        "change": message.change,
        "created_at": time_form(message.created_at),
        "client_id": message.client_id,
    }


def quote_form(quote: Quote | None) -> dict[str, Any] | None:
    """Return what a message answers."""
    if quote is None:
        return None
    return {
        "id": str(quote.id),
        "seq": quote.seq,
        "user": author_form(quote.author),
        "content": quote.excerpt,
    }


def poll_form(poll: Poll, *, sees_counts: bool = True) -> dict[str, Any]:
    """Return a poll, with its counts for those who may see them."""
    return {
        "id": str(poll.id),
        "stream_id": str(poll.stream_id),
        "question": poll.question,
        "options": [
            {
                "id": str(option.id),
                "option_text": option.option_text,
                "votes_count": option.votes_count if sees_counts else None,
            }
            for option in poll.options
        ],
        "total_votes": poll.total_votes,
        "ends_at": time_form(poll.ends_at),
        "is_closed": poll.is_closed,
        "created_at": time_form(poll.created_at),
        "results": poll.results,
    }


def counts_form(poll: Poll) -> dict[str, Any]:
    """Return how many gave each answer, for those who may see it before the others."""
    return {
        "stream_id": str(poll.stream_id),
        "poll_id": str(poll.id),
        "options": [
            {"id": str(option.id), "votes_count": option.votes_count} for option in poll.options
        ],
        "total_votes": poll.total_votes,
    }


def stream_form(stream: StreamFacts) -> dict[str, Any]:
    """Return what has become of a stream, as `stream:state` tells it."""
    return {
        "stream_id": str(stream.id),
        "status": stream.status,
        "publishing": stream.publishing,
        "started_at": time_form(stream.started_at),
        "ended_at": time_form(stream.ended_at),
        "title": stream.title,
    }


def room_form(stream: StreamFacts, role: str) -> dict[str, Any]:
    """Return the room as a joiner sees it."""
    return {
        "stream_id": str(stream.id),
        "title": stream.title,
        "status": stream.status,
        "publishing": stream.publishing,
        "user": author_form(stream.owner),
        "role": role,
        "started_at": time_form(stream.started_at),
        "ended_at": time_form(stream.ended_at),
    }


def rules_form(rules: HouseRules) -> dict[str, Any]:
    """Return the house rules of a room."""
    return {
        "slow_mode_s": rules.slow_mode_s,
        "followers_only_minutes": rules.followers_only_minutes,
        "signed_in_only": rules.signed_in_only,
        "unique_messages": rules.unique_messages,
        "links_allowed": rules.links_allowed,
        "delay_s": rules.delay_s,
    }


def standing_form(*, is_staff: bool, ban: Ban | None) -> dict[str, Any]:
    """Return what somebody may do in a room, as they are told themselves."""
    return {
        "is_staff": is_staff,
        "ban": None if ban is None else {"until": time_form(ban.until), "reason": ban.reason},
    }


def question_form(question: ViewerQuestion) -> dict[str, Any]:
    """Return a viewer's question."""
    return {
        "id": str(question.id),
        "stream_id": str(question.stream_id),
        "user": author_form(question.author),
        "content": question.content,
        "client_id": question.client_id,
        "status": question.status,
        "is_highlighted": question.is_highlighted,
        "votes_count": question.votes_count,
        "created_at": time_form(question.created_at),
        "resolved_at": time_form(question.resolved_at),
    }


def stage_form(stage: Stage) -> dict[str, Any]:
    """Return a stage as everybody sees it."""
    return {
        "stream_id": str(stage.stream_id),
        "version": stage.version,
        "feeds": [feed_form(feed, stage.stream_id) for feed in stage.feeds],
        "guests": [guest_form(guest) for guest in stage.guests_seen_by(None)],
    }


def feed_form(feed: StageFeed, stream_id: int) -> dict[str, Any]:
    """Return one feed of a stage."""
    return {
        "id": str(feed.id),
        "stream_id": str(stream_id),
        "user": author_form(feed.user),
        "kind": feed.kind,
        "publishing": feed.is_publishing,
        "stopped": feed.is_stopped,
        "has_audio": feed.has_audio,
        "has_video": feed.has_video,
    }


def guest_form(guest: Guest) -> dict[str, Any]:
    """Return one guest of a stage."""
    return {
        "user": author_form(guest.user),
        "status": guest.status,
        "at": time_form(guest.at),
    }


def held_form(held: HeldMessage) -> dict[str, Any]:
    """Return a message that waits for a moderator."""
    return {
        "id": str(held.id),
        "stream_id": str(held.message.stream_id),
        "user": {"id": str(held.author.id), "username": held.author.username},
        "content": held.message.content,
        "kind": held.message.kind,
        "term": held.term,
        "created_at": time_form(held.created_at),
    }


def page_form(items: Sequence[dict[str, Any]], *, next_cursor: str | None) -> dict[str, Any]:
    """Return one page of a list."""
    return {"items": list(items), "next": next_cursor}
