"""The house rules of a channel: who may take part, who may say what, and how soon again.

A channel is everything that one person streams; its rules outlive a stream. Its staff, which is the
streamer, whom the streamer has appointed and the site's moderators, is exempt from all limits. What
is decided here is decided from what is on disk, inside the transaction that stores a message: so a
ban holds on every node from the moment it is committed, whatever the bus may lose. Rules only.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from errors import (
    Banned,
    Conflict,
    FollowersOnly,
    LinksNotAllowed,
    MessageRepeated,
    SlowMode,
    TimedOut,
    VibecastError,
)
from rooms.terms import BlockedTerms, skeleton

SLOW_MODE_S = range(3, 121)
FOLLOWERS_ONLY_MINUTES = range(129_601)
DELAY_S = range(31)
TIME_OUT_S = range(1, 14 * 24 * 3600 + 1)
REASON_CHARACTERS = 500
MODERATORS = 100
# How far back a repetition counts.
REPEATED_WITHIN = timedelta(minutes=10)
REPEATED_AMONG = 20

_ADDRESS = re.compile(r"\b(?:https?://|www\.)\S|\b[a-z0-9-]+\.[a-z]{2,}/", re.IGNORECASE)
_SITE_STAFF = ("moderator", "admin")


@dataclass(frozen=True, slots=True)
class HouseRules:
    """What holds in the rooms of a channel; without any of it, everybody signed in may write."""

    slow_mode_s: int = 0
    """How long one waits between two messages; 0: not at all."""
    followers_only_minutes: int | None = None
    """For how long one must have followed to write; None: one need not follow."""
    signed_in_only: bool = False
    """Whether guests, who never write, do not read the chat either."""
    unique_messages: bool = False
    links_allowed: bool = True
    delay_s: int = 0
    """How much later than the staff the others see a message."""


@dataclass(frozen=True, slots=True)
class Ban:
    """Somebody is kept out: until a moment, or until it is lifted."""

    until: datetime | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Speaker:
    """Somebody who wants to say something in a room, as the disk knows them."""

    rules: HouseRules
    is_staff: bool
    ban: Ban | None
    followed_at: datetime | None
    """Since when they follow; only known where the rules ask."""
    spoke_at: datetime | None
    """When they spoke last; only known where the rules ask."""
    recent: tuple[str, ...] = ()
    """What they said lately; only known where the rules ask."""

    def after_saying(self, content: str, *, now: datetime) -> Speaker:
        """Return the speaker as of a message that the same transaction stores."""
        return replace(self, spoke_at=now, recent=(content, *self.recent))


def is_staff(user_id: int, role: str, *, owner_id: int, moderator_ids: Collection[int]) -> bool:
    """Tell whether somebody looks after the channel of `owner_id`."""
    return user_id == owner_id or user_id in moderator_ids or is_site_staff(role)


def is_site_staff(role: str) -> bool:
    """Tell whether somebody moderates the whole site."""
    return role in _SITE_STAFF


def exclusion(ban: Ban | None, *, now: datetime) -> VibecastError | None:
    """Return why somebody may not take part, or None."""
    if ban is None or (ban.until is not None and ban.until <= now):
        return None
    because = f" {ban.reason}" if ban.reason else ""
    if ban.until is None:
        return Banned(f"You are banned from this channel.{because}")
    return TimedOut(
        f"You may not take part in this channel for a while.{because}",
        retry_after_s=_seconds(ban.until - now),
    )


def refusal(speaker: Speaker, content: str, *, now: datetime) -> VibecastError | None:
    """Return why a message may not be said now, or None. Blocked terms are not looked for here."""
    if speaker.is_staff:
        return None
    return (
        exclusion(speaker.ban, now=now)
        or _followers_only(speaker, now=now)
        or _links(speaker.rules, content)
        or _repeated(speaker, content)
        or _slow_mode(speaker, now=now)
    )


def change_refusal(speaker: Speaker, content: str | None, *, now: datetime) -> VibecastError | None:
    """Return why somebody may not edit a message to say this (None: put a reaction on one)."""
    if speaker.is_staff:
        return None
    if (out := exclusion(speaker.ban, now=now)) or content is None:
        return out
    if speaker.rules.delay_s:
        # The staff would see it no sooner than everybody else.
        return Conflict("This room has a delay: delete the message and write it anew.")
    return _links(speaker.rules, content)


def _followers_only(speaker: Speaker, *, now: datetime) -> VibecastError | None:
    minutes = speaker.rules.followers_only_minutes
    if minutes is None:
        return None
    if speaker.followed_at is None:
        return FollowersOnly()
    left = speaker.followed_at + timedelta(minutes=minutes) - now
    if left <= timedelta(0):
        return None
    return FollowersOnly(
        f"Only who has followed for {minutes} minutes may write here.",
        retry_after_s=_seconds(left),
    )


def _links(rules: HouseRules, content: str) -> VibecastError | None:
    return LinksNotAllowed() if not rules.links_allowed and _ADDRESS.search(content) else None


def _repeated(speaker: Speaker, content: str) -> VibecastError | None:
    if not speaker.rules.unique_messages or not speaker.recent:
        return None
    said = _compared(content)
    return MessageRepeated() if any(_compared(each) == said for each in speaker.recent) else None


def _compared(content: str) -> str:
    return " ".join(skeleton(content).split())


def _slow_mode(speaker: Speaker, *, now: datetime) -> VibecastError | None:
    wait = speaker.rules.slow_mode_s
    if not wait or speaker.spoke_at is None:
        return None
    left = speaker.spoke_at + timedelta(seconds=wait) - now
    if left <= timedelta(0):
        return None
    seconds = _seconds(left)
    return SlowMode(f"Slow mode: you may write again in {seconds} s.", retry_after_s=seconds)


def _seconds(left: timedelta) -> int:
    return max(1, math.ceil(left.total_seconds()))


@dataclass(frozen=True, slots=True)
class House:
    """What a node keeps in mind of a channel while one of its rooms is open."""

    rules: HouseRules
    terms: BlockedTerms
    """The channel's own and the site's."""
    moderator_ids: frozenset[int]
    staff_terms: BlockedTerms
    """What the channel's staff may not say either."""


OPEN_HOUSE = House(HouseRules(), BlockedTerms(), frozenset(), BlockedTerms())


def changed_rules(before: HouseRules, after: HouseRules) -> Sequence[str]:
    """Return the names of what differs, for the log."""
    return [name for name in HouseRules.__slots__ if getattr(before, name) != getattr(after, name)]
