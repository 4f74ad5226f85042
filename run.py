"""One node: settings -> every part by constructor, top to bottom -> serve -> close in order."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import ssl
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import uvloop
from aiohttp import web

from community.community import CommunityPart, open_community
from community.parts import Outside
from community.push_encryption import Voucher
from community.videos import VideoOptions
from errors import VibecastError
from media.ports import MediaOptions
from node.ground import Ground, open_ground
from node.live import LivePart, open_live
from persistence.embedded import DataFolderInUse
from persistence.migrations import SchemaMismatch
from persistence.site_secrets import site_secret
from rooms.socketio_edge import open_socketio_edge
from server.account_part import AccountPart, open_accounts
from server.admin_command import make_admin
from server.app import build_app
from server.connections import open_http, tls_context
from server.logs import set_up_logs
from server.mail import open_mail
from server.metrics import Metrics
from server.pages import Pages
from server.settings import Settings, SettingsError, read_settings

STATIC = Path(__file__).parent / "static"
LOOPBACK = ("127.0.0.1", "::1", "localhost")


async def serve(settings: Settings) -> None:
    """Run a node until SIGINT or SIGTERM. What was opened last is closed first."""
    stopped = asyncio.Event()
    for signal_number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(signal_number, stopped.set)

    tls = _tls(settings)
    async with (
        open_site(settings) as app,
        open_http(app, host=settings.host, port=settings.port, tls=tls) as port,
    ):
        # What a node is made of stays: 120,000 objects, which every full collection would look
        # through for some 70 ms, and meanwhile no video moves and nobody is told anything.
        gc.collect()
        gc.freeze()
        scheme = "https" if tls else "http"
        sys.stdout.write(f"Vibecast is ready at {scheme}://localhost:{port}\n")
        sys.stdout.flush()
        await stopped.wait()


@asynccontextmanager
async def open_site(settings: Settings) -> AsyncIterator[web.Application]:
    """Run every part of a node for the length of the block, and yield what is to be served."""
    async with (
        open_ground(settings) as ground,
        open_mail(
            settings.smtp_url, sender=settings.mail_from, is_public=_is_public(settings)
        ) as mail,
        open_accounts(
            ground.database,
            sessions=ground.sessions,
            gate=ground.gate,
            cursors=ground.cursors,
            mail=mail,
            site_url=_site_url(settings),
        ) as accounts,
        open_live(
            ground, media=_media_options(settings), grace_s=settings.publisher_grace_s
        ) as live,
        _open_community(ground, live, accounts, settings=settings) as community,
    ):
        routes = [*accounts.routes, *live.routes(), *community.routes]
        metrics = Metrics()
        live.show_in(metrics)
        pages = Pages(STATIC, database=ground.database, gate=ground.gate)
        app = build_app(routes, gate=ground.gate, pages=pages, metrics=metrics)
        live.add_to(app)
        app.add_routes(community.pages)
        async with open_socketio_edge(
            app,
            ground.sessions,
            events=[*live.rooms.events, *live.suggestions.events()],
            door=ground.gate,
            audience=live.outlets,
            bus=ground.bus,
        ) as clients:
            metrics.watch("clients", clients.statistics)
            ground.sessions.on_session_ended(clients.end_session)
            _introduce(live, community)
            yield app


@asynccontextmanager
async def _open_community(
    ground: Ground, live: LivePart, accounts: AccountPart, *, settings: Settings
) -> AsyncIterator[CommunityPart]:
    voucher = Voucher(
        await site_secret(ground.database, "web-push"),
        contact=settings.public_url or "https://localhost",
    )
    outside = Outside(
        sessions=ground.sessions,
        reauthentication=accounts.reauthentication,
        tell_user=live.outlets.tell,
        announce=live.rooms.announce,
        end_stream=live.broadcasts.end,
        look_at_stages=live.stages.look_at,
    )
    async with open_community(
        ground.database,
        gate=ground.gate,
        cursors=ground.cursors,
        objects=ground.objects,
        leaderboards=ground.leaderboards,
        views=ground.views,
        videos=_video_options(settings),
        voucher=voucher,
        outside=outside,
    ) as community:
        yield community


def _introduce(live: LivePart, community: CommunityPart) -> None:
    """Have what is live tell the community what happens in it."""
    live.stages.on_noticed(community.inbox.wake)
    live.rooms.commits.on_noticed(community.inbox.wake)
    live.broadcasts.on_live(community.went_live)
    live.suggestions.on_accepted(community.suggestion_accepted)
    live.suggestions.on_rejected(community.suggestion_rejected)


def _video_options(settings: Settings) -> VideoOptions:
    megabyte = 1_000_000
    return VideoOptions(
        limit_bytes=settings.video_limit_mb * megabyte,
        quota_bytes=settings.video_quota_mb * megabyte,
        work_dir=settings.data_dir / "work",
    )


def _site_url(settings: Settings) -> str:
    scheme = "https" if settings.tls_certificate else "http"
    return settings.public_url or f"{scheme}://localhost:{settings.port}"


def _is_public(settings: Settings) -> bool:
    """Tell whether others use this node, so that its log is no place for their links."""
    return settings.public_url is not None and settings.host not in LOOPBACK


def _media_options(settings: Settings) -> MediaOptions:
    return MediaOptions(
        port=settings.media_port,
        addresses=settings.media_addresses,
        loopback_only=settings.host in LOOPBACK,
        turn_urls=settings.turn_urls,
        turn_secret=settings.turn_secret,
        strict=settings.webrtc_strict,
    )


def _tls(settings: Settings) -> ssl.SSLContext | None:
    if settings.tls_certificate is None or settings.tls_key is None:
        return None
    return tls_context(settings.tls_certificate, settings.tls_key)


def _make_admin(arguments: list[str]) -> int:
    """`run.py admin USER`, also while the node runs."""
    if not arguments or arguments[0].startswith("-"):
        sys.stderr.write("vibecast: say whose account, as in `run.py admin USER`\n")
        return 1
    username, *flags = arguments
    settings = read_settings(flags, os.environ)
    set_up_logs("warning")
    url = settings.database_url
    is_admin = uvloop.run(make_admin(username, url=url, data_dir=settings.data_dir))
    if not is_admin:
        sys.stderr.write(f"vibecast: there is no account {username}\n")
        return 1
    sys.stdout.write(f"{username} is an admin\n")
    return 0


def main() -> int:
    """Return the exit status; a start that cannot be is one line on standard error."""
    arguments = sys.argv[1:]
    try:
        if arguments[:1] == ["admin"]:
            return _make_admin(arguments[1:])
        settings = read_settings(arguments, os.environ)
        set_up_logs(settings.log_level)
        uvloop.run(serve(settings))
    except (SettingsError, DataFolderInUse, SchemaMismatch, VibecastError, OSError) as error:
        sys.stderr.write(f"vibecast: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
