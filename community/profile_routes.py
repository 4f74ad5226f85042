"""The REST edge of profiles: what everybody sees of somebody, and what its owner sees and edits."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from errors import NotFound, PreconditionFailed, PreconditionRequired, Unauthenticated
from persistence.auth_factors import standing_of
from persistence.database import Database, Queryable
from persistence.profiles import (
    OwnProfile,
    Profile,
    change_profile,
    lock_own_profile,
    own_profile,
    profile_of,
)
from server.gate import Access
from server.identity import Identity
from server.routing import Call, Reply, Route, require_match
from server.wire import Given, Id, Line, Text, Time, Told, UserJson, path_username

NAME_MAX_CHARS = 100
BIO_MAX_CHARS = 2_000
SKILL_MAX_CHARS = 50
SKILLS = 30
# The e-mail address and the CSRF token are in it: no copy stays in a browser.
NO_STORE = {"Cache-Control": "no-store"}


def _distinct(skills: list[str]) -> list[str]:
    if len({skill.casefold() for skill in skills}) < len(skills):
        raise ValueError("must not name a skill twice")
    return skills


Skill = Annotated[Line, StringConstraints(max_length=SKILL_MAX_CHARS)]


class ProfileChange(Given):
    """What to change of one's profile: fields that are not there stay as they are, null empties."""

    full_name: Annotated[Line, StringConstraints(max_length=NAME_MAX_CHARS)] | None = None
    bio: Annotated[Text, StringConstraints(max_length=BIO_MAX_CHARS)] | None = None
    skills: Annotated[list[Skill], Field(max_length=SKILLS), AfterValidator(_distinct)] | None = (
        None
    )


class HeldBadgeJson(Told):
    """A badge that somebody was awarded."""

    id: Id
    name: str
    description: str | None
    image_url: str | None
    awarded_at: Time


class ProfileJson(Told):
    """Somebody, as who asks sees them. The last four are about who asks, and false for nobody."""

    id: Id
    username: str
    full_name: str | None
    bio: str | None
    avatar_url: str | None
    avatar_small_url: str | None
    skills: list[str]
    points: int
    role: str
    badges: list[HeldBadgeJson]
    followers_count: int
    following_count: int
    posts_count: int
    videos_count: int
    streams_count: int
    created_at: Time
    is_following: bool
    is_follower: bool
    is_blocked: bool
    is_muted: bool


class MeJson(Told):
    """The account that asks."""

    id: Id
    username: str
    user: UserJson
    email: str
    email_verified: bool
    role: str
    full_name: str | None
    bio: str | None
    avatar_url: str | None
    avatar_small_url: str | None
    skills: list[str]
    second_factor: bool
    created_at: Time
    csrf_token: str


class ProfileRoutes:
    """See somebody, see and edit oneself."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def routes(self) -> list[Route]:
        """Return the table."""
        return [
            Route(
                "GET",
                "/api/v1/users/me",
                self._me,
                summary="Who am I",
                access=Access.SIGNED_IN,
                has_etag=True,
                is_exact=True,
            ),
            Route(
                "PATCH",
                "/api/v1/users/me",
                self._change,
                summary="Edit my profile, as I last read it at this address",
                access=Access.SIGNED_IN,
                errors=(PreconditionRequired, PreconditionFailed),
                has_etag=True,
                is_exact=True,
            ),
            Route(
                "GET",
                "/api/v1/users/{username}",
                self._see,
                summary="See somebody's profile",
                errors=(NotFound,),
                has_etag=True,
                is_exact=True,
            ),
        ]

    async def _see(self, call: Call[None, None]) -> ProfileJson:
        profile = await profile_of(
            self._database, path_username(call.path_text("username")), seen_by=call.user_id
        )
        if profile is None:
            raise NotFound()
        return _profile_json(profile)

    async def _me(self, call: Call[None, None]) -> Reply[MeJson]:
        profile = await own_profile(self._database, call.signed_in.user_id)
        return await self._reply(self._database, profile, call.signed_in)

    async def _change(self, call: Call[ProfileChange, None]) -> Reply[MeJson]:
        body, identity = call.body, call.signed_in
        async with self._database.transaction() as connection:
            profile = await lock_own_profile(connection, identity.user_id)
            current = await self._reply(connection, profile, identity)
            assert profile is not None  # else there is no reply
            require_match(call.request, current.content)
            given = body.model_fields_set
            changed = replace(
                profile,
                full_name=body.full_name if "full_name" in given else profile.full_name,
                bio=(body.bio or None) if "bio" in given else profile.bio,
                skills=tuple(body.skills or ()) if "skills" in given else profile.skills,
            )
            await change_profile(connection, changed)
            return await self._reply(connection, changed, identity)

    async def _reply(
        self, db: Queryable, profile: OwnProfile | None, identity: Identity
    ) -> Reply[MeJson]:
        if profile is None:
            raise Unauthenticated()
        standing = await standing_of(db, profile.id)
        return Reply(
            MeJson(
                id=profile.id,
                username=profile.username,
                user=UserJson(id=profile.id, username=profile.username),
                email=profile.email,
                email_verified=profile.is_email_verified,
                role=profile.role,
                full_name=profile.full_name,
                bio=profile.bio,
                avatar_url=profile.avatar_url,
                avatar_small_url=profile.avatar_small_url,
                skills=list(profile.skills),
                second_factor=standing.is_enabled,
                created_at=profile.created_at,
                csrf_token=identity.csrf_token,
            ),
            headers=NO_STORE,
        )


def _profile_json(profile: Profile) -> ProfileJson:
    return ProfileJson(
        id=profile.id,
        username=profile.username,
        full_name=profile.full_name,
        bio=profile.bio,
        avatar_url=profile.avatar_url,
        avatar_small_url=profile.avatar_small_url,
        skills=list(profile.skills),
        points=profile.points,
        role=profile.role,
        badges=[
            HeldBadgeJson(
                id=badge.id,
                name=badge.name,
                description=badge.description,
                image_url=badge.image_url,
                awarded_at=badge.awarded_at,
            )
            for badge in profile.badges
        ],
        followers_count=profile.followers_count,
        following_count=profile.following_count,
        posts_count=profile.posts_count,
        videos_count=profile.videos_count,
        streams_count=profile.streams_count,
        created_at=profile.created_at,
        is_following=profile.is_following,
        is_follower=profile.is_follower,
        is_blocked=profile.is_blocked,
        is_muted=profile.is_muted,
    )
