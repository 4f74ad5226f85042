"""What somebody else's trouble costs the others in the room: their p99 with it beside without it.

Each fault has a site of its own, and three stretches of time: quiet, the fault, quiet again. The
ratio is that of the middle to the mean of the others, so what else the machine does counts for all.
The others are not told apart from the troublemakers but by their addresses: the limits are those of
the product. Troublemakers have a process of their own, but the same cores.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.request import urlopen

import uvloop

from bench.chat import Server
from bench.chat_load import cpu_s, percentile
from bench.fault_sites import FAULTS, Fault, Trouble, open_site
from bench.faults_crowd import Crowd, Phase, open_crowd
from bench.report import Bar, Table

PHASE_S = 8.0
SETTLE_S = 2.0
END_S = 60.0
# A ratio says little where both are a few milliseconds on cores that others use too.
RATIO, NOISE_MS = 1.5, 10.0
# What a packet of video may wait for, whoever makes trouble in a room.
TURN_MS = 20.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the others saw of one fault."""

    fault: Fault
    quiet: Phase
    troubled: Phase
    wrong: str

    def ratio(self, values: Callable[[Phase], Sequence[float]]) -> float:
        """Return p99 with the fault to p99 without."""
        return p99_ms(values(self.troubled)) / p99_ms(values(self.quiet))

    @property
    def is_unharmed(self) -> bool:
        """Whether the others did not notice."""
        seen = [_answers] if self.fault.waits_for_disk else [_answers, _deliveries]
        return self.wrong == "none" and all(
            self.ratio(values) <= RATIO
            or p99_ms(values(self.troubled)) <= p99_ms(values(self.quiet)) + NOISE_MS
            for values in seen
        )


def _answers(phase: Phase) -> Sequence[float]:
    return phase.answers_s


def _deliveries(phase: Phase) -> Sequence[float]:
    return phase.deliveries_s


def p99_ms(values: Sequence[float]) -> float:
    """Return the p99 in milliseconds."""
    return percentile(values, 0.99) * 1e3


def measure_faults() -> Table:
    """Let everything happen once."""
    outcomes = [uvloop.run(_suffer(fault)) for fault in FAULTS]
    return Table(
        title="Trouble in a room, and the others",
        setting=(
            f"{PHASE_S:.0f} s each: quiet, with the fault, quiet again; 200 people (300 on two "
            "nodes) who read 20 messages a second and ask 20 questions that need no disk. Medians "
            "and ratios are of p99 with the fault to p99 without, in the same minute. "
            "Troublemakers, people, nodes and PostgreSQL share the cores."
        ),
        columns=(
            *("fault", "delivery p99 ms: quiet", "with it", "ratio"),
            *("answer p99 ms: quiet", "with it", "ratio", "other node's messages, max ms"),
            *("node's CPU: quiet", "with it", "longest turn, CPU ms: quiet", "with it"),
            "lost, doubled, cut",
        ),
        rows=[_row(outcome) for outcome in outcomes],
        bars=[
            Bar(
                f"{outcome.fault.name}: the others' p99 at most {RATIO} times that without, or "
                f"within {NOISE_MS:.0f} ms; nothing lost, doubled or out of order, nobody cut",
                outcome.is_unharmed,
            )
            for outcome in outcomes
        ]
        + [
            Bar(
                f"nothing keeps the node's loop busy for more than {TURN_MS:.0f} ms at a time "
                f"({max(outcome.troubled.longest_turn_ms for outcome in outcomes):.0f})",
                all(outcome.troubled.longest_turn_ms <= TURN_MS for outcome in outcomes),
            )
        ],
    )


def _row(outcome: Outcome) -> list[str]:
    crossings = outcome.troubled.crossings_s
    cells = [outcome.fault.name]
    for values in (_deliveries, _answers):
        quiet, troubled = values(outcome.quiet), values(outcome.troubled)
        ratio = f"{outcome.ratio(values):.2f}"
        if values is _deliveries and outcome.fault.waits_for_disk:
            ratio = "waits for the disk"
        cells += [f"{p99_ms(quiet):.1f}", f"{p99_ms(troubled):.1f}", ratio]
    cells.append(f"{max(crossings) * 1e3:.0f}" if crossings else "")
    for phase, seconds in ((outcome.quiet, 2 * PHASE_S), (outcome.troubled, PHASE_S)):
        cells.append(f"{phase.node_cpu_s / seconds:.0%}")
    cells += [f"{each.longest_turn_ms:.1f}" for each in (outcome.quiet, outcome.troubled)]
    return [*cells, outcome.wrong]


async def _suffer(fault: Fault) -> Outcome:
    with open_site(nodes=fault.nodes) as site:
        ports = [int(node.ready["port"]) for node in site.nodes[: fault.crowd_nodes]]
        tokens: Sequence[str] = site.nodes[0].ready["tokens"]
        async with (
            fault.open_trouble(site) as trouble,
            open_crowd(ports, site.stream_id, tokens) as crowd,
        ):
            await asyncio.sleep(SETTLE_S)
            before = await _phase(crowd, site.nodes[0])
            troubled = await _phase(crowd, site.nodes[0], trouble)
            await trouble.end()
            await asyncio.sleep(SETTLE_S)
            after = await _phase(crowd, site.nodes[0])
            await crowd.fall_silent(within_s=END_S)
            return Outcome(fault, before.and_also(after), troubled, crowd.faults())


async def _phase(crowd: Crowd, node: Server, trouble: Trouble | None = None) -> Phase:
    await asyncio.to_thread(_longest_turn_ms, node)
    phase = crowd.begin_phase()
    used_s = cpu_s([node.pid])
    async with asyncio.TaskGroup() as both:
        both.create_task(asyncio.sleep(PHASE_S))
        if trouble is not None:
            both.create_task(trouble.begin())
    phase.node_cpu_s = cpu_s([node.pid]) - used_s
    crowd.begin_phase()  # what comes between two phases belongs to neither
    phase.longest_turn_ms = await asyncio.to_thread(_longest_turn_ms, node)
    return phase


def _longest_turn_ms(node: Server) -> float:
    """Return how long the node's loop was busy at a time since this was last asked."""
    with urlopen(f"http://127.0.0.1:{node.ready['port']}/turns", timeout=END_S) as answer:
        longest_ms: float = json.load(answer)["longest_ms"]
    return longest_ms
