"""What a channel's staff does: rules, blocked terms, moderators, bans and time-outs.

All of an act is one transaction, with its line in the log; that it holds in open rooms and
documents follows the commit. The streamer appoints; who is appointed may do all the rest, but
nothing to others of the staff.
"""

from __future__ import annotations

from dataclasses import asdict

from errors import Forbidden, NotFound, Unprocessable
from persistence.channels import (
    Addressed,
    StoredTerm,
    add_moderator,
    addressed,
    drop_ban,
    drop_moderator,
    drop_term,
    lock_channel,
    log_in_channel,
    moderates,
    put_ban,
    put_term,
    rules_of,
    set_rules,
)
from persistence.database import Database
from persistence.moderation import Person
from persistence.users import User, user_by_username
from rooms.house_rules import Ban, HouseRules, changed_rules, is_site_staff
from rooms.houses import Houses
from rooms.terms import Action
from server.identity import Identity


class Channels:
    """Changes channels."""

    def __init__(self, database: Database, *, houses: Houses) -> None:
        self._database = database
        self._houses = houses

    async def owner(self, username: str) -> User:
        """Return whose channel it is. Raises NotFound."""
        user = await user_by_username(self._database, username)
        if user is None:
            raise NotFound()
        return user

    async def is_staff(self, identity: Identity | None, owner_id: int) -> bool:
        """Tell whether somebody looks after a channel."""
        if identity is None:
            return False
        return (
            identity.user_id == owner_id
            or is_site_staff(identity.role)
            or await moderates(self._database, owner_id, identity.user_id)
        )

    async def check_staff(self, identity: Identity, owner_id: int) -> Identity:
        """Return the identity of somebody who looks after the channel. Raises Forbidden."""
        if not await self.is_staff(identity, owner_id):
            raise Forbidden("only the channel's staff may do that")
        return identity

    async def set_rules(self, actor: Identity, owner_id: int, rules: HouseRules) -> None:
        """Let other rules hold."""
        async with self._database.transaction() as connection:
            await lock_channel(connection, owner_id)
            before = await rules_of(connection, owner_id)
            changed = changed_rules(before, rules)
            if not changed:
                return
            await set_rules(connection, owner_id, rules)
            new = asdict(rules)
            await log_in_channel(
                connection,
                actor.user_id,
                owner_id,
                "set_room_rules",
                detail={name: new[name] for name in changed},
            )
        await self._houses.house_changed(owner_id)

    async def put_term(
        self, actor: Identity, owner_id: int, text: str, *, action: Action
    ) -> StoredTerm:
        """Add a blocked term, or give it another action. Raises Conflict past the most."""
        async with self._database.transaction() as connection:
            await lock_channel(connection, owner_id)
            term = await put_term(connection, owner_id, text, action=action)
            await log_in_channel(
                connection,
                actor.user_id,
                owner_id,
                "put_blocked_term",
                detail={"term": term.term.text, "action": action},
            )
        await self._houses.house_changed(owner_id)
        return term

    async def drop_term(self, actor: Identity, owner_id: int, term_id: int) -> None:
        """Take a term from the list. Raises NotFound."""
        async with self._database.transaction() as connection:
            text = await drop_term(connection, owner_id, term_id)
            await log_in_channel(
                connection, actor.user_id, owner_id, "drop_blocked_term", detail={"term": text}
            )
        await self._houses.house_changed(owner_id)

    async def appoint(self, owner: Identity, username: str) -> None:
        """Make somebody a moderator of one's own channel. Raises NotFound, Unprocessable."""
        async with self._database.transaction() as connection:
            await lock_channel(connection, owner.user_id)
            person = await addressed(connection, owner.user_id, username)
            if person.id == owner.user_id:
                raise Unprocessable("you are the streamer")
            if not await add_moderator(connection, owner.user_id, person.id):
                return
            # Whoever looks after the room is not kept out of it.
            await drop_ban(connection, owner.user_id, person.id)
            await log_in_channel(
                connection,
                owner.user_id,
                owner.user_id,
                "appoint_moderator",
                target_user_id=person.id,
                detail={},
            )
        await self._houses.house_changed(owner.user_id)
        await self._houses.ban_changed(owner.user_id, person.id)

    async def dismiss(self, owner: Identity, username: str) -> None:
        """Make somebody a moderator no more. Raises NotFound."""
        async with self._database.transaction() as connection:
            person = await addressed(connection, owner.user_id, username)
            if not await drop_moderator(connection, owner.user_id, person.id):
                raise NotFound()
            await log_in_channel(
                connection,
                owner.user_id,
                owner.user_id,
                "dismiss_moderator",
                target_user_id=person.id,
                detail={},
            )
        await self._houses.house_changed(owner.user_id)

    async def ban(
        self,
        actor: Identity,
        owner_id: int,
        username: str,
        *,
        reason: str | None,
        seconds: int | None,
    ) -> tuple[Person, Ban]:
        """Keep somebody out of a channel, for good or for `seconds`. It holds from the commit on.

        Raises NotFound, Forbidden.
        """
        async with self._database.transaction() as connection:
            person = await addressed(connection, owner_id, username)
            _check_may_ban(actor, owner_id, person)
            _since, ban = await put_ban(
                connection,
                owner_id,
                person.id,
                moderator_id=actor.user_id,
                reason=reason,
                seconds=seconds,
            )
            await log_in_channel(
                connection,
                actor.user_id,
                owner_id,
                "ban" if seconds is None else "time_out",
                target_user_id=person.id,
                detail={"reason": reason, "seconds": seconds},
            )
        await self._houses.ban_changed(owner_id, person.id)
        return Person(person.id, person.username), ban

    async def unban(self, actor: Identity, owner_id: int, username: str) -> None:
        """Let somebody in again. Raises NotFound, also for who was not kept out."""
        async with self._database.transaction() as connection:
            person = await addressed(connection, owner_id, username)
            if not await drop_ban(connection, owner_id, person.id):
                raise NotFound()
            await log_in_channel(
                connection,
                actor.user_id,
                owner_id,
                "unban",
                target_user_id=person.id,
                detail={},
            )
        await self._houses.ban_changed(owner_id, person.id)


def _check_may_ban(actor: Identity, owner_id: int, person: Addressed) -> None:
    if person.id in (actor.user_id, owner_id):
        raise Forbidden("not yourself, and not the streamer")
    if person.moderates or is_site_staff(person.role):
        raise Forbidden("moderators are not kept out; the streamer dismisses them first")
