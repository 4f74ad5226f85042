"""Documents with many people in them, beside what a well-known server of the kind has published.

Its figures (y/hub, RESULTS.md) are of a processor with 20 threads; ours are of this machine, where
server and clients share the cores. They are what is aimed at, not a peer in the same run.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass

from bench.document_crowds_load import CrowdResult
from bench.documents import LOAD_TIMEOUT_S, ROOT, SECONDS, Server, Shape, open_ours, run_load
from bench.documents_load import LoadResult
from bench.report import Bar, Table

OBSERVERS = Shape(1, 1500, 10)
WRITERS = Shape(200, 20, 1)
EDITORS = 500
JOINERS = 150
DOCUMENT_BYTES = 4_200_000

OBSERVERS_P99_MS = 44.0
WRITERS_P99_MS = 25.0
PRESENCE_SHARE = 0.30
JOIN_P99_MS = 1000.0


@dataclass(frozen=True, slots=True)
class _Measured:
    """Every shape, run once."""

    observers: LoadResult
    writers: LoadResult
    presence: CrowdResult
    joins: CrowdResult
    document_bytes: int

    @property
    def presence_share(self) -> float:
        """How much of a core the cursors take."""
        return self.presence.server_cpu_s / self.presence.seconds


def measure_document_crowds() -> Table:
    """Run every shape once."""
    measured = _measure()
    return Table(
        title="A document with a crowd in it",
        setting=(
            f"One document on one node, raw WebSocket clients on loopback. Typing for {SECONDS} s, "
            "times from a keystroke to the other screens; cursors once a second from everybody to "
            f"everybody; a document of {measured.document_bytes:,} bytes joined by all at once, "
            "until the last byte. Published: y/hub's own figures, of a processor with 20 threads."
        ),
        columns=("shape", "p50 ms", "p99 ms", "CPU of one core", "published"),
        rows=_rows(measured),
        bars=_bars(measured),
    )


def _measure() -> _Measured:
    with open_ours() as server:
        observers = run_load(server, OBSERVERS)
    with open_ours() as server:
        writers = run_load(server, WRITERS)
    with open_ours() as server:
        presence = _crowd(server, "presence", clients=EDITORS)
    with open_ours(document_bytes=DOCUMENT_BYTES) as server:
        document_bytes = int(server.ready["document_bytes"])
        # The first loads it from disk.
        _crowd(server, "join", clients=1, document_bytes=document_bytes)
        joins = _crowd(server, "join", clients=JOINERS, document_bytes=document_bytes)
    return _Measured(observers, writers, presence, joins, document_bytes)


def _rows(measured: _Measured) -> list[tuple[str, ...]]:
    observers, writers, joins = measured.observers, measured.writers, measured.joins
    return [
        (
            "1 types to 1,500",
            f"{observers.p50_ms:.1f}",
            f"{observers.p99_ms:.1f}",
            f"{observers.server_cpu_s / SECONDS:.0%}",
            "p99 44 ms",
        ),
        (
            "200 type to each other",
            f"{writers.p50_ms:.1f}",
            f"{writers.p99_ms:.1f}",
            f"{writers.server_cpu_s / SECONDS:.0%}",
            "p99 10.6 ms",
        ),
        ("500 show cursors", "", "", f"{measured.presence_share:.0%}", "103 % of a core"),
        (
            "150 join 4 MB",
            f"{joins.p50_ms:.0f}",
            f"{joins.p99_ms:.0f}",
            f"{joins.server_cpu_s / joins.seconds:.0%}",
            "p99 6.6 s",
        ),
    ]


def _bars(measured: _Measured) -> list[Bar]:
    observers, writers, joins = measured.observers, measured.writers, measured.joins
    return [
        Bar(
            f"one who types to 1,500: p99 at most {OBSERVERS_P99_MS:.0f} ms",
            observers.p99_ms <= OBSERVERS_P99_MS,
        ),
        Bar(
            f"200 who type: p99 at most {WRITERS_P99_MS:.0f} ms",
            writers.p99_ms <= WRITERS_P99_MS,
        ),
        Bar(
            f"500 cursors a second: under {PRESENCE_SHARE:.0%} of a core",
            measured.presence_share < PRESENCE_SHARE,
        ),
        Bar(
            f"150 who join 4 MB: p99 at most {JOIN_P99_MS / 1000:.0f} s",
            joins.p99_ms <= JOIN_P99_MS,
        ),
        Bar(
            "nothing is lost",
            observers.delivered == observers.expected and writers.delivered == writers.expected,
        ),
    ]


def _crowd(server: Server, load: str, *, clients: int, document_bytes: int = 0) -> CrowdResult:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "bench.document_crowds_load", load),
            f"--port={server.ready['port']}",
            f"--pid={server.pid}",
            f"--path={server.ready['path']}",
            f"--clients={clients}",
            f"--seconds={SECONDS}",
            f"--bytes={document_bytes}",
        ],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        timeout=LOAD_TIMEOUT_S,
        check=True,
    )
    return CrowdResult(**json.loads(done.stdout))
