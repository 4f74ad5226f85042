"""Documents, ours beside a Node y-websocket server, with the same clients in one run.

Ours checks every edit, stores it and reports it saved; the peer only passes it on. The CPU is that
of the server's process; PostgreSQL's is told apart. The second half is the library under it: one
long document applied edit by edit, and loaded.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.documents_load import LoadResult, typed_updates
from bench.report import Bar, Table
from collab.document import SharedDocument
from collab.protocol import SyncStep2, Update, read_message

ROOT = Path(__file__).parent.parent
PEER = Path(__file__).parent / "peers" / "documents"
SECONDS = 10
LOAD_TIMEOUT_S = 120
END_TIMEOUT_S = 20
LONG_DOCUMENT_EDITS = 50_000

# The peer stores nothing and checks nothing; this is what that may cost beside it.
CPU_SHARE_OF_PEER = 0.5
LOAD_MS = 100.0


@dataclass(frozen=True, slots=True)
class Shape:
    """Who types and who watches."""

    writers: int
    readers: int
    edits_per_s: int
    """Of each writer."""


# At twenty a second people type; a hundred is what programs do, and many people together.
SHAPES = (Shape(1, 500, 20), Shape(10, 100, 20), Shape(10, 100, 100))


@dataclass(frozen=True, slots=True)
class LongDocument:
    """What a library does with one long document."""

    apply_us: float
    load_ms: float


@dataclass(frozen=True, slots=True)
class PeerDocument(LongDocument):
    """What yjs does with it, and how many bytes it is in both of its encodings."""

    bytes: int
    bytes_v2: int


def measure_documents() -> Table:
    """Run every load on both servers, and the long document in both libraries."""
    rows: list[Sequence[str]] = []
    shares, results = [], []
    for shape in SHAPES:
        with open_ours() as server:
            ours = run_load(server, shape)
        with open_peer() as server:
            peer = run_load(server, shape)
        shares.append(_cpu_us(ours) / _cpu_us(peer))
        results += [(ours, peer)]
        rows += [
            _row("Vibecast", shape, ours, shares[-1]),
            _row("y-protocols (Node)", shape, peer, 1.0),
        ]
    ours_long, peer_long = measure_long_document()
    return Table(
        title="A shared document",
        setting=(
            f"One document, {SECONDS} s, raw WebSocket clients on loopback, one character an edit. "
            "Ours stores every edit before it reports it saved; a server of yjs, y-protocols and "
            "ws passes it on. CPU is the server process's per edit and reader, PostgreSQL's "
            f"beside it. A document of {LONG_DOCUMENT_EDITS:,} edits takes ours "
            f"{ours_long.apply_us:.1f} us an edit to apply and {ours_long.load_ms:.1f} ms to load, "
            f"yjs {peer_long.apply_us:.1f} us and {peer_long.load_ms:.1f} ms."
        ),
        columns=(
            *("server", "writers", "readers", "edits/s", "delivered/s", "lost"),
            *("CPU us/delivery", "ratio", "p50 ms", "p99 ms", "PostgreSQL us"),
        ),
        rows=rows,
        bars=[
            Bar(
                f"at most {CPU_SHARE_OF_PEER} of Node's CPU per delivery "
                f"({', '.join(f'{share:.2f}' for share in shares)})",
                max(shares) <= CPU_SHARE_OF_PEER,
            ),
            Bar(
                "p99 of an edit on the other screen not above Node's",
                all(ours.p99_ms <= peer.p99_ms for ours, peer in results),
            ),
            Bar(
                "every edit reaches every reader",
                all(ours.delivered == ours.expected for ours, _ in results),
            ),
            Bar(
                f"a long document loads in {LOAD_MS:.0f} ms ({ours_long.load_ms:.1f})",
                ours_long.load_ms <= LOAD_MS,
            ),
        ],
    )


def measure_long_document() -> tuple[LongDocument, LongDocument]:
    """Apply and load one long document in ours and in yjs."""
    updates = [_payload(message) for message in typed_updates(LONG_DOCUMENT_EDITS)]
    document, again = SharedDocument(), SharedDocument()
    begun = time.perf_counter()
    for update in updates:
        document.integrate(update, origin="bench")
    applied_s = time.perf_counter() - begun
    whole = document.snapshot()
    begun = time.perf_counter()
    again.load(whole)
    loaded_s = time.perf_counter() - begun
    document.close()
    again.close()
    ours = LongDocument(applied_s / len(updates) * 1e6, loaded_s * 1e3)
    return ours, apply_in_peer(updates)


def apply_in_peer(updates: Sequence[bytes]) -> PeerDocument:
    """Apply updates in yjs, one by one, and load what comes of it."""
    _install_peer()
    with tempfile.NamedTemporaryFile() as file:
        for update in updates:
            file.write(len(update).to_bytes(4) + update)
        file.flush()
        done = subprocess.run(
            [_node(), PEER / "apply.mjs", file.name],
            stdout=subprocess.PIPE,
            timeout=LOAD_TIMEOUT_S,
            check=True,
        )
    told = json.loads(done.stdout)
    return PeerDocument(told["apply_us"], told["load_ms"], told["bytes"], told["bytes_v2"])


def _payload(message: bytes) -> bytes:
    update = read_message(message)
    assert isinstance(update, Update | SyncStep2)
    return update.update


def _cpu_us(result: LoadResult) -> float:
    return result.server_cpu_s / max(result.delivered, 1) * 1e6


def _row(server: str, shape: Shape, result: LoadResult, share: float) -> list[str]:
    return [
        server,
        str(shape.writers),
        str(shape.readers),
        str(shape.writers * shape.edits_per_s),
        f"{result.delivered / SECONDS:,.0f}",
        str(result.expected - result.delivered),
        f"{_cpu_us(result):.1f}",
        f"{share:.2f}",
        f"{result.p50_ms:.1f}",
        f"{result.p99_ms:.1f}",
        f"{result.database_cpu_s / max(result.delivered, 1) * 1e6:.1f}",
    ]


@dataclass(frozen=True, slots=True)
class Server:
    """A server that is ready."""

    pid: int
    ready: Mapping[str, Any]


def run_load(server: Server, shape: Shape) -> LoadResult:
    """Have people type and watch, in a process of their own."""
    options = {
        "--port": server.ready["port"],
        "--pid": server.pid,
        "--path": server.ready.get("path", "/"),
        "--token": server.ready.get("token", ""),
        "--database": server.ready.get("postgres_pid", 0),
        "--writers": shape.writers,
        "--readers": shape.readers,
        "--rate": shape.edits_per_s,
        "--seconds": SECONDS,
    }
    # One word each: a token may begin with a dash.
    words = [f"{name}={value}" for name, value in options.items()]
    done = subprocess.run(
        [sys.executable, "-m", "bench.documents_load", *words],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        timeout=LOAD_TIMEOUT_S,
        check=True,
    )
    return LoadResult(**json.loads(done.stdout))


@contextmanager
def open_ours(*, document_bytes: int = 0) -> Iterator[Server]:
    """Start our documents; the one of the load has so much in it already."""
    command = [sys.executable, "-m", "bench.documents_server", str(document_bytes)]
    with _process(command) as server:
        yield server


@contextmanager
def open_peer() -> Iterator[Server]:
    """Start the Node server, installed first if need be."""
    _install_peer()
    with _process([_node(), str(PEER / "server.mjs")]) as server:
        yield server


def _install_peer() -> None:
    if not (PEER / "node_modules").is_dir():
        npm = shutil.which("npm", path=_path()) or "npm"
        subprocess.run(
            [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
            cwd=PEER,
            env={**os.environ, "PATH": _path()},
            check=True,
        )


def _node() -> str:
    node = shutil.which("node", path=_path())
    if node is None:
        raise FileNotFoundError("node is missing: make bench installs it")
    return node


def _path() -> str:
    return f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"


@contextmanager
def _process(command: Sequence[str]) -> Iterator[Server]:
    """Run a server that says when it is ready and ends with its standard input."""
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        try:
            line = next((line for line in process.stdout if line.startswith("{")), None)
            if line is None:
                raise RuntimeError(f"{command} did not start")
            yield Server(process.pid, json.loads(line))
        finally:
            process.stdin.close()
            process.wait(END_TIMEOUT_S)
