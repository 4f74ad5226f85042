"""Chat to a full room, ours beside Node's Socket.IO server, with the same clients in one run.

Ours checks, stores and acknowledges every message; the peer only passes it on. The CPU is that of
the server's process; PostgreSQL's is told apart.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.chat_load import LoadResult
from bench.report import Bar, Table
from rooms.fanout import TICK_MAX_S

ROOT = Path(__file__).parent.parent
PEER = Path(__file__).parent / "peers" / "socketio"
CLIENTS = (500, 2_000)
MESSAGES_PER_S = 20
# What a room with more to say than a tick can hold one by one costs.
BUSY_CLIENTS, BUSY_MESSAGES_PER_S = 2_000, 100
SECONDS = 10
LOAD_TIMEOUT_S = 120
END_TIMEOUT_S = 15

CPU_SHARE_OF_PEER = 0.5
DELIVERIES_PER_S = 200_000
CONNECTION_KB = 16


@dataclass(frozen=True, slots=True)
class Server:
    """A server under load."""

    name: str
    pid: int
    ready: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Run:
    """One load on one server."""

    server: str
    rate: int
    result: LoadResult

    @property
    def cpu_us(self) -> float:
        """The server's CPU per delivery."""
        return self.result.server_cpu_s / max(self.result.delivered, 1) * 1e6


def measure_chat() -> Table:
    """Run every load on both servers."""
    loads = [*((clients, MESSAGES_PER_S) for clients in CLIENTS)]
    loads.append((BUSY_CLIENTS, BUSY_MESSAGES_PER_S))
    runs = [
        run
        for open_server in (open_ours, open_peer)
        for clients, rate in loads
        for run in [_run(open_server, clients=clients, rate=rate)]
    ]
    half = len(runs) // 2
    pairs = list(zip(runs[:half], runs[half:], strict=True))
    return Table(
        title="Chat to a full room",
        setting=(
            f"One room, {SECONDS} s, raw WebSocket clients on loopback. Ours stores every message "
            "before it is acknowledged; Node's Socket.IO server passes it on. CPU is the server "
            "process's per message and client; the ratio is ours to Node's."
        ),
        columns=(
            *("server", "clients", "messages/s", "delivered/s", "lost", "CPU us/delivery"),
            *("ratio", "p50 ms", "p99 ms", "ack p99 ms", "KB/connection", "PostgreSQL us"),
        ),
        rows=[_row(run, peer) for pair in pairs for run, peer in (pair, (pair[1], pair[1]))],
        bars=_bars(pairs),
    )


def _bars(pairs: Sequence[tuple[Run, Run]]) -> list[Bar]:
    shares = [ours.cpu_us / peer.cpu_us for ours, peer in pairs]
    results = [ours.result for ours, _ in pairs]
    busiest = max(result.delivered for result in results) / SECONDS
    return [
        Bar(
            f"at most {CPU_SHARE_OF_PEER} of Node's CPU per delivery "
            f"({', '.join(f'{share:.2f}' for share in shares)})",
            max(shares) <= CPU_SHARE_OF_PEER,
        ),
        Bar(
            f"{DELIVERIES_PER_S:,} deliveries a second, none held back for more than "
            f"{TICK_MAX_S * 1e3:.0f} ms to be sent together ({busiest:,.0f})",
            busiest >= DELIVERIES_PER_S,
        ),
        Bar(
            "nothing acknowledged or delivered is lost",
            all(r.delivered == r.expected and r.acked == r.sent for r in results),
        ),
        Bar(
            f"at most {CONNECTION_KB} KB for an idle connection "
            f"({results[1].connection_bytes / 1024:.1f})",
            results[1].connection_bytes <= CONNECTION_KB * 1024,
        ),
        Bar(
            "p99 of delivery not above Node's",
            all(ours.result.p99_ms <= peer.result.p99_ms for ours, peer in pairs),
        ),
    ]


def _row(run: Run, peer: Run) -> list[str]:
    result = run.result
    return [
        run.server,
        str(result.clients),
        str(run.rate),
        f"{result.delivered / SECONDS:,.0f}",
        str(result.expected - result.delivered),
        f"{run.cpu_us:.1f}",
        f"{run.cpu_us / peer.cpu_us:.2f}",
        f"{result.p50_ms:.1f}",
        f"{result.p99_ms:.1f}",
        f"{result.ack_p99_ms:.1f}",
        f"{result.connection_bytes / 1024:.1f}",
        f"{result.others_cpu_s / max(result.delivered, 1) * 1e6:.1f}",
    ]


def _run(open_server: Any, *, clients: int, rate: int) -> Run:
    with open_server() as server:
        command = [sys.executable, "-m", "bench.chat_load"]
        ready = server.ready
        options = {
            "--port": ready["port"],
            "--pid": server.pid,
            "--stream-id": ready.get("stream_id", "1"),
            "--tokens": ",".join(ready.get("tokens", [])),
            "--clients": clients,
            "--rate": rate,
            "--seconds": SECONDS,
        }
        if "postgres_pid" in ready:
            options["--other"] = ready["postgres_pid"]
        done = subprocess.run(
            [*command, *(str(part) for pair in options.items() for part in pair)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            timeout=LOAD_TIMEOUT_S,
            check=True,
        )
    return Run(server.name, rate, LoadResult(**json.loads(done.stdout)))


@contextmanager
def open_ours(*options: str) -> Iterator[Server]:
    """Start our rooms."""
    with _process([sys.executable, "-m", "bench.chat_server", *options]) as (pid, ready):
        yield Server("Vibecast", pid, ready)


@contextmanager
def open_peer() -> Iterator[Server]:
    """Start Node's Socket.IO server, installed first if need be."""
    node = shutil.which("node", path=_path())
    if node is None:
        raise FileNotFoundError("node is missing: make bench installs it")
    if not (PEER / "node_modules").is_dir():
        npm = shutil.which("npm", path=_path()) or "npm"
        subprocess.run(
            [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
            cwd=PEER,
            env={**os.environ, "PATH": _path()},
            check=True,
        )
    with _process([node, str(PEER / "server.mjs")]) as (pid, ready):
        yield Server("Socket.IO (Node)", pid, ready)


def _path() -> str:
    return f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"


@contextmanager
def _process(command: Sequence[str]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None and process.stdin is not None
        try:
            line = next((line for line in process.stdout if line.startswith("{")), None)
            if line is None:
                raise RuntimeError(f"{command} did not start")
            yield process.pid, json.loads(line)
        finally:
            # Both servers end with their standard input, and so with us, however we end.
            process.stdin.close()
            try:
                process.wait(END_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                process.kill()
