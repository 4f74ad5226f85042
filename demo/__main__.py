"""`make demo`: a site with a community and a live stream, for a look around within a minute.

    python -m demo [--data-dir FOLDER] [--port 8080] [--media-port 8443]

The folder keeps the community from one run to the next.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from pathlib import Path

import aiohttp

from demo import story
from demo.fill import come_in, fill
from demo.live import go_live
from demo.node import NodeDidNotStart, open_node
from demo.visitor import Refused


async def demonstrate(*, data_dir: Path, port: int, media_port: int) -> None:
    """Run the demonstration until SIGINT or SIGTERM."""
    showing = asyncio.current_task()
    assert showing is not None
    for signal_number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(signal_number, showing.cancel)

    async with (
        open_node(data_dir=data_dir, port=port, media_port=media_port) as url,
        aiohttp.ClientSession(base_url=url) as http,
    ):
        _say("A site is ready. Its people are coming in ...")
        visitors, are_new = await come_in(http)
        if are_new:
            await fill(http, visitors, data_dir=data_dir)
        welcome = (
            f"Look around at {url}\n"
            f"Sign in as any of {', '.join(visitors)};"
            f" {story.STREAMER} is live and keeps the site.\n"
            f'Everybody\'s password is "{story.PASSWORD}". Ctrl-C ends it.'
        )
        await go_live(http, url, visitors, on_begun=lambda: _say(welcome))


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def main() -> int:
    """Return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m demo")
    parser.add_argument("--data-dir", type=Path, default=Path("data/demo"))
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--media-port", type=int, default=8443)
    options = parser.parse_args()
    try:
        asyncio.run(
            demonstrate(
                data_dir=options.data_dir.resolve(),
                port=options.port,
                media_port=options.media_port,
            )
        )
    except asyncio.CancelledError:
        return 0
    except (Refused, NodeDidNotStart) as error:
        sys.stderr.write(f"demo: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
