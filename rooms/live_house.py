"""What the house rules make of one open room: who reads, who reads first, who hears what else.

Belongs to a `LiveRoom`, which tells everybody; this knows who is not everybody. The staff sees a
message at once and may take it away while it waits for the others; guests read nothing while only
those who are signed in do.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rooms.fanout import Fanout
from rooms.forms import message_form, standing_form
from rooms.frames import event_packet, join_frames
from rooms.house_rules import Ban, House, is_site_staff, is_staff
from rooms.outlet import Outlet
from rooms.room import Member, Room
from rooms.terms import Term
from server.identity import Identity

# What only those are told who read the chat.
CHAT_EVENTS = ("room:pinned", "chat:deleted", "chat:restored", "chat:cleared")
# More than this are told before their time: nothing waits without a bound.
WAITING_MESSAGES = 2_000


class LiveHouse:
    """The house of one room. Close it to end its timers."""

    def __init__(self, room: Room[Outlet], house: House, *, release: Callable[[], None]) -> None:
        self.current = house
        self._room = room
        self._release = release
        self._aside = Fanout(self._guests, before_tick=_nothing)
        self._staff = Fanout(self._staff_here, before_tick=_nothing)
        self._waiting: deque[tuple[int, float]] = deque()
        self._timer: asyncio.TimerHandle | None = None

    def close(self) -> None:
        """Tell nobody any more."""
        self._aside.close()
        self._staff.close()
        if self._timer is not None:
            self._timer.cancel()

    @property
    def deliveries(self) -> int:
        """How many packets were written to those who are not everybody."""
        return self._aside.deliveries + self._staff.deliveries

    # Who.

    def is_staff(self, identity: Identity | None) -> bool:
        """Tell whether somebody looks after this channel."""
        return identity is not None and is_staff(
            identity.user_id,
            identity.role,
            owner_id=self._room.stream.owner.id,
            moderator_ids=self.current.moderator_ids,
        )

    def term_in(self, identity: Identity, content: str) -> Term | None:
        """Return the blocked term in what somebody wants to say.

        The channel's staff may say what the channel blocks, the site's staff anything.
        """
        if is_site_staff(identity.role):
            return None
        house = self.current
        return (house.staff_terms if self.is_staff(identity) else house.terms).find(content)

    def readers(self) -> Sequence[Outlet]:
        """Return everybody who reads the chat."""
        members = self._room.members.values()
        if self.current.rules.signed_in_only:
            return [each.outlet for each in members if each.user_id is not None]
        return [each.outlet for each in members]

    def _guests(self) -> Sequence[Outlet]:
        members = self._room.members.values()
        return [each.outlet for each in members if each.user_id is None]

    def _staff_here(self) -> Sequence[Outlet]:
        members = self._room.members.values()
        return [each.outlet for each in members if self.looks_after(each)]

    def looks_after(self, member: Member[Outlet]) -> bool:
        """Tell whether somebody who is here is of the channel's staff."""
        return member.user_id is not None and (
            member.is_site_staff
            or member.user_id == self._room.stream.owner.id
            or member.user_id in self.current.moderator_ids
        )

    # What is told to whom.

    def tell_guests(self, event: str, payload: Mapping[str, Any], *, latest_of: str | None) -> None:
        """Tell those who read no chat just now what everybody is told beside it."""
        if self.current.rules.signed_in_only and event not in CHAT_EVENTS:
            self._aside.tell(event, payload, latest_of=latest_of)

    def tell_staff(
        self, event: str, payload: Mapping[str, Any], *, latest_of: str | None = None
    ) -> None:
        """Tell the channel's staff in this room on this node."""
        self._staff.tell(event, payload, latest_of=latest_of)

    def tell_user(self, user_id: int, event: str, payload: Mapping[str, Any]) -> None:
        """Tell one person's connections in this room on this node."""
        frames = join_frames([event_packet(event, payload)])
        for member in self._room.members.values():
            if member.user_id == user_id:
                member.outlet.offer(frames)

    def tell_standing(self, user_id: int, ban: Ban | None) -> None:
        """Tell somebody's connections where they stand in this room."""
        for member in self._room.members.values():
            if member.user_id == user_id:
                form = standing_form(is_staff=self.looks_after(member), ban=ban)
                payload = {"stream_id": str(self._room.stream.id), **form}
                member.outlet.offer(join_frames([event_packet("room:standing", payload)]))

    def move_in(self, house: House) -> Sequence[int]:
        """Let another house hold; return who is or was among its moderators and no longer or newly
        is."""
        before, self.current = self.current, house
        if house.rules.delay_s < before.rules.delay_s:
            self._waiting.clear()
            self._release()
        return list(before.moderator_ids ^ house.moderator_ids)

    # What waits.

    def hold_back(self, *, after: int) -> None:
        """Let the staff read what has come after the message `after`; the others read it later."""
        delay_s = self.current.rules.delay_s
        if not delay_s:
            return
        messages = [each for each in self._room.upcoming() if each.seq > after]
        due = asyncio.get_running_loop().time() + delay_s
        self._waiting.extend((message.seq, due) for message in messages)
        told = [message_form(message) for message in messages]
        self.tell_staff("chat:upcoming", {"stream_id": str(self._room.stream.id), "messages": told})
        self._release_later()

    def told_upto(self) -> int | None:
        """Return up to which message everybody may be told; None: all of them."""
        now = asyncio.get_running_loop().time()
        while self._waiting and (
            self._waiting[0][1] <= now or len(self._waiting) > WAITING_MESSAGES
        ):
            self._waiting.popleft()
        return self._waiting[0][0] - 1 if self._waiting else None

    def _release_later(self) -> None:
        if self._timer is None and self._waiting:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_at(self._waiting[0][1], self._release_now)

    def _release_now(self) -> None:
        self._timer = None
        self._release()
        self.told_upto()
        self._release_later()


def _nothing() -> Sequence[bytes]:
    return ()
