"""The people of bench/faults.py to whom nothing may happen: they talk, read and ask all the time.

What they saw is kept by phases, so that the time with a fault stands beside the time without.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bench.chat_load import Client, Tally

PER_ADDRESS = 100
MESSAGES_PER_S, QUESTIONS_PER_S = 20, 20
SENDERS = 40
# Acks of questions are told apart from those of messages by their numbers.
_FIRST_QUESTION = 1_000_000
_MARK = b'"content":"~'
_RETRYABLE = (b"storage-away", b"overloaded", b"unavailable")


@dataclass(slots=True)
class Phase:
    """What everybody saw in one stretch of time, by when it was sent."""

    deliveries_s: list[float] = field(default_factory=list)
    """On the node on which the message was written."""
    crossings_s: list[float] = field(default_factory=list)
    """On another node."""
    answers_s: list[float] = field(default_factory=list)
    """Acks of questions that need no disk."""
    node_cpu_s: float = 0.0
    """What the first node used meanwhile."""
    longest_turn_ms: float = 0.0
    """How long its loop was busy at a time, at most, in CPU."""

    def and_also(self, other: Phase) -> Phase:
        """Return both together."""
        return Phase(
            self.deliveries_s + other.deliveries_s,
            self.crossings_s + other.crossings_s,
            self.answers_s + other.answers_s,
            self.node_cpu_s + other.node_cpu_s,
            max(self.longest_turn_ms, other.longest_turn_ms),
        )


class Person(Client):
    """One of the crowd."""

    def __init__(self, crowd: Crowd, node: int, port: int, token: str | None) -> None:
        super().__init__(Tally(), f"127.0.0.1:{port}", token)
        self._crowd = crowd
        self.node = node
        self.heard: list[int] = []
        self._asked_at: dict[int, float] = {}
        self._unanswered: dict[int, bytes] = {}

    def connection_lost(self, error: Exception | None) -> None:
        """Nobody of these may be cut."""
        super().connection_lost(error)
        self._crowd.cut += 1

    def ask(self, number: int) -> None:
        """Ask for what needs no disk."""
        self._asked_at[number] = time.monotonic()
        self.send(b'42%d["room:leave",{"stream_id":"1000000"}]' % (_FIRST_QUESTION + number))

    def write(self, number: int) -> None:
        """Say something that tells when, where, and as which message."""
        content = f"~{time.monotonic():.6f} {self.node} {number} {'x' * 40}"
        payload = {
            "stream_id": self.stream_id,
            "content": content,
            "client_id": str(number),
        }
        packet = b"42%d" % number + json.dumps(["chat:send", payload]).encode()
        self._unanswered[number] = packet
        self.send(packet)

    def packet_came(self, packet: bytes) -> None:
        """Take one packet."""
        if packet.startswith(b'42["chat:messages"'):
            self._hear(packet)
        elif packet.startswith(b"43") and not packet.startswith(b"430"):
            self._take_answer(int(packet[2 : packet.index(b"[")]), packet)
        else:
            super().packet_came(packet)

    def _hear(self, packet: bytes) -> None:
        self._crowd.news.set()
        now = time.monotonic()
        for part in packet.split(_MARK)[1:]:
            sent, node, number = part.split(b" ", 3)[:3]
            self.heard.append(int(number))
            phase = self._crowd.phase_at(float(sent))
            took = phase.deliveries_s if int(node) == self.node else phase.crossings_s
            took.append(now - float(sent))

    def _take_answer(self, number: int, packet: bytes) -> None:
        if number >= _FIRST_QUESTION:
            asked_at = self._asked_at.pop(number - _FIRST_QUESTION)
            self._crowd.phase_at(asked_at).answers_s.append(time.monotonic() - asked_at)
        elif any(code in packet for code in _RETRYABLE):
            self._crowd.refused += 1
            self.send(self._unanswered[number])
        else:
            del self._unanswered[number]
            self._crowd.acked += 1
            self._crowd.news.set()


class Crowd:
    """All of them."""

    def __init__(self) -> None:
        self.people: list[Person] = []
        self.news = asyncio.Event()
        """Somebody has heard something."""
        self.sent = self.acked = self.refused = self.cut = 0
        self._phases: list[tuple[float, Phase]] = []

    def begin_phase(self) -> Phase:
        """Count what is sent from now on in a phase of its own."""
        phase = Phase()
        self._phases.append((time.monotonic(), phase))
        return phase

    def phase_at(self, moment: float) -> Phase:
        """Return the phase to which a moment belongs."""
        return next(
            (phase for begun, phase in reversed(self._phases) if begun <= moment),
            self._phases[0][1],
        )

    async def enter(self, ports: Sequence[int], stream_id: str, tokens: Sequence[str]) -> None:
        """Come in, the same number to each node; the first of each may write."""
        loop = asyncio.get_running_loop()
        for number in range(self._size(len(ports))):
            node = number % len(ports)
            token = tokens[number] if number < SENDERS else None
            person = Person(self, node, ports[node], token)
            person.join(stream_id)
            address = f"127.0.1.{1 + number // PER_ADDRESS}"
            await loop.create_connection(
                lambda person=person: person,  # type: ignore[misc]
                "127.0.0.1",
                ports[node],
                local_addr=(address, 0),
            )
            await person.joined
            self.people.append(person)

    @staticmethod
    def _size(nodes: int) -> int:
        return 2 * PER_ADDRESS if nodes == 1 else 3 * PER_ADDRESS

    def begin_talking(self) -> None:
        """Write and ask, evenly, until `fall_silent`."""
        self.begin_phase()
        self._talking = asyncio.create_task(self._talk())

    async def _talk(self) -> None:
        loop = asyncio.get_running_loop()
        begun, asked = loop.time(), 0
        while True:
            elapsed = loop.time() - begun
            if self.sent <= elapsed * MESSAGES_PER_S:
                self.sent += 1
                self.people[self.sent % SENDERS].write(self.sent)
            if asked <= elapsed * QUESTIONS_PER_S:
                asked += 1
                self.people[-1 - asked % SENDERS].ask(asked)
            upcoming = min(self.sent / MESSAGES_PER_S, asked / QUESTIONS_PER_S)
            await asyncio.sleep(max(begun + upcoming - loop.time(), 0))

    async def fall_silent(self, *, within_s: float) -> None:
        """Say nothing more, and wait for what is on its way; what never comes is lost."""
        self._talking.cancel()
        try:
            async with asyncio.timeout(within_s):
                while not self._has_all():
                    self.news.clear()
                    await self.news.wait()
        except TimeoutError:
            pass  # `faults` says what is missing

    def _has_all(self) -> bool:
        return self.acked >= self.sent and all(
            len(person.heard) >= self.sent for person in self.people
        )

    def faults(self) -> str:
        """Say what is wrong with what everybody has heard; "none" if nothing is."""
        first = self.people[0].heard
        found = {
            "lost": any(len(set(person.heard)) < self.sent for person in self.people),
            "doubled": any(len(set(p.heard)) < len(p.heard) for p in self.people),
            "another order": any(person.heard != first for person in self.people),
            f"{self.cut} cut": self.cut > 0,
        }
        return ", ".join(name for name, is_so in found.items() if is_so) or "none"


@asynccontextmanager
async def open_crowd(
    ports: Sequence[int], stream_id: str, tokens: Sequence[str]
) -> AsyncIterator[Crowd]:
    """Have a crowd in the room that talks for the length of the block."""
    crowd = Crowd()
    try:
        await crowd.enter(ports, stream_id, tokens)
        crowd.begin_talking()
        yield crowd
    finally:
        for person in crowd.people:
            person.hang_up()
