"""What a browser does about what it gets: asks again for what is missing, and reports arrivals.

For light clients. Works on protected packets, as their headers are in clear, and decrypts only
repairs: a benchmark has a hundred of these in one process.
"""

from __future__ import annotations

import asyncio
import re
from struct import unpack_from

from media.loss import MissingPackets
from media.rtcp import write_nack, write_wide_feedback
from media.rtp import Unwrapped
from media.twcc import ArrivalLog
from tests.runtime.light_peer import LightPeer

_TICK_S = 0.02
_FEEDBACK_EVERY = 5
_OWN_SSRC = 1


class LightReceiver:
    """One client's picture. Made when its answer is known; ends with `close`."""

    def __init__(self, peer: LightPeer, answer: str, *, rtt_s: float = 0.05) -> None:
        group = re.search(r"a=ssrc-group:FID (\d+) (\d+)", answer)
        assert group is not None
        self.ssrc, self.repair_ssrc = int(group[1]), int(group[2])
        self.repaired = 0
        self.first_frame_at: float | None = None
        """When the first frame, which is a keyframe, was whole."""
        self.markers: dict[int, bool] = {}
        """What has come, by unwrapped number: whether it ends its frame."""
        self.peer = peer
        self._rtt_s = rtt_s
        self._sequences = Unwrapped(16)
        self._missing = MissingPackets()
        self._arrivals = ArrivalLog()
        self._loop = asyncio.get_running_loop()
        self._ticks = 0
        peer.watch_media = self.note
        self._planned = self._loop.call_later(_TICK_S, self._tick)

    def note(self, datagram: bytes) -> None:
        """Take a protected packet."""
        now = self._loop.time()
        if datagram[0] & 0x10:
            (wide,) = unpack_from("!H", datagram, 17)
            self._arrivals.record(wide, now)
        sequence, _, ssrc = unpack_from("!HII", datagram, 2)
        if ssrc == self.repair_ssrc:
            sequence = self._original_number(datagram)
            self.repaired += 1
        elif ssrc != self.ssrc:
            return
        number = self._sequences.extend(sequence)
        self.markers.setdefault(number, datagram[1] >= 0x80)
        if self.first_frame_at is None and datagram[1] >= 0x80 and self.frames()[1] > 0:
            self.first_frame_at = now
        self._missing.note(number, now)
        self._ask_again(now)

    def _original_number(self, datagram: bytes) -> int:
        plain = self.peer.unprotect(datagram)
        number: int = unpack_from("!H", plain, 20 if plain[0] & 0x10 else 12)[0]
        return number

    def _tick(self) -> None:
        self._planned = self._loop.call_later(_TICK_S, self._tick)
        if not self.peer.is_connected:
            return
        self._ask_again(self._loop.time())
        self._ticks += 1
        if self._ticks % _FEEDBACK_EVERY == 0:
            while (body := self._arrivals.take_feedback()) is not None:
                self.peer.send_rtcp(write_wide_feedback(_OWN_SSRC, self.ssrc, body))

    def _ask_again(self, now: float) -> None:
        if not self._missing.empty and (due := self._missing.take_due(now, self._rtt_s)):
            self.peer.send_rtcp(write_nack(_OWN_SSRC, self.ssrc, due))

    def count_anew(self) -> None:
        """Count frames from now on."""
        self.markers.clear()

    def frames(self) -> tuple[int, int]:
        """Return how many frames there were from the first to the last that ended, and how many of
        them are whole."""
        if not self.markers:
            return 0, 0
        first = min(self.markers)
        last = max((n for n, ends in self.markers.items() if ends), default=first - 1)
        count = whole = 0
        is_whole = True
        for number in range(first, last + 1):
            ends = self.markers.get(number)
            if ends is None:
                is_whole = False
            elif ends:
                count += 1
                whole += is_whole
                is_whole = True
        return count, whole

    def close(self) -> None:
        """Ask for nothing more."""
        self._planned.cancel()
        self.peer.watch_media = None
