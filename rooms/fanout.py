"""One tick of a room: everything new, encoded once, written to every connection in one go.

A lone message goes out at once; under load a tick gathers up to TICK_S worth of them. Events keep
their order and all arrive; states are latest-wins, an older one that has not gone out is replaced.
Nothing queues here beyond one tick: who cannot take it is cut by its outlet.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from rooms.frames import Frames, event_packet, join_frames
from rooms.outlet import Outlet
from rooms.paced import Paced

TICK_S = 0.03
# A write costs some 4 us, so a slice keeps the loop (and its video packets) waiting for 2 ms.
SLICE_OUTLETS = 500


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
        self._frames: Frames | None = None
        self._targets: Iterator[Outlet] = iter(())
        self._tick = Paced(TICK_S, self._begin)
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
        if self._frames is not None:
            self._tick.wake()  # the slices of the last tick are still being written
            return
        packets = [*self._before_tick(), *self._events]
        packets += [event_packet(event, payload) for event, payload in self._states.values()]
        self._events.clear()
        self._states.clear()
        outlets = self._outlets()
        if not packets or not outlets:
            return
        self._frames = join_frames(packets)
        self._targets = iter(outlets)
        self._write_slice()

    def _write_slice(self) -> None:
        frames = self._frames
        assert frames is not None, "set by _begin, cleared only below"
        count = 0
        for outlet in islice(self._targets, SLICE_OUTLETS):
            outlet.offer(frames)
            count += 1
        self.deliveries += count * len(frames.packets)
        if count == SLICE_OUTLETS:
            asyncio.get_running_loop().call_soon(self._write_slice)
        else:
            self._frames = None
