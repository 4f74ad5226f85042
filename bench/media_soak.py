"""Ten minutes of an audience that comes and goes: does the node keep anything of those who left?

    python -m bench media-soak, or python -m bench.media_soak -s 240

Read from the node's own metrics, every five seconds: memory, open files, asyncio's tasks. At the
end everybody has gone, those who went without a word too, and what is left is compared with what
there was before anybody came.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from statistics import median

from bench import media_churn
from bench.hosts import CLIENT_ADDRESS, Hosts, cpu_seconds, open_hosts, run_on, started
from bench.media import HTTP_PORT, ROOT, Node, open_node, published
from bench.report import Bar, Table, write_table

VIEWERS = 100
SECONDS = 600
# What is kept does not depend on how much is sent, so a small picture will do.
KBPS = 300

MEMORY_BAR_KIB = 4096
_SAMPLE_EVERY_S = 5.0
# The ring of an encoding holds 4096 packets, here one of each of 30 frames a second: what grows
# until it is full is no viewer's.
_RINGS_FILL_S = 140.0
# Until then the seats fill, those who vanish come to be as many as are given up, and pools grow.
_SETTLED_S = 120.0
# Who went without a word is noticed after 30 s (RFC 7675), with some to spare.
_FORGET_S = 45.0
_NAMES = {
    "resident_bytes": "process_resident_memory_bytes",
    "files": "process_open_fds",
    "tasks": "vibecast_loop_tasks",
    "viewers": "vibecast_media_viewers",
    "half_open": "vibecast_media_half_open",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What the node said of itself at one moment."""

    at_s: float
    resident_bytes: float
    files: float
    tasks: float
    viewers: float
    half_open: float


def measure_media_soak(seconds: int = SECONDS) -> Table:
    """Run it for so long and return what was found."""
    with (
        open_hosts() as hosts,
        open_node(hosts, http_host="0.0.0.0") as node,
        published(hosts, node, kbps=KBPS),
    ):
        time.sleep(_RINGS_FILL_S)
        before = _sample(hosts, 0.0)
        cpu = cpu_seconds(node.pid)
        churn, samples = _watch(hosts, node, seconds)
        cpu = cpu_seconds(node.pid) - cpu
        time.sleep(_FORGET_S)
        after = _sample(hosts, seconds + _FORGET_S)
    return _table(churn, before, samples, after, seconds=seconds, cpu_share=cpu / seconds)


def _watch(hosts: Hosts, node: Node, seconds: int) -> tuple[media_churn.Churn, list[Sample]]:
    command = (
        *(sys.executable, "-m", "bench.media_churn", "--whep", node.whep_url),
        *("--host", CLIENT_ADDRESS, "-n", str(VIEWERS), "-s", str(seconds)),
    )
    samples: list[Sample] = []
    began = time.monotonic()
    with started(hosts.client, command, directory=ROOT) as audience:
        while audience.poll() is None:
            samples.append(_sample(hosts, time.monotonic() - began))
            try:
                audience.wait(_SAMPLE_EVERY_S)
            except subprocess.TimeoutExpired:
                continue
        assert audience.stdout is not None
        return media_churn.Churn(**json.loads(audience.stdout.read())), samples


def _sample(hosts: Hosts, at_s: float) -> Sample:
    # From the node's own loopback: metrics are for nobody else.
    text = run_on(
        hosts.server,
        ("curl", "-sS", "--fail", f"http://127.0.0.1:{HTTP_PORT}/metrics"),
        limit_s=120,
    )
    numbers = dict(re.findall(r"^(\w+) (\S+)$", text, re.M))
    return Sample(at_s=at_s, **{each: float(numbers[name]) for each, name in _NAMES.items()})


def _table(
    churn: media_churn.Churn,
    before: Sample,
    samples: list[Sample],
    after: Sample,
    *,
    seconds: int,
    cpu_share: float,
) -> Table:
    settled = [each for each in samples if each.at_s >= _SETTLED_S]
    quarter = max(1, len(settled) // 4)
    first, last = settled[:quarter], settled[-quarter:]
    early, late = (median(each.resident_bytes for each in part) / 1024 for part in (first, last))
    whole = churn.frames_whole / max(1, churn.frames)
    return Table(
        title=f"Media: {seconds / 60:g} minutes of {VIEWERS} viewers who come and go",
        setting=(
            f"{VIEWERS} seats, server and viewers in two network namespaces, a simulcast of"
            f" {KBPS / 1000:g} Mb/s and Opus. Each viewer stays {media_churn.SHORTEST_S:g} to"
            f" {media_churn.LONGEST_S:g} s and leaves by DELETE, by closing, or without a word."
            f" Early and late are the first and the last quarter after {_SETTLED_S:g} s."
        ),
        columns=("", "found"),
        rows=[
            ("viewers who came", str(churn.came)),
            ("left by DELETE, by closing, without a word", _ways(churn)),
            ("most at once, by the node", f"{max(each.viewers for each in samples):.0f}"),
            ("frames whole, of all viewers", f"{whole:.3%}"),
            ("CPU of one core", f"{cpu_share:.0%}"),
            ("memory before, early, late, after", _memory(before, early, late, after)),
            ("tasks before, most, after", _course("tasks", before, samples, after)),
            ("open files before, most, after", _course("files", before, samples, after)),
        ],
        bars=(
            Bar(
                f"late it holds at most {MEMORY_BAR_KIB} KiB more than early ({late - early:.0f})",
                late - early <= MEMORY_BAR_KIB,
            ),
            Bar(
                f"no task is left behind ({before.tasks:.0f} before, {after.tasks:.0f} after)",
                after.tasks <= before.tasks,
            ),
            Bar(
                f"no socket is left behind ({before.files:.0f} before, {after.files:.0f} after)",
                after.files <= before.files,
            ),
            Bar(
                f"no session is left behind ({after.viewers + after.half_open:.0f})",
                after.viewers + after.half_open == 0,
            ),
            Bar(
                f"everybody saw the picture ({churn.refused} refused,"
                f" {churn.without_picture} without)",
                churn.refused + churn.without_picture == 0,
            ),
        ),
    )


def _ways(churn: media_churn.Churn) -> str:
    return f"{churn.deleted}, {churn.closed}, {churn.vanished}"


def _memory(before: Sample, early_kib: float, late_kib: float, after: Sample) -> str:
    kib = (before.resident_bytes / 1024, early_kib, late_kib, after.resident_bytes / 1024)
    return ", ".join(f"{each / 1024:.1f} MiB" for each in kib)


def _course(name: str, before: Sample, samples: list[Sample], after: Sample) -> str:
    most = max(getattr(each, name) for each in samples)
    return f"{getattr(before, name):.0f}, {most:.0f}, {getattr(after, name):.0f}"


def main() -> None:
    """Read for how long, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m bench.media_soak")
    parser.add_argument("-s", type=int, default=SECONDS)
    seconds = parser.parse_args().s
    if seconds <= _SETTLED_S:
        parser.error(f"nothing is compared before {_SETTLED_S:g} s")
    print(write_table(measure_media_soak(seconds)))


if __name__ == "__main__":
    main()
