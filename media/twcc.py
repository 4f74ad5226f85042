"""Transport-wide congestion control: when each packet arrived.

Both ways: the log of a publisher's packets, which becomes feedback (a browser without it stays at
its start bitrate for ever: 250 to 290 kb/s measured), and the reading of what viewers feed back.
Format: draft-holmer-rmcat-transport-wide-cc-extensions-01 section 3.1. The caller has the clock and
the wire.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, islice
from struct import error, pack, unpack_from

from media.rtp import Unwrapped

_TICK_S = 0.000250
_REFERENCE_S = 0.064
_REFERENCE_TICKS = 256
# More than a second of a 20 Mb/s publisher; what is not reported by then no longer matters.
_PENDING_LIMIT = 2048
# Keeps one feedback below 1200 bytes: 14 symbols take 2 bytes and their deltas 14 or 28.
_REPORT_LIMIT = 400

_MISSING, _SMALL, _LARGE = 0, 1, 2


@dataclass(frozen=True, slots=True)
class WideFeedback:
    """When the packets from number `first` (16 bit) on arrived, by the receiver's clock.

    That clock goes round every twelve days.
    """

    first: int
    arrivals: tuple[float | None, ...]
    """Seconds; None for what has not come."""


def read_wide_feedback(body: bytes) -> WideFeedback | None:
    """Return the feedback in `body`, which begins after the SSRCs; None if it is none."""
    try:
        first, count, clock = unpack_from("!HHI", body)
        symbols, at = _read_symbols(body, count)
        ticks = (clock >> 8) * _REFERENCE_TICKS
        if symbols.count(_SMALL) == count:  # mostly so
            passed = accumulate(unpack_from(f"!{count}B", body, at), initial=ticks)
            return WideFeedback(first, tuple([each * _TICK_S for each in islice(passed, 1, None)]))
        arrivals: list[float | None] = []
        for symbol in symbols:
            if symbol == _SMALL:
                ticks += body[at]
                at += 1
            elif symbol == _LARGE:
                ticks += unpack_from("!h", body, at)[0]
                at += 2
            arrivals.append(ticks * _TICK_S if symbol in (_SMALL, _LARGE) else None)
    except (error, IndexError):
        return None
    return WideFeedback(first, tuple(arrivals))


def _read_symbols(body: bytes, count: int) -> tuple[list[int], int]:
    symbols: list[int] = []
    at = 8
    while len(symbols) < count:
        (chunk,) = unpack_from("!H", body, at)
        at += 2
        if not chunk & 0x8000:
            symbols += [chunk >> 13 & 3] * (chunk & 0x1FFF)
        elif chunk & 0x4000:
            symbols += [chunk >> shift & 3 for shift in range(12, -1, -2)]
        else:
            symbols += [chunk >> shift & 1 for shift in range(13, -1, -1)]
    return symbols[:count], at


class ArrivalLog:
    """Arrival times by transport-wide sequence number, until they are reported."""

    def __init__(self) -> None:
        self._sequence = Unwrapped(16)
        self._arrivals: dict[int, float] = {}
        self._next: int | None = None
        self._feedbacks = 0

    def record(self, sequence: int, now: float) -> None:
        """Note that packet `sequence` (16 bit) arrived at `now`."""
        extended = self._sequence.extend(sequence)
        if self._next is None:
            self._next = extended
        if extended < self._next:
            # Reported as missing before; the draft lets a later feedback report it again.
            if self._next - extended > _REPORT_LIMIT:
                return
            self._next = extended
        if len(self._arrivals) < _PENDING_LIMIT:
            self._arrivals[extended] = now

    def take_feedback(self) -> bytes | None:
        """Return the body of one feedback packet over what has arrived since the last, or None."""
        if not self._arrivals or self._next is None:
            return None
        newest = max(self._arrivals)
        if newest - self._next >= _PENDING_LIMIT:
            # A jump this far is a restarted counter, not loss.
            self._next = min(self._arrivals)
            newest = min(newest, self._next + _PENDING_LIMIT)
        oldest = min(self._arrivals)
        first = self._next if oldest - self._next < _REPORT_LIMIT else oldest
        end = min(newest + 1, first + _REPORT_LIMIT)
        reference = int(self._arrivals[oldest] / _REFERENCE_S)
        clock = round(reference * _REFERENCE_S / _TICK_S)
        symbols: list[int] = []
        deltas = bytearray()
        for sequence in range(first, end):
            arrived = self._arrivals.pop(sequence, None)
            if arrived is None:
                symbols.append(_MISSING)
                continue
            ticks = round(arrived / _TICK_S)
            delta = ticks - clock
            if 0 <= delta <= 255:
                symbols.append(_SMALL)
                deltas.append(delta)
            elif -32768 <= delta <= 32767:
                symbols.append(_LARGE)
                deltas += pack("!h", delta)
            else:
                # Eight seconds between neighbours: the rest goes into a feedback of its own.
                self._arrivals[sequence] = arrived
                end = sequence
                break
            clock = ticks
        self._next = end
        if not symbols:
            return None
        head = pack(
            "!HHI",
            first & 0xFFFF,
            len(symbols),
            (reference & 0xFFFFFF) << 8 | self._feedbacks & 0xFF,
        )
        self._feedbacks += 1
        return head + _write_chunks(symbols) + bytes(deltas)


def _write_chunks(symbols: list[int]) -> bytes:
    chunks = bytearray()
    at = 0
    while at < len(symbols):
        run = 1
        while at + run < len(symbols) and symbols[at + run] == symbols[at] and run < 8191:
            run += 1
        if run >= 7 or at + run == len(symbols):
            chunks += pack("!H", symbols[at] << 13 | run)
            at += run
            continue
        # Seven two-bit symbols. A vector may be longer than what is left: the count says so.
        vector = symbols[at : at + 7]
        value = 0xC000
        for index, symbol in enumerate(vector):
            value |= symbol << (12 - 2 * index)
        chunks += pack("!H", value)
        at += len(vector)
    return bytes(chunks)
