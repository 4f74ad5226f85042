"""The media benchmark: our node beside Janus, the same stream, the same viewers, the same run.

Janus (C, streaming plugin, ICE-lite) gets the packets as plain RTP, so that only its way to the
viewers is compared: the side that grows with the audience.
"""

from __future__ import annotations

import json
import secrets
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import media_crowd
from bench.hosts import CLIENT_ADDRESS, SERVER_ADDRESS, Hosts, open_hosts, run_on, started
from bench.media_server import KEY, STREAM_ID
from bench.media_viewers import Measured
from bench.report import Bar, Table

VIEWERS = 100
KBPS = 2500
SECONDS = 10
LOSS = 0.03

CPU_BAR = 0.4
FIRST_PACKET_BAR_MS = 300
WHOLE_BAR = 0.995
MEMORY_BAR_KIB = 150
CROWD_BAR_MS = 3000
# Until then the largest encoding's ring still grows, which is no viewer's memory.
_RING_FILLS_S = 16.0

ROOT = Path(__file__).parent.parent
_JANUS = Path("/usr/lib") / f"{sys.implementation._multiarch}" / "janus"
HTTP_PORT = 8000
_MEDIA_PORT, _JANUS_PORT, _RTP_PORT = 8001, 8088, 5004
_START_LIMIT_S = 60.0


@dataclass(frozen=True, slots=True)
class Node:
    """Our server, ready for a publisher."""

    pid: int
    whip_url: str
    whep_url: str
    key: str


def measure_media() -> Table:
    """Measure both and return the comparison."""
    if shutil.which("janus") is None:
        raise SystemExit("the media benchmark needs Janus: apt-get install janus")
    with open_hosts() as hosts:
        with open_node(hosts) as node:
            with published(hosts, node):
                time.sleep(_RING_FILLS_S)
                ours = _run_viewers(hosts, "--whep", node.whep_url, node.pid)
                damaged = _run_viewers(hosts, "--whep", node.whep_url, node.pid, loss=LOSS)
                crowd = _run_crowd(hosts, node)
            with published(hosts, node, loss=LOSS):
                starved = _run_viewers(hosts, "--whep", node.whep_url, node.pid)
        janus = _measure_janus(hosts)
    ratio = ours.cpu_us_per_packet / janus.cpu_us_per_packet
    return Table(
        title="Media: one publisher, many viewers",
        setting=(
            f"{VIEWERS} viewers of one {KBPS / 1000:g} Mb/s H264 stream of 30 frames a second with"
            f" Opus, for {SECONDS} s, server and viewers in two network namespaces. Ours is the"
            " largest of three encodings, and viewers report every packet's arrival; Janus has one"
            " encoding and no such reports. CPU is the server process's, user and kernel, per"
            " packet that reached a viewer; times are from the POST (Janus: from its first"
            f" request). Where {LOSS:.0%} are lost, frames are whole that are mended in time. The"
            f" crowd is {media_crowd.COMING} who come within {media_crowd.WITHIN_S:g} s to"
            f" {media_crowd.WATCHING} who watch; a first frame is a whole keyframe."
        ),
        columns=("", "Vibecast", "Janus", "ratio"),
        rows=[
            *_rows(ours, janus),
            ("frames whole, viewers lose 3 %", f"{damaged.frames_whole:.2%}", "", ""),
            ("frames whole, the publisher loses 3 %", f"{starved.frames_whole:.2%}", "", ""),
            ("crowd: first frame, median", f"{crowd.first_frame_median_ms:.0f} ms", "", ""),
            ("crowd: first frame, slowest", f"{crowd.first_frame_slowest_ms:.0f} ms", "", ""),
        ],
        bars=(
            Bar(f"CPU per packet is at most {CPU_BAR:g} of Janus' ({ratio:.2f})", ratio <= CPU_BAR),
            Bar(f"no packet is lost ({ours.lost:.3%})", ours.lost == 0),
            Bar(
                f"the median viewer's first packet comes within {FIRST_PACKET_BAR_MS} ms"
                f" ({ours.first_packet_median_ms:.0f} ms)",
                ours.first_packet_median_ms <= FIRST_PACKET_BAR_MS,
            ),
            Bar(
                f"a viewer takes at most {MEMORY_BAR_KIB} KiB ({ours.resident_kb_per_viewer:.0f})",
                ours.resident_kb_per_viewer <= MEMORY_BAR_KIB,
            ),
            Bar(
                f"with {LOSS:.0%} lost by viewers {WHOLE_BAR:.1%} of frames are whole"
                f" ({damaged.frames_whole:.2%})",
                damaged.frames_whole >= WHOLE_BAR,
            ),
            Bar(
                f"with {LOSS:.0%} lost by the publisher {WHOLE_BAR:.1%} of frames are whole"
                f" ({starved.frames_whole:.2%})",
                starved.frames_whole >= WHOLE_BAR,
            ),
            Bar(
                f"all of a crowd have a picture within {CROWD_BAR_MS / 1000:g} s"
                f" ({crowd.first_frame_slowest_ms:.0f} ms, {crowd.without_picture} without)",
                crowd.without_picture == 0 and crowd.first_frame_slowest_ms <= CROWD_BAR_MS,
            ),
            Bar(
                f"who watched while they came lost nothing ({crowd.lost_by_watching} packets)",
                crowd.lost_by_watching == 0,
            ),
        ),
    )


def _rows(ours: Measured, janus: Measured) -> list[tuple[str, str, str, str]]:
    def row(name: str, unit: str, digits: int, a: float, b: float) -> tuple[str, str, str, str]:
        ratio = f"{a / b:.2f}" if b else ""
        return (name, f"{a:.{digits}f}{unit}", f"{b:.{digits}f}{unit}", ratio)

    return [
        row("CPU per delivered packet", " us", 2, ours.cpu_us_per_packet, janus.cpu_us_per_packet),
        row("CPU of one core", " %", 1, 100 * ours.cpu_share, 100 * janus.cpu_share),
        row(
            "packets per second and viewer",
            "",
            1,
            ours.packets_per_second,
            janus.packets_per_second,
        ),
        row("packets lost", " %", 3, 100 * ours.lost, 100 * janus.lost),
        row(
            "first packet, median",
            " ms",
            0,
            ours.first_packet_median_ms,
            janus.first_packet_median_ms,
        ),
        row("first packet, p99", " ms", 0, ours.first_packet_p99_ms, janus.first_packet_p99_ms),
        row(
            "first packet of the picture, median",
            " ms",
            0,
            ours.first_picture_median_ms,
            janus.first_picture_median_ms,
        ),
        row(
            "memory per viewer",
            " KiB",
            0,
            ours.resident_kb_per_viewer,
            janus.resident_kb_per_viewer,
        ),
    ]


@contextmanager
def published(hosts: Hosts, node: Node, *, loss: float = 0.0, kbps: int = KBPS) -> Iterator[None]:
    """Publish to our node for the length of the block."""
    publisher = (
        *(sys.executable, "-m", "bench.media_publisher", "--whip", node.whip_url),
        *("--key", node.key, "--host", CLIENT_ADDRESS, "--kbps", str(kbps)),
        *("--loss", str(loss)),
    )
    with started(hosts.client, publisher, directory=ROOT) as publishing:
        _wait_publishing(publishing.stdout)
        yield


@contextmanager
def open_node(hosts: Hosts, *, http_host: str = SERVER_ADDRESS) -> Iterator[Node]:
    """Start our server on the server host, with a stream to publish to.

    The whole node, if there is one; a benchmark of a part of it would flatter.
    """
    origin = f"http://{SERVER_ADDRESS}:{HTTP_PORT}"
    if not (ROOT / "run.py").exists():
        media_alone = (
            *(sys.executable, "-m", "bench.media_server"),
            *(SERVER_ADDRESS, str(HTTP_PORT), str(_MEDIA_PORT)),
        )
        with started(hosts.server, media_alone, directory=ROOT) as process:
            _wait_healthy(hosts, origin)
            whip_url = f"{origin}/whip/{STREAM_ID}"
            yield Node(process.pid, whip_url, f"{origin}/whep/{STREAM_ID}", KEY)
        return
    with TemporaryDirectory() as data:
        environment = {
            "VIBECAST_HOST": http_host,
            "VIBECAST_PORT": str(HTTP_PORT),
            "VIBECAST_MEDIA_PORT": str(_MEDIA_PORT),
            "VIBECAST_MEDIA_ADDRESSES": SERVER_ADDRESS,
            "VIBECAST_DATA_DIR": data,
            "DATABASE_URL": "",
            "REDIS_URL": "",
        }
        running = started(
            hosts.server,
            (sys.executable, "run.py"),
            environment=environment,
            directory=ROOT,
            is_read=False,
        )
        with running as process:
            _wait_healthy(hosts, origin)
            stream = _create_stream(hosts, origin)
            yield Node(
                process.pid,
                f"{origin}/whip/{stream['id']}",
                f"{origin}/whep/{stream['id']}",
                stream["stream_key"],
            )


def _create_stream(hosts: Hosts, origin: str) -> dict[str, str]:
    name = f"bench{secrets.token_hex(4)}"
    account = {
        "username": name,
        "email": f"{name}@example.org",
        "password": secrets.token_urlsafe(16),
    }
    token = _post(hosts, f"{origin}/api/v1/users", account)["token"]
    return _post(hosts, f"{origin}/api/v1/streams", {"title": "Benchmark"}, token=token)


def _post(
    hosts: Hosts, url: str, body: dict[str, str], *, token: str | None = None
) -> dict[str, str]:
    headers = ["-H", "Content-Type: application/json"]
    if token is not None:
        headers += ["-H", f"Authorization: Bearer {token}"]
    command = ["curl", "-sS", "--fail-with-body", *headers, "-d", json.dumps(body), url]
    answer: dict[str, str] = json.loads(run_on(hosts.client, command, limit_s=30))
    return answer


def _measure_janus(hosts: Hosts) -> Measured:
    with TemporaryDirectory() as directory:
        _write_janus_configuration(Path(directory))
        command = ("janus", "-C", "janus.jcfg", "-F", ".")
        publisher = (
            *(sys.executable, "-m", "bench.media_publisher"),
            *("--rtp", f"{SERVER_ADDRESS}:{_RTP_PORT}", "--kbps", str(KBPS)),
        )
        with started(hosts.server, command, directory=Path(directory)) as process:
            url = f"http://{SERVER_ADDRESS}:{_JANUS_PORT}/janus"
            _wait_healthy(hosts, url, path="/info")
            with started(hosts.client, publisher, directory=ROOT) as publishing:
                _wait_publishing(publishing.stdout)
                return _run_viewers(hosts, "--janus", url, process.pid)


def _write_janus_configuration(directory: Path) -> None:
    plugins = [each.name for each in (_JANUS / "plugins").glob("*.so")]
    transports = [each.name for each in (_JANUS / "transports").glob("*.so")]
    unused_plugins = ",".join(each for each in plugins if "streaming" not in each)
    unused_transports = ",".join(each for each in transports if "_http" not in each)
    (directory / "janus.jcfg").write_text(
        f"""general: {{
  configs_folder = "."
  plugins_folder = "{_JANUS / "plugins"}"
  transports_folder = "{_JANUS / "transports"}"
  events_folder = "/nonexistent"
  loggers_folder = "/nonexistent"
  debug_level = 2
  interface = "{SERVER_ADDRESS}"
}}
media: {{ rtp_port_range = "20000-40000" }}
nat: {{ ice_lite = true  ice_enforce_list = "{SERVER_ADDRESS}" }}
plugins: {{ disable = "{unused_plugins}" }}
transports: {{ disable = "{unused_transports}" }}
"""
    )
    (directory / "janus.plugin.streaming.jcfg").write_text(
        f"""live: {{
  type = "rtp"  id = 1  description = "benchmark"
  audio = true  audioport = {_RTP_PORT + 2}  audiopt = 111  audiocodec = "opus"
  video = true  videoport = {_RTP_PORT}  videopt = 102  videocodec = "h264"
  videofmtp = "profile-level-id=42e01f;packetization-mode=1"
}}
"""
    )
    (directory / "janus.transport.http.jcfg").write_text(
        f"""general: {{
  json = "compact"  base_path = "/janus"  https = false
  http = true  port = {_JANUS_PORT}  ip = "{SERVER_ADDRESS}"
}}
"""
    )


def _wait_publishing(output: object) -> None:
    """Read the publisher's one line; it ends without one if it cannot publish."""
    line = getattr(output, "readline", str)()
    if "publishing" not in line:
        raise SystemExit("the publisher could not publish")


def _wait_healthy(hosts: Hosts, origin: str, *, path: str = "/healthz") -> None:
    limit = int(_START_LIMIT_S)
    command = ("curl", "-s", "--fail", "-o", "/dev/null", "--retry", str(4 * limit))
    waiting = ("--retry-delay", "0", "--retry-connrefused", "--retry-max-time", str(limit))
    run_on(hosts.client, (*command, *waiting, origin + path), limit_s=_START_LIMIT_S + 5)


def _run_crowd(hosts: Hosts, node: Node) -> media_crowd.Crowd:
    command = (
        *(sys.executable, "-m", "bench.media_crowd"),
        *("--whep", node.whep_url, "--host", CLIENT_ADDRESS),
    )
    return media_crowd.Crowd(**json.loads(run_on(hosts.client, command, limit_s=120)))


def _run_viewers(hosts: Hosts, kind: str, url: str, pid: int, *, loss: float = 0.0) -> Measured:
    time.sleep(1.0)  # the ring has a keyframe, and the servers have settled
    command = (
        *(sys.executable, "-m", "bench.media_viewers", kind, url, "--pid", str(pid)),
        *("--host", CLIENT_ADDRESS, "-n", str(VIEWERS), "-s", str(SECONDS), "--loss", str(loss)),
    )
    printed = run_on(hosts.client, command, limit_s=120 + SECONDS)
    return Measured(**json.loads(printed))
