"""The badges that are awarded by rule, as data: which fact about a person must be at least what.

A fact is a query in `persistence/queries/badge_facts.sql`. A rule's badge is made at the start of a
node, with the name, description and points given here; admins may change those afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Fact = Literal[
    "streams_begun",
    "posts_written",
    "suggestions_accepted",
    "submissions_accepted",
    "challenges_won",
    "followers_gained",
]


@dataclass(frozen=True, slots=True)
class BadgeRule:
    """One badge that nobody has to award."""

    key: str
    """Names the rule for ever; in the database as badges.rule."""
    fact: Fact
    at_least: int
    name: str
    description: str
    points: int


RULES = (
    BadgeRule("first-stream", "streams_begun", 1, "On air", "Went live for the first time", 10),
    BadgeRule("first-post", "posts_written", 1, "First words", "Wrote a first post", 5),
    BadgeRule(
        "first-suggestion",
        "suggestions_accepted",
        1,
        "Good idea",
        "A suggestion was accepted into somebody's code",
        5,
    ),
    BadgeRule(
        "ten-suggestions",
        "suggestions_accepted",
        10,
        "Second pair of eyes",
        "Ten suggestions were accepted into other people's code",
        25,
    ),
    BadgeRule(
        "first-challenge",
        "submissions_accepted",
        1,
        "Challenger",
        "A submission to a challenge was accepted",
        10,
    ),
    BadgeRule(
        "challenge-won",
        "challenges_won",
        1,
        "Winner",
        "Stood first when a challenge was over and everything submitted had been reviewed",
        50,
    ),
    BadgeRule("hundred-followers", "followers_gained", 100, "Crowd", "Has a hundred followers", 25),
)
