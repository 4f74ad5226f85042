"""What moderators do: take away and give back, shut out and let in, decide reports, give roles.

All of an act is one transaction, with its line in the log; what follows from it on the rooms, the
sessions and the boards follows the commit. Moderators act on everybody but admins and themselves.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import structlog

from community.removing import (
    check_may_act,
    existing_subject,
    naming,
    removal_notice,
    remove_as_moderator,
)
from errors import NotFound, ReportResolved, Unprocessable
from persistence.appeals import uphold
from persistence.auth_sessions import AuthSessions
from persistence.database import Connection, Database
from persistence.moderation import (
    Account,
    Report,
    Resolution,
    Role,
    lift_suspension,
    lock_account,
    lock_same,
    log_action,
    report_by_id,
    resolve,
    set_role,
    suspend,
)
from persistence.notifications import Notifications
from persistence.removals import (
    ContentKind,
    Key,
    Subject,
    give_back,
    subject_of,
)
from rooms.catching_up import DELETED
from rooms.events import Announce
from rooms.houses import LookAt
from rooms.live_room import RESTORED
from server.identity import Identity

logger = structlog.get_logger(__name__)


class Wake(Protocol):
    """Tells people's open pages of what they were notified of."""

    def wake(self, user_ids: Iterable[int]) -> None:
        """Tell these users soon."""


@dataclass(frozen=True, slots=True)
class Decision:
    """How a report is to end."""

    action: Resolution
    note: str | None
    until: datetime | None
    """Of a suspension; None: until it is lifted."""


@dataclass(slots=True)
class _Aftermath:
    """What the commit makes true elsewhere."""

    ended_sessions: list[bytes] = field(default_factory=list)
    streams_to_end: list[int] = field(default_factory=list)
    room_news: list[tuple[int, str, int]] = field(default_factory=list)
    """The room, the event, the message."""
    moved_on_boards: list[int] = field(default_factory=list)
    suspended: list[int] = field(default_factory=list)
    """Who was shut out."""
    told: list[int] = field(default_factory=list)
    """Whose pages are to tell them of a notification."""


class Moderation:
    """Everything that moderators and admins do to accounts and to what people made."""

    def __init__(
        self,
        database: Database,
        *,
        sessions: AuthSessions,
        end_stream: Callable[[int], Awaitable[object]],
        announce: Announce,
        touch_boards: Callable[[Iterable[int]], None],
        notifications: Notifications,
        inbox: Wake,
        look_at_stages: LookAt,
    ) -> None:
        self._database = database
        self._notifications = notifications
        self._inbox = inbox
        self._sessions = sessions
        self._end_stream = end_stream
        self._announce = announce
        self._look_at_stages = look_at_stages
        self._touch_boards = touch_boards

    async def remove(
        self, actor: Identity, kind: ContentKind, subject_id: int, reason: str
    ) -> None:
        """Take something away. Taking away twice is once. Raises NotFound, Forbidden."""
        aftermath = _Aftermath()
        async with self._database.transaction() as connection:
            subject = await existing_subject(connection, (kind, subject_id))
            await self._remove(connection, actor, subject, reason=reason, aftermath=aftermath)
        await self._carry_out(aftermath)

    async def restore(self, actor: Identity, kind: ContentKind, subject_id: int) -> None:
        """Give back what was taken away. Raises NotFound when it was not, or is gone for good."""
        aftermath = _Aftermath()
        async with self._database.transaction() as connection:
            if not await give_back(connection, kind, subject_id):
                raise NotFound()
            subject = await existing_subject(connection, (kind, subject_id))
            if kind == "chat_message" and subject.stream_id is not None:
                aftermath.room_news.append((subject.stream_id, RESTORED, subject_id))
            notice = removal_notice(subject, state="restored", reason=None)
            aftermath.told += await self._notifications.add(connection, notice)
            await log_action(
                connection,
                actor.user_id,
                f"restore_{kind}",
                target_user_id=subject.user_id,
                detail=naming(subject),
            )
        await self._carry_out(aftermath)

    async def uphold(
        self, actor: Identity, kind: ContentKind, subject_id: int, *, note: str | None
    ) -> None:
        """Turn down what an author objects. Raises NotFound when nobody objects."""
        aftermath = _Aftermath()
        async with self._database.transaction() as connection:
            subject = await existing_subject(connection, (kind, subject_id))
            found, author_id = await uphold(connection, kind, subject_id, note=note)
            if not found:
                raise NotFound()
            notice = removal_notice(subject, state="upheld", reason=note)
            aftermath.told += await self._notifications.add(connection, notice)
            await log_action(
                connection,
                actor.user_id,
                f"uphold_{kind}",
                target_user_id=author_id,
                detail={**naming(subject), "note": note},
            )
        await self._carry_out(aftermath)

    async def suspend(
        self, actor: Identity, username: str, *, reason: str, until: datetime | None
    ) -> Account:
        """Shut an account out at once. Raises NotFound, Forbidden."""
        aftermath = _Aftermath()
        async with self._database.transaction() as connection:
            account = await _account(connection, username)
            await self._suspend(
                connection, actor, account, reason=reason, until=until, aftermath=aftermath
            )
        await self._carry_out(aftermath)
        return account

    async def lift(self, actor: Identity, username: str) -> None:
        """Let an account in again. Raises NotFound, also for one that is not shut out."""
        async with self._database.transaction() as connection:
            account = await _account(connection, username)
            check_may_act(actor, account.id, account.role)
            if not await lift_suspension(connection, account.id):
                raise NotFound("this account is not suspended")
            await log_action(
                connection, actor.user_id, "lift_suspension", target_user_id=account.id, detail={}
            )
        self._touch_boards([account.id])

    async def give_role(self, actor: Identity, username: str, role: Role) -> Account:
        """Make somebody a member, a moderator or an admin. Raises NotFound, Forbidden."""
        async with self._database.transaction() as connection:
            account = await _account(connection, username)
            check_may_act(actor, account.id, account.role)
            await set_role(connection, account.id, role)
            await log_action(
                connection,
                actor.user_id,
                "set_role",
                target_user_id=account.id,
                detail={"from": account.role, "to": role},
            )
        self._sessions.reread(account.id)
        return account

    async def resolve(self, actor: Identity, report_id: int, decision: Decision) -> Report:
        """Decide a report, and with it every open one of the same thing.

        Raises NotFound, ReportResolved, Forbidden, Unprocessable.
        """
        aftermath = _Aftermath()
        async with self._database.transaction() as connection:
            same = await lock_same(connection, report_id)
            report = await report_by_id(connection, report_id)
            if report is None:
                raise NotFound()
            if report_id not in same:
                raise ReportResolved()
            key: Key = (report.subject_type, report.subject_id)
            await self._act(connection, actor, key, decision, report.reason, aftermath)
            await resolve(
                connection,
                same,
                resolver_id=actor.user_id,
                resolution=decision.action,
                note=decision.note,
            )
            subject = await subject_of(connection, key, seen_by=None)
            await log_action(
                connection,
                actor.user_id,
                "resolve_report",
                target_user_id=subject.user_id if subject else None,
                detail={
                    "report_ids": [str(each) for each in same],
                    "resolution": decision.action,
                    "note": decision.note,
                },
            )
            resolved = await report_by_id(connection, report_id)
            assert resolved is not None  # read in the same transaction
        await self._carry_out(aftermath)
        return resolved

    async def _act(
        self,
        connection: Connection,
        actor: Identity,
        key: Key,
        decision: Decision,
        reported_for: str,
        aftermath: _Aftermath,
    ) -> None:
        """Do what a decision says. Its note is the reason; without one, what was reported is."""
        if decision.action == "dismiss":
            return
        reason = decision.note or reported_for
        subject = await existing_subject(connection, key)
        if decision.action == "remove":
            await self._remove(connection, actor, subject, reason=reason, aftermath=aftermath)
            return
        account = await lock_account(connection, subject.user_id) if subject.user_id else None
        if account is None:
            raise Unprocessable("the account is gone")
        await self._suspend(
            connection, actor, account, reason=reason, until=decision.until, aftermath=aftermath
        )

    async def _remove(
        self,
        connection: Connection,
        actor: Identity,
        subject: Subject,
        *,
        reason: str,
        aftermath: _Aftermath,
    ) -> None:
        told = await remove_as_moderator(
            connection, actor, subject, reason=reason, notifications=self._notifications
        )
        if told is None:
            return
        aftermath.told += told
        if subject.kind == "stream":
            aftermath.streams_to_end.append(subject.id)
        elif subject.kind == "chat_message" and subject.stream_id is not None:
            aftermath.room_news.append((subject.stream_id, DELETED, subject.id))

    async def _suspend(
        self,
        connection: Connection,
        actor: Identity,
        account: Account,
        *,
        reason: str,
        until: datetime | None,
        aftermath: _Aftermath,
    ) -> None:
        check_may_act(actor, account.id, account.role)
        aftermath.streams_to_end += await suspend(connection, account.id, until=until)
        aftermath.ended_sessions += await self._sessions.revoke_all(connection, account.id)
        aftermath.moved_on_boards.append(account.id)
        aftermath.suspended.append(account.id)
        await log_action(
            connection,
            actor.user_id,
            "suspend",
            target_user_id=account.id,
            detail={"reason": reason, "until": until.isoformat() if until else None},
        )
        logger.warning("account suspended", suspended_id=account.id)

    async def _carry_out(self, aftermath: _Aftermath) -> None:
        for session_hash in aftermath.ended_sessions:
            self._sessions.forget(session_hash)
        for stream_id, event, message_id in aftermath.room_news:
            payload = {"stream_id": str(stream_id), "ids": [str(message_id)]}
            self._announce(stream_id, event, payload)
        self._touch_boards(aftermath.moved_on_boards)
        self._inbox.wake(aftermath.told)
        for stream_id in aftermath.streams_to_end:
            await self._end_stream(stream_id)
        if aftermath.suspended:
            await self._look_at_stages(aftermath.suspended)


async def _account(connection: Connection, username: str) -> Account:
    account = await lock_account(connection, username)
    if account is None:
        raise NotFound()
    return account
