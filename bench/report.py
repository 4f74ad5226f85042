"""Benchmark results: one table type, and docs/benchmarks.md with the machine that they stand for.

A benchmark returns `Table`s; nothing here knows what was measured.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

DOCUMENT = Path(__file__).parent.parent / "docs" / "benchmarks.md"


@dataclass(frozen=True, slots=True)
class Bar:
    """A promise that a result keeps or breaks."""

    sentence: str
    kept: bool


@dataclass(frozen=True, slots=True)
class Table:
    """What one benchmark found, ours beside the peer."""

    title: str
    setting: str
    """How it was measured, for somebody who would do it again."""
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    bars: Sequence[Bar]


def write_table(table: Table) -> str:
    """Return `table` as Markdown."""
    lines = [f"## {table.title}", "", table.setting, ""]
    if table.columns:
        lines.append("| " + " | ".join(table.columns) + " |")
        lines.append("| " + " | ".join("---" for _ in table.columns) + " |")
        lines += ["| " + " | ".join(row) + " |" for row in table.rows]
        lines.append("")
    lines += [f"- {'kept' if bar.kept else '**broken**'}: {bar.sentence}" for bar in table.bars]
    return "\n".join(lines) + "\n"


def write_document(tables: Iterable[Table]) -> str:
    """Return the whole of docs/benchmarks.md."""
    head = [
        "# Benchmarks",
        "",
        "Written by `make bench`. Every table has ours and a peer from the same run on the same",
        f"machine: {describe_machine()}.",
        f"Measured on {datetime.now(UTC):%Y-%m-%d}.",
        "",
        "",
    ]
    return "\n".join(head) + "\n".join(write_table(table) for table in tables)


def describe_machine() -> str:
    """Return processor, cores, memory, kernel and Python, in one phrase."""
    processor = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    kernel = platform.release().partition("-")[0]
    return (
        f"{processor}, {os.cpu_count()} cores, {memory:.0f} GiB, Linux {kernel},"
        f" Python {platform.python_version()}"
    )
