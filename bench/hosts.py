"""Two hosts on one machine, and processes that end with the benchmark.

Two network namespaces joined by a veth pair: the server's packets take the kernel's whole way, as
they would to another machine, and Janus, which refuses loopback, can be measured beside us. Needs
root. Only what was started here is ever ended.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SERVER_ADDRESS = "10.99.0.1"
CLIENT_ADDRESS = "10.99.0.2"

_END_S = 5.0
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Hosts:
    """The names of the two namespaces."""

    server: str
    client: str


@contextmanager
def open_hosts() -> Iterator[Hosts]:
    """Make the two hosts; they go with the block, and with them all that is theirs."""
    tag = os.getpid()
    hosts = Hosts(f"vibecast-server-{tag}", f"vibecast-client-{tag}")
    # Interface names have at most 15 characters.
    ends = (f"vcs{tag}", f"vcc{tag}")
    try:
        for name in (hosts.server, hosts.client):
            _ip("netns", "add", name)
        _ip(
            *("link", "add", ends[0], "netns", hosts.server),
            *("type", "veth", "peer", "name", ends[1], "netns", hosts.client),
        )
        for name, end, address in (
            (hosts.server, ends[0], SERVER_ADDRESS),
            (hosts.client, ends[1], CLIENT_ADDRESS),
        ):
            _ip("-n", name, "addr", "add", f"{address}/24", "dev", end)
            _ip("-n", name, "link", "set", "lo", "up")
            _ip("-n", name, "link", "set", end, "up")
        yield hosts
    finally:
        for name in (hosts.server, hosts.client):
            subprocess.run(["ip", "netns", "del", name], check=False, capture_output=True)


@contextmanager
def started(
    host: str,
    command: Sequence[str | Path],
    *,
    environment: Mapping[str, str] | None = None,
    directory: Path | None = None,
    is_read: bool = True,
) -> Iterator[subprocess.Popen[str]]:
    """Run `command` on `host` until the block ends.

    What nobody reads must not be kept: whoever writes a log stops when 64 KiB of it wait.
    """
    process = subprocess.Popen(
        # `ip netns exec` becomes the command, so the process id is the server's own.
        ["ip", "netns", "exec", host, *command],
        env={**os.environ, **(environment or {})},
        cwd=directory,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if is_read else subprocess.DEVNULL,
        stderr=None if is_read else subprocess.DEVNULL,
        text=True,
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(_END_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()


def run_on(host: str, command: Sequence[str | Path], *, limit_s: float) -> str:
    """Run `command` on `host` to its end and return what it printed."""
    ended = subprocess.run(
        ["ip", "netns", "exec", host, *command],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        timeout=limit_s,
    )
    return ended.stdout


def cpu_seconds(pid: int) -> float:
    """Return the CPU time that a process has used, in user and in kernel."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def resident_bytes(pid: int) -> int:
    """Return the memory that a process holds."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE_BYTES


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)
