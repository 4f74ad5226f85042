"""Everything that is live on a node, put together: rooms, the lives of their streams, stages,
documents and media. `open_live` owns their tasks and closes them.
"""

from __future__ import annotations

import functools
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from aiohttp import web

from collab.documents import Documents, open_documents
from collab.downloads import Downloads
from collab.history_routes import HistoryRoutes
from collab.past import Pasts
from collab.routes import DocumentSockets
from collab.suggestion_events import SuggestionEvents, open_suggestions
from collab.suggestion_routes import SuggestionRoutes
from collab.version_routes import VersionRoutes
from media.node import MediaNode, open_media
from media.ports import MediaOptions
from media.routes import add_media_routes
from node.ground import Ground
from persistence.history import HistoryStore
from persistence.notifications import Notifications
from persistence.streams import flush_viewers
from rooms.broadcasts import Broadcasts, open_broadcasts
from rooms.channel_routes import ChannelRoutes
from rooms.channels import Channels
from rooms.clearing_routes import ClearingRoutes
from rooms.clearings import Clearings
from rooms.people_routes import PeopleRoutes
from rooms.question_routes import QuestionRoutes
from rooms.rooms import RoomsPart, open_rooms
from rooms.routes import RoomRoutes
from rooms.site_term_routes import SiteTermRoutes
from rooms.stage_routes import StageRoutes
from rooms.stages import Stages, open_stages
from rooms.user_outlets import UserOutlets
from server.code_session_routes import CodeSessionRoutes
from server.media_metrics import MediaNumbers
from server.metrics import Metrics
from server.routing import Route
from server.stream_health_routes import StreamHealthRoutes
from server.stream_routes import StreamRoutes
from server.stream_summary_routes import StreamSummaryRoutes


@dataclass(frozen=True, slots=True)
class LivePart:
    """What is live, and what it serves."""

    ground: Ground
    rooms: RoomsPart
    broadcasts: Broadcasts
    documents: Documents
    pasts: Pasts
    suggestions: SuggestionEvents
    media: MediaNode
    outlets: UserOutlets
    """The Socket.IO edge's audience, and the way to one person."""
    stages: Stages

    def routes(self) -> list[Route]:
        """Return the addresses of the API."""
        return [*_stream_routes(self), *_code_routes(self), *_room_routes(self)]

    def add_to(self, app: web.Application) -> None:
        """Serve what is no address of the API: WHIP, WHEP, the documents' sockets and files."""
        database, gate = self.ground.database, self.ground.gate
        add_media_routes(app, self.media, self.broadcasts, door=gate)
        DocumentSockets(self.documents, database, gate=gate).add_to(app)
        app.add_routes(Downloads(database, pasts=self.pasts, gate=gate).routes())

    def show_in(self, metrics: Metrics) -> None:
        """Have the numbers of media and rooms read with the others."""
        metrics.watch("media", self.media.statistics)
        metrics.registry.register(MediaNumbers(self.media))
        metrics.watch("rooms", self.rooms.live.statistics)


@asynccontextmanager
async def open_live(
    ground: Ground, *, media: MediaOptions, grace_s: float
) -> AsyncIterator[LivePart]:
    """Run what is live for the length of the block."""
    database, bus, sessions = ground.database, ground.bus, ground.sessions
    async with AsyncExitStack() as stack:
        rooms = await stack.enter_async_context(
            open_rooms(database, bus=bus, flush_viewers=functools.partial(flush_viewers, database))
        )
        broadcasts = await stack.enter_async_context(
            open_broadcasts(
                database,
                node_id=uuid.uuid4(),
                identities=sessions,
                announce=rooms.announce,
                bus=bus,
                grace_s=grace_s,
            )
        )
        documents = await stack.enter_async_context(
            open_documents(database, bus=bus, identities=sessions)
        )
        suggestions = await stack.enter_async_context(
            open_suggestions(database, documents, announce=rooms.announce)
        )
        media_node = await stack.enter_async_context(open_media(media, broadcasts))
        outlets = UserOutlets(rooms.live, bus=bus)
        stack.callback(outlets.hear_others().close)
        stages = await stack.enter_async_context(
            open_stages(
                database,
                announce=rooms.announce,
                tell_user=outlets.tell,
                notifications=Notifications(database),
                bus=bus,
            )
        )
        live = LivePart(
            ground,
            rooms,
            broadcasts,
            documents,
            Pasts(HistoryStore(database)),
            suggestions,
            media_node,
            outlets,
            stages,
        )
        _introduce(live)
        yield live


def _introduce(live: LivePart) -> None:
    """Have one part tell another what happens in it."""
    live.broadcasts.on_ended(live.media.end_stream)
    live.broadcasts.on_displaced(live.media.end_slot)
    live.broadcasts.on_live(live.rooms.news.went_live)
    live.stages.on_left(live.media.end_guest)
    live.stages.on_login_ended(live.media.end_login)
    live.suggestions.on_taken(live.rooms.news.suggestion_accepted)
    live.rooms.houses.on_access_changed(live.documents.access_changed)
    live.rooms.houses.on_banned(live.stages.look_at)
    live.ground.sessions.on_session_ended(live.stages.end_login)
    live.ground.sessions.on_session_ended(live.documents.end_session)


def _stream_routes(live: LivePart) -> list[Route]:
    database, gate = live.ground.database, live.ground.gate
    streams = StreamRoutes(
        database,
        broadcasts=live.broadcasts,
        cursors=live.ground.cursors,
        forwarded=live.ground.forwarded,
    )
    return [
        *streams.routes(),
        *StreamHealthRoutes(database, live.media).routes(),
        *StreamSummaryRoutes(database).routes(),
        *StageRoutes(database, stages=live.stages, gate=gate).routes(),
    ]


def _code_routes(live: LivePart) -> list[Route]:
    database, cursors = live.ground.database, live.ground.cursors
    sessions = CodeSessionRoutes(
        database, announce=live.rooms.announce, access_changed=live.documents.access_changed
    )
    history = HistoryRoutes(database, documents=live.documents, pasts=live.pasts, cursors=cursors)
    return [
        *sessions.routes(),
        *SuggestionRoutes(database, cursors=cursors).routes(),
        *history.routes(),
        *VersionRoutes(database, pasts=live.pasts).routes(),
    ]


def _room_routes(live: LivePart) -> list[Route]:
    database, cursors = live.ground.database, live.ground.cursors
    rooms, houses = live.rooms.live, live.rooms.houses
    channels = Channels(database, houses=houses)
    clearings = Clearings(
        database, channels=channels, rooms=rooms, commits=live.rooms.commits, houses=houses
    )
    return [
        *RoomRoutes(database).routes(),
        *QuestionRoutes(database, cursors=cursors).routes(),
        *PeopleRoutes(database, rooms=rooms, cursors=cursors).routes(),
        *ChannelRoutes(database, channels=channels, cursors=cursors).routes(),
        *SiteTermRoutes(database, houses=houses).routes(),
        *ClearingRoutes(database, clearings=clearings, cursors=cursors).routes(),
    ]
