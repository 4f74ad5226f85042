"""How the community is kept decent, put together: reports, the queue, decisions, appeals, roles."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from community.admin_routes import AdminRoutes
from community.moderation import Moderation
from community.moderation_routes import ModerationRoutes
from community.parts import Commons, Outside, Part
from community.queue_routes import QueueRoutes
from community.removal_routes import RemovalRoutes
from community.report_routes import ReportRoutes


def moderating(commons: Commons, outside: Outside, *, clock: Callable[[], datetime]) -> Part:
    """Put together what moderators and admins do. It has no tasks."""
    database, cursors = commons.database, commons.cursors
    moderation = Moderation(
        database,
        sessions=outside.sessions,
        end_stream=outside.end_stream,
        announce=outside.announce,
        touch_boards=commons.leaderboards.touch,
        notifications=commons.notifications,
        inbox=commons.inbox,
        look_at_stages=outside.look_at_stages,
    )
    decisions = ModerationRoutes(database, moderation=moderation, cursors=cursors, clock=clock)
    return Part(
        routes=[
            *ReportRoutes(database, gate=commons.gate).routes(),
            *RemovalRoutes(database, cursors=cursors).routes(),
            *QueueRoutes(database, moderation=moderation, cursors=cursors).routes(),
            *decisions.routes(),
            *AdminRoutes(database, cursors=cursors).routes(),
        ]
    )
