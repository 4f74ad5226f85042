"""What stands in the app's page before the app: what a person reads first, as the app will show it,
so that it is there before any script, and answers of the API that the app would ask for at once.
Everything is escaped here.
"""

from __future__ import annotations

import html
import json
import re

from pydantic import BaseModel

from persistence.streams import Stream

_PLACE = "<!-- first content -->"
_HOME_KEYS = ("watchSoftwareBeingWritten", "liveCodingWithChat")
_ROOM_CHARS = 280


def with_first_content(page: str, content: str) -> str:
    """Return the app's page with `content` until the app is there."""
    return page.replace(_PLACE, content, 1)


def home_content(words: str) -> str:
    """Return what a stranger reads first (view/pages/home-lead.js), from the words of home."""
    title, text = (html.escape(_word(words, key)) for key in _HOME_KEYS)
    lead = f'<div class="lead-text"><h1>{title}</h1><p>{text}</p></div>'
    return f'<main class="page home"><div class="home-lead">{lead}</div></main>'


def room_content(stream: Stream, *, has_code: bool) -> str:
    """Return a room before it is entered (view/pages/room.js): its place for the picture, what it
    is called and about, and whose it is."""
    title, streamer = html.escape(stream.title), html.escape(stream.username)
    about = html.escape((stream.description or "")[:_ROOM_CHARS])
    cover = (
        '<div class="player"><video></video><div class="player-cover">'
        f'<p class="player-cover-title">{title}</p><p class="player-cover-text">{about}</p>'
        "</div></div>"
    )
    head = (
        f'<header class="room-head"><div class="room-lines"><h1 class="room-title">{title}</h1>'
        f'<p class="room-meta soft"><span class="room-who">{streamer}</span></p></div></header>'
    )
    code = "some" if has_code else "none"
    room = f'<div class="room" data-code="{code}">{cover}{head}</div>'
    return f'<main><div class="room-page">{room}</div></main>'


def sent_along(path: str, body: BaseModel) -> str:
    """Return an answer of the API for the app to find (static/app/wire/sent-along.js)."""
    text = body.model_dump_json().replace("<", "\\u003c")
    return f'<script type="application/json" data-answer="{html.escape(path)}">{text}</script>'


def _word(words: str, key: str) -> str:
    found = re.search(rf'\b{key}:\s*("(?:[^"\\]|\\.)*")', words)
    return str(json.loads(found[1])) if found else ""
