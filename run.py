"""One node: settings -> every part by constructor, top to bottom -> serve -> close in order."""

from __future__ import annotations

import asyncio
import functools
import gc
import os
import signal
import ssl
import sys
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import uvloop
from aiohttp import web

from collab.documents import Documents, open_documents
from collab.downloads import Downloads
from collab.history_routes import HistoryRoutes
from collab.past import Pasts
from collab.routes import DocumentSockets
from collab.suggestion_events import SuggestionEvents, open_suggestions
from collab.suggestion_routes import SuggestionRoutes
from collab.version_routes import VersionRoutes
from community.boards import Leaderboards
from community.community import CommunityPart, open_community, utc_now
from community.push_encryption import Voucher
from community.videos import VideoOptions
from community.views import WINDOW_S, Views
from errors import VibecastError
from media.node import MediaNode, open_media
from media.ports import MediaOptions
from media.routes import add_media_routes
from persistence.auth_sessions import AuthSessions
from persistence.database import Database, open_database
from persistence.embedded import DataFolderInUse, open_embedded_postgres
from persistence.history import HistoryStore
from persistence.leaderboards import SqlLeaderboards
from persistence.migrations import SchemaMismatch, migrate
from persistence.notifications import Notifications
from persistence.objects import open_objects
from persistence.redis_bus import open_redis_bus
from persistence.redis_leaderboards import open_redis_leaderboards
from persistence.redis_limits import open_redis_limiter
from persistence.redis_views import open_redis_views
from persistence.site_secrets import site_secret
from persistence.streams import flush_viewers
from persistence.video_views import open_sql_views
from rooms.broadcasts import Broadcasts, open_broadcasts
from rooms.bus import Bus
from rooms.channel_routes import ChannelRoutes
from rooms.channels import Channels
from rooms.clearing_routes import ClearingRoutes
from rooms.clearings import Clearings
from rooms.clients import Clients
from rooms.memory_bus import MemoryHub
from rooms.people_routes import PeopleRoutes
from rooms.question_routes import QuestionRoutes
from rooms.rooms import RoomsPart, open_rooms
from rooms.routes import RoomRoutes
from rooms.site_term_routes import SiteTermRoutes
from rooms.socketio_edge import open_socketio_edge
from rooms.stage_routes import StageRoutes
from rooms.stages import Stages, open_stages
from rooms.user_outlets import UserOutlets
from server.account_part import AccountOptions, open_accounts
from server.admin_command import make_admin
from server.app import build_app
from server.code_session_routes import CodeSessionRoutes
from server.connections import open_http, tls_context
from server.cursors import Cursors
from server.forwarded import Forwarded
from server.gate import Gate
from server.limits import Limiter, Limits, MemoryLimiter
from server.logs import set_up_logs
from server.media_metrics import MediaNumbers
from server.metrics import Metrics
from server.pages import Pages
from server.routing import Route
from server.session_news import SessionNews
from server.settings import Settings, SettingsError, read_settings
from server.stream_health_routes import StreamHealthRoutes
from server.stream_routes import StreamRoutes
from server.stream_summary_routes import StreamSummaryRoutes

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
    async with AsyncExitStack() as node:
        # Storage, what joins this node to others, and who may pass.
        database = await _open_database(node, settings)
        bus = await _open_bus(node, settings)
        sessions = AuthSessions(database, clock=time.monotonic)
        node.callback(SessionNews(sessions, bus=bus).close)
        forwarded = Forwarded(
            trusted_proxies=settings.trusted_proxies, public_url=settings.public_url
        )
        limiter = await _open_limiter(node, settings)
        gate = Gate(sessions, limiter=limiter, limits=_limits(settings), forwarded=forwarded)
        cursors = Cursors(await site_secret(database, "cursors"))

        # The parts.
        accounts = await node.enter_async_context(
            open_accounts(
                database,
                sessions=sessions,
                gate=gate,
                cursors=cursors,
                options=_account_options(settings),
            )
        )
        live = await _open_live(node, settings, database=database, bus=bus, sessions=sessions)
        outlets = UserOutlets(live.rooms.live, bus=bus)
        node.callback(outlets.hear_others().close)
        stages = await node.enter_async_context(
            open_stages(
                database,
                announce=live.rooms.announce,
                tell_user=outlets.tell,
                notifications=Notifications(database),
                bus=bus,
            )
        )
        community = await node.enter_async_context(
            open_community(
                database,
                gate=gate,
                cursors=cursors,
                sessions=sessions,
                reauthentication=accounts.reauthentication,
                objects=open_objects(settings.object_store_url, data_dir=settings.data_dir),
                leaderboards=await _open_leaderboards(node, settings, database),
                views=await _open_views(node, settings, database),
                videos=_video_options(settings),
                tell_user=outlets.tell,
                end_stream=live.broadcasts.end,
                announce=live.rooms.announce,
                voucher=Voucher(
                    await site_secret(database, "web-push"),
                    contact=settings.public_url or "https://localhost",
                ),
                look_at_stages=stages.look_at,
                media=live.media,
            )
        )

        # Their edges.
        routes = [
            *accounts.routes,
            *_live_routes(live, database=database, cursors=cursors, forwarded=forwarded),
            *StageRoutes(database, stages=stages, gate=gate).routes(),
            *community.routes,
        ]
        metrics = Metrics()
        app = _build_app(live, routes, database=database, gate=gate, metrics=metrics)
        app.add_routes(community.pages)
        clients = await node.enter_async_context(
            open_socketio_edge(
                app,
                sessions,
                events=[*live.rooms.events, *live.suggestions.events()],
                door=gate,
                audience=outlets,
                bus=bus,
            )
        )
        metrics.watch("clients", clients.statistics)

        _introduce(live, stages, community, sessions=sessions, clients=clients)
        yield app


@dataclass(frozen=True, slots=True)
class _Live:
    """Everything that is live: rooms, the lives of their streams, documents, media."""

    rooms: RoomsPart
    broadcasts: Broadcasts
    documents: Documents
    pasts: Pasts
    suggestions: SuggestionEvents
    media: MediaNode


def _introduce(
    live: _Live,
    stages: Stages,
    community: CommunityPart,
    *,
    sessions: AuthSessions,
    clients: Clients,
) -> None:
    """Have one part tell another what happens in it."""
    live.broadcasts.on_ended(live.media.end_stream)
    live.broadcasts.on_displaced(live.media.end_slot)
    stages.on_left(live.media.end_guest)
    stages.on_login_ended(live.media.end_login)
    stages.on_noticed(community.inbox.wake)
    live.broadcasts.on_live(community.went_live)
    live.broadcasts.on_live(live.rooms.news.went_live)
    live.suggestions.on_taken(live.rooms.news.suggestion_accepted)
    live.suggestions.on_accepted(community.suggestion_accepted)
    live.rooms.houses.on_access_changed(live.documents.access_changed)
    live.suggestions.on_rejected(community.suggestion_rejected)
    live.rooms.live.on_noticed(community.inbox.wake)
    live.rooms.houses.on_banned(stages.look_at)
    sessions.on_session_ended(clients.end_session)
    sessions.on_session_ended(stages.end_login)
    sessions.on_session_ended(live.documents.end_session)


async def _open_live(
    node: AsyncExitStack,
    settings: Settings,
    *,
    database: Database,
    bus: Bus,
    sessions: AuthSessions,
) -> _Live:
    rooms = await node.enter_async_context(
        open_rooms(database, bus=bus, flush_viewers=functools.partial(flush_viewers, database))
    )
    broadcasts = await node.enter_async_context(
        open_broadcasts(
            database,
            node_id=uuid.uuid4(),
            identities=sessions,
            announce=rooms.announce,
            bus=bus,
            grace_s=settings.publisher_grace_s,
        )
    )
    documents = await node.enter_async_context(
        open_documents(database, bus=bus, identities=sessions)
    )
    suggestions = await node.enter_async_context(
        open_suggestions(database, documents, announce=rooms.announce)
    )
    media = await node.enter_async_context(open_media(_media_options(settings), broadcasts))
    pasts = Pasts(HistoryStore(database))
    return _Live(rooms, broadcasts, documents, pasts, suggestions, media)


def _live_routes(
    live: _Live, *, database: Database, cursors: Cursors, forwarded: Forwarded
) -> list[Route]:
    streams = StreamRoutes(
        database, broadcasts=live.broadcasts, cursors=cursors, forwarded=forwarded
    )
    channels = Channels(database, houses=live.rooms.houses)
    clearings = Clearings(
        database, channels=channels, rooms=live.rooms.live, houses=live.rooms.houses
    )
    code_sessions = CodeSessionRoutes(
        database, announce=live.rooms.announce, access_changed=live.documents.access_changed
    )
    return [
        *streams.routes(),
        *StreamHealthRoutes(database, live.media).routes(),
        *StreamSummaryRoutes(database).routes(),
        *code_sessions.routes(),
        *SuggestionRoutes(database, cursors=cursors).routes(),
        *HistoryRoutes(
            database, documents=live.documents, pasts=live.pasts, cursors=cursors
        ).routes(),
        *VersionRoutes(database, pasts=live.pasts).routes(),
        *RoomRoutes(database).routes(),
        *QuestionRoutes(database, cursors=cursors).routes(),
        *PeopleRoutes(database, rooms=live.rooms.live, cursors=cursors).routes(),
        *ChannelRoutes(database, channels=channels, cursors=cursors).routes(),
        *SiteTermRoutes(database, houses=live.rooms.houses).routes(),
        *ClearingRoutes(database, clearings=clearings, cursors=cursors).routes(),
    ]


def _build_app(
    live: _Live, routes: list[Route], *, database: Database, gate: Gate, metrics: Metrics
) -> web.Application:
    metrics.watch("media", live.media.statistics)
    metrics.registry.register(MediaNumbers(live.media))
    metrics.watch("rooms", live.rooms.live.statistics)
    pages = Pages(STATIC, database=database, gate=gate)
    app = build_app(routes, gate=gate, pages=pages, metrics=metrics)
    add_media_routes(app, live.media, live.broadcasts, door=gate)
    DocumentSockets(live.documents, database, gate=gate).add_to(app)
    app.add_routes(Downloads(database, pasts=live.pasts, gate=gate).routes())
    return app


async def _open_database(node: AsyncExitStack, settings: Settings) -> Database:
    url = settings.database_url
    if url is None:
        url = await node.enter_async_context(open_embedded_postgres(settings.data_dir))
    await migrate(url)
    return await node.enter_async_context(open_database(url))


async def _open_bus(node: AsyncExitStack, settings: Settings) -> Bus:
    if settings.redis_url is None:
        return MemoryHub().member()
    return await node.enter_async_context(open_redis_bus(settings.redis_url))


async def _open_limiter(node: AsyncExitStack, settings: Settings) -> Limiter:
    own = MemoryLimiter(clock=time.time)
    if settings.redis_url is None:
        return own
    return await node.enter_async_context(
        open_redis_limiter(settings.redis_url, fallback=own, clock=time.time)
    )


async def _open_leaderboards(
    node: AsyncExitStack, settings: Settings, database: Database
) -> Leaderboards:
    own = SqlLeaderboards(database)
    if settings.redis_url is None:
        return own
    return await node.enter_async_context(
        open_redis_leaderboards(settings.redis_url, database=database, sql=own, clock=utc_now)
    )


async def _open_views(node: AsyncExitStack, settings: Settings, database: Database) -> Views:
    if settings.redis_url is None:
        return await node.enter_async_context(open_sql_views(database, window_s=WINDOW_S))
    return await node.enter_async_context(
        open_redis_views(settings.redis_url, database=database, window_s=WINDOW_S)
    )


def _video_options(settings: Settings) -> VideoOptions:
    megabyte = 1_000_000
    return VideoOptions(
        limit_bytes=settings.video_limit_mb * megabyte,
        quota_bytes=settings.video_quota_mb * megabyte,
        work_dir=settings.data_dir / "work",
    )


def _limits(settings: Settings) -> Limits:
    sign_ups = replace(Limits().sign_up_per_address, quota=settings.sign_ups_per_half_hour)
    return Limits(sign_up_per_address=sign_ups)


def _account_options(settings: Settings) -> AccountOptions:
    scheme = "https" if settings.tls_certificate else "http"
    return AccountOptions(
        site_url=settings.public_url or f"{scheme}://localhost:{settings.port}",
        smtp_url=settings.smtp_url,
        mail_from=settings.mail_from,
        is_public=settings.public_url is not None and settings.host not in LOOPBACK,
    )


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
