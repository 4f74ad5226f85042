"""What a publisher's packets lack, and when to ask for it again.

Each gap is asked for at once when two later packets have come (one may only have been overtaken),
then again after every round trip, a bounded number of times: a NACK can be lost too.
"""

from __future__ import annotations

# Ten tries at 50 ms and more span what any player's jitter buffer would still wait for.
_TRIES_LIMIT = 10
_MISSING_LIMIT = 500
_SHORTEST_WAIT_S = 0.05
_OVERTAKEN_S = 0.01
_OVERTAKEN_PACKETS = 2


class _Gap:
    __slots__ = ("due_at", "tries")

    def __init__(self, due_at: float) -> None:
        self.due_at = due_at
        self.tries = 0


class MissingPackets:
    """The gaps of one source, by unwrapped sequence number."""

    def __init__(self) -> None:
        self._gaps: dict[int, _Gap] = {}
        self._highest: int | None = None
        self.lost = 0
        """Packets given up."""

    def note(self, sequence: int, now: float) -> None:
        """Packet `sequence` has arrived."""
        if self._highest is None:
            self._highest = sequence
            return
        if sequence <= self._highest:
            self._gaps.pop(sequence, None)
            return
        width = sequence - self._highest - 1
        if width > _MISSING_LIMIT:
            # No retransmission mends this; a keyframe does.
            self.lost += width + len(self._gaps)
            self._gaps.clear()
        else:
            for missing in range(self._highest + 1, sequence):
                self._gaps[missing] = _Gap(now + _OVERTAKEN_S)
            while len(self._gaps) > _MISSING_LIMIT:
                self._gaps.pop(next(iter(self._gaps)))
                self.lost += 1
        self._highest = sequence

    def take_due(self, now: float, rtt_s: float) -> list[int]:
        """Return the numbers to ask for now, ascending; each counts as asked for."""
        if not self._gaps or self._highest is None:
            return []
        due, hopeless = [], []
        wait = max(_SHORTEST_WAIT_S, 1.2 * rtt_s)
        for sequence, gap in self._gaps.items():
            overtaken = self._highest - sequence >= _OVERTAKEN_PACKETS and gap.tries == 0
            if gap.due_at > now and not overtaken:
                continue
            if gap.tries >= _TRIES_LIMIT:
                hopeless.append(sequence)
                continue
            gap.tries += 1
            gap.due_at = now + wait
            due.append(sequence)
        for sequence in hopeless:
            del self._gaps[sequence]
        self.lost += len(hopeless)
        return sorted(due)

    @property
    def empty(self) -> bool:
        return not self._gaps
