"""One node: settings -> every part by constructor, top to bottom -> serve -> close in order."""

from __future__ import annotations

import asyncio
import functools
import os
import signal
import sys
import time
import uuid
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import uvloop

from collab.documents import open_documents
from collab.routes import DocumentSockets
from collab.suggestion_events import open_suggestions
from collab.suggestion_routes import SuggestionRoutes
from community.avatar_routes import AvatarRoutes, PictureFiles
from community.avatars import open_avatars
from community.erasure_routes import ErasureRoutes
from community.erasures import open_erasures
from community.pictures import Pictures
from community.profile_routes import ProfileRoutes
from errors import VibecastError
from media.node import open_media
from media.ports import MediaOptions
from media.routes import add_media_routes
from persistence.auth_sessions import AuthSessions
from persistence.database import open_database
from persistence.embedded import DataFolderInUse, open_embedded_postgres
from persistence.migrations import SchemaMismatch, migrate
from persistence.objects import open_objects
from persistence.redis_bus import open_redis_bus
from persistence.redis_limits import open_redis_limiter
from persistence.site_secrets import site_secret
from persistence.streams import flush_viewers
from persistence.users import make_admins
from rooms.broadcasts import open_broadcasts
from rooms.bus import Bus
from rooms.memory_bus import MemoryHub
from rooms.rooms import open_rooms
from rooms.routes import RoomRoutes
from rooms.socketio_edge import open_socketio_edge
from server.account_routes import AccountRoutes
from server.accounts import Accounts
from server.app import build_app
from server.code_session_routes import CodeSessionRoutes
from server.connections import open_http, tls_context
from server.credential_routes import CredentialRoutes
from server.cursors import Cursors
from server.email_addresses import EmailAddresses
from server.forwarded import Forwarded
from server.gate import Gate
from server.limits import Limiter, Limits, MemoryLimiter
from server.logs import set_up_logs
from server.mail import open_mail
from server.metrics import Metrics
from server.pages import Pages
from server.password_changes import open_password_changes
from server.password_hashing import open_password_hashing
from server.reauthentication import Reauthentication
from server.sealing import Sealing
from server.second_factor_routes import SecondFactorRoutes
from server.second_factors import SecondFactors
from server.session_routes import SessionRoutes
from server.settings import Settings, SettingsError, read_settings
from server.stream_routes import StreamRoutes

STATIC = Path(__file__).parent / "static"
LOOPBACK = ("127.0.0.1", "::1", "localhost")


async def serve(settings: Settings) -> None:
    """Run a node until SIGINT or SIGTERM. What was opened last is closed first."""
    stopped = asyncio.Event()
    for signal_number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(signal_number, stopped.set)

    async with AsyncExitStack() as node:
        # Storage, and what joins this node to others.
        database_url = settings.database_url
        if database_url is None:
            database_url = await node.enter_async_context(open_embedded_postgres(settings.data_dir))
        await migrate(database_url)
        database = await node.enter_async_context(open_database(database_url))
        bus = await _open_bus(node, settings)
        limiter = await _open_limiter(node, settings)

        # Who asks, and whether they may.
        sessions = AuthSessions(database, clock=time.monotonic)
        hashing = await node.enter_async_context(open_password_hashing())
        forwarded = Forwarded(
            trusted_proxies=settings.trusted_proxies, public_url=settings.public_url
        )
        gate = Gate(sessions, limiter=limiter, limits=_limits(settings), forwarded=forwarded)

        # What people prove themselves with.
        mail = await node.enter_async_context(
            open_mail(settings.smtp_url, sender=settings.mail_from, is_public=_is_public(settings))
        )
        site_url = _site_url(settings)
        addresses = EmailAddresses(database, mail=mail, site_url=site_url)
        passwords = await node.enter_async_context(
            open_password_changes(
                database, sessions=sessions, hashing=hashing, mail=mail, site_url=site_url
            )
        )
        sealing = Sealing(await site_secret(database, "second-factors"))
        factors = SecondFactors(database, sealing=sealing, clock=time.time)
        reauthentication = Reauthentication(database, hashing=hashing, factors=factors)

        # Rooms, the lives of their streams, documents, media.
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

        # People: what is stored of them beside rows, and how it goes.
        objects = open_objects(settings.object_store_url, data_dir=settings.data_dir)
        avatars = await node.enter_async_context(
            open_avatars(database, objects=objects, pictures=Pictures())
        )
        erasures = await node.enter_async_context(
            open_erasures(database, sessions=sessions, end_stream=broadcasts.end)
        )

        # Their edges.
        cursors = Cursors(await site_secret(database, "cursors"))
        await make_admins(database, settings.admins)
        accounts = Accounts(
            database,
            sessions=sessions,
            hashing=hashing,
            factors=factors,
            addresses=addresses,
            admins=settings.admins,
        )
        code_sessions = CodeSessionRoutes(
            database, announce=rooms.announce, access_changed=documents.access_changed
        )
        routes = [
            *AccountRoutes(accounts, gate=gate).routes(),
            *CredentialRoutes(
                database,
                passwords=passwords,
                addresses=addresses,
                reauthentication=reauthentication,
                gate=gate,
            ).routes(),
            *SecondFactorRoutes(factors, reauthentication=reauthentication, gate=gate).routes(),
            *SessionRoutes(database, sessions=sessions, cursors=cursors).routes(),
            *ProfileRoutes(database).routes(),
            *AvatarRoutes(avatars, gate=gate).routes(),
            *ErasureRoutes(erasures, reauthentication=reauthentication, gate=gate).routes(),
            *StreamRoutes(
                database, broadcasts=broadcasts, cursors=cursors, forwarded=forwarded
            ).routes(),
            *code_sessions.routes(),
            *SuggestionRoutes(database, cursors=cursors).routes(),
            *RoomRoutes(database).routes(),
        ]
        pages = Pages(STATIC, database=database, gate=gate)
        metrics = Metrics()
        metrics.watch("media", media.statistics)
        metrics.watch("rooms", rooms.live.statistics)
        app = build_app(routes, gate=gate, pages=pages, metrics=metrics)
        app.add_routes(PictureFiles(database, objects=objects).routes())
        add_media_routes(app, media, broadcasts, door=gate)
        DocumentSockets(documents, database, gate=gate).add_to(app)
        clients = await node.enter_async_context(
            open_socketio_edge(
                app,
                sessions,
                events=[*rooms.events, *suggestions.events()],
                door=gate,
                audience=rooms.live,
                bus=bus,
            )
        )

        # What one part tells another.
        broadcasts.on_ended(media.end_stream)
        sessions.on_session_ended(clients.end_session)
        sessions.on_session_ended(documents.end_session)

        tls = None
        if settings.tls_certificate is not None and settings.tls_key is not None:
            tls = tls_context(settings.tls_certificate, settings.tls_key)
        port = await node.enter_async_context(
            open_http(app, host=settings.host, port=settings.port, tls=tls)
        )
        scheme = "https" if tls else "http"
        sys.stdout.write(f"Vibecast is ready at {scheme}://localhost:{port}\n")
        sys.stdout.flush()
        await stopped.wait()


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


def _limits(settings: Settings) -> Limits:
    sign_ups = replace(Limits().sign_up_per_address, quota=settings.sign_ups_per_half_hour)
    return Limits(sign_up_per_address=sign_ups)


def _site_url(settings: Settings) -> str:
    """Return where letters lead."""
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
    )


def main() -> int:
    """Return the exit status; a start that cannot be is one line on standard error."""
    try:
        settings = read_settings(sys.argv[1:], os.environ)
        set_up_logs(settings.log_level)
        uvloop.run(serve(settings))
    except (SettingsError, DataFolderInUse, SchemaMismatch, VibecastError, OSError) as error:
        sys.stderr.write(f"vibecast: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
