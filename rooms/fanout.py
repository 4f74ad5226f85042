"""One tick of a room: everything new, encoded once, written to every connection in one go.

A lone message goes out at once. After a tick the room rests as long as writing took: it holds the
loop for half of the time at most, and the more there is to say to the more people, the more of it
goes into one write. Events keep their order and all arrive; states are
latest-wins, an older one that has not gone out is replaced. Nothing queues here beyond one tick:
who cannot take it is cut by its outlet.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from rooms.frames import event_packet, join_frames
from rooms.outlet import Outlet
from rooms.paced import Paced

TICK_MIN_S = 0.01
TICK_MAX_S = 0.05
REST = 1.0
# A write costs some 7 us, so a slice keeps the loop (and its video packets) waiting for 2 ms.
SLICE_OUTLETS = 250
# How much a room may write to each connection between two looks at how far behind they are.
UNCHECKED_BYTES = 32 * 1024


class Fanout:
    """`before_tick` returns packets that go first, and is asked once a tick; `outlets` who is
    there at that moment: who comes later has been told by other means."""

    def __init__(
        self,
        outlets: Callable[[], Sequence[Outlet]],
        *,
        before_tick: Callable[[], Sequence[bytes]],
    ) -> None:
        self._outlets = outlets
        self._before_tick = before_tick
        self._events: list[bytes] = []
        self._states: dict[str, tuple[str, Mapping[str, Any]]] = {}
        self._wire: bytes | None = None
        self._packets = 0
        self._unchecked_bytes = 0
        self._targets: Iterator[Outlet] = iter(())
        self._tick = Paced(TICK_MIN_S, self._begin)
        self._begun_at = 0.0
        self._is_wanted = False
        self.deliveries = 0

    def wake(self) -> None:
        """There is something in `before_tick`."""
        self._tick.wake()

    def tell(self, event: str, payload: Mapping[str, Any], *, latest_of: str | None = None) -> None:
        """Send an event with the next tick; with `latest_of` in place of an older one."""
        if latest_of is None:
            self._events.append(event_packet(event, payload))
        else:
            self._states[latest_of] = (event, payload)
        self._tick.wake()

    def close(self) -> None:
        """Send nothing any more."""
        self._tick.close()
        self._targets = iter(())

    def _begin(self) -> None:
        if self._wire is not None:
            self._is_wanted = True  # the slices of the last tick are still being written
            return
        packets = [*self._before_tick(), *self._events]
        packets += [event_packet(event, payload) for event, payload in self._states.values()]
        self._events.clear()
        self._states.clear()
        outlets = self._outlets()
        if not packets or not outlets:
            return
        self._wire = join_frames(packets)
        self._packets = len(packets)
        self._unchecked_bytes += len(self._wire)
        self._targets = iter(outlets)
        self._begun_at = asyncio.get_running_loop().time()
        self._write_slice()

    def _write_slice(self) -> None:
        wire = self._wire
        assert wire is not None, "set by _begin, cleared only below"
        slice_ = list(islice(self._targets, SLICE_OUTLETS))
        is_checked = self._unchecked_bytes > UNCHECKED_BYTES
        # The hottest loop of a room: nothing here but, mostly, the lines' own write.
        for outlet in slice_:
            try:
                if is_checked:
                    outlet.offer(wire)
                else:
                    outlet.write(wire)
            except RuntimeError:
                continue  # closed by the peer; the library has yet to hear of it
        self.deliveries += len(slice_) * self._packets
        loop = asyncio.get_running_loop()
        if len(slice_) == SLICE_OUTLETS:
            loop.call_soon(self._write_slice)
            return
        self._wire = None
        took_s = loop.time() - self._begun_at
        self._tick.rest(min(max(REST * took_s, TICK_MIN_S), TICK_MAX_S))
        if is_checked:
            self._unchecked_bytes = 0
        if self._is_wanted:
            self._is_wanted = False
            self._tick.wake()
