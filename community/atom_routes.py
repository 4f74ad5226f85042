"""The Atom feeds of tags and people: what a feed reader asks for, again and again.

Not in the OpenAPI table: these are files for feed readers, at addresses beside the pages.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from urllib.parse import quote

from aiohttp import hdrs, web

from community.atom import MEDIA_TYPE, atom_feed, changed_at
from community.markdown import tag_name
from community.texts import Texts
from errors import NotFound
from persistence.database import Database
from persistence.feeds import posts_by_person, posts_by_tag
from persistence.posts import posts_by_ids
from persistence.tags import tag_by_name
from persistence.users import user_by_username
from server.gate import Access, Gate
from server.paging import Start
from server.wire import USERNAME_PATTERN

POSTS = 30
# Readers that ask more often than this get what a cache in between has.
FRESH_S = 60


class AtomRoutes:
    """Serves `/tags/{name}/feed.atom` and `/users/{username}/feed.atom`."""

    def __init__(self, database: Database, *, texts: Texts, gate: Gate) -> None:
        self._database = database
        self._texts = texts
        self._gate = gate

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return the routes, as aiohttp takes them."""
        return [
            web.get("/tags/{name}/feed.atom", self._by_tag),
            web.get("/users/{username}/feed.atom", self._by_person),
        ]

    async def _by_tag(self, request: web.Request) -> web.Response:
        await self._gate.admit(request, Access.UNASKED)
        name = tag_name(request.match_info["name"])
        tag = await tag_by_name(self._database, name, reader_id=None) if name else None
        if tag is None:
            raise NotFound()
        ids = await posts_by_tag(self._database, tag.id, reader_id=None, start=Start(None, POSTS))
        page = f"/tags/{quote(tag.name, safe='+')}"
        return await self._answer(
            request, ids, title=f"#{tag.name}", page=page, began_at=tag.created_at
        )

    async def _by_person(self, request: web.Request) -> web.Response:
        await self._gate.admit(request, Access.UNASKED)
        username = request.match_info["username"]
        named = re.fullmatch(USERNAME_PATTERN, username)
        person = await user_by_username(self._database, username) if named else None
        if person is None:
            raise NotFound()
        ids = await posts_by_person(
            self._database, person.id, reader_id=None, start=Start(None, POSTS)
        )
        return await self._answer(
            request,
            ids,
            title=person.username,
            page=f"/users/{person.username}",
            began_at=person.created_at,
        )

    async def _answer(
        self,
        request: web.Request,
        ids: Sequence[int],
        *,
        title: str,
        page: str,
        began_at: datetime,
    ) -> web.Response:
        posts = await posts_by_ids(self._database, ids, reader_id=None)
        posts = await self._texts.current_posts(posts)
        base_url = self._gate.forwarded.base_url(request)
        body = atom_feed(
            posts,
            title=title,
            page_url=base_url + page,
            feed_url=f"{base_url}{page}/feed.atom",
            base_url=base_url,
            began_at=began_at,
        )
        return _conditional(request, body, max(map(changed_at, posts), default=began_at))


def _conditional(request: web.Request, body: bytes, changed: datetime) -> web.Response:
    """Answer with the feed, or with 304 to a reader that has it. The tag decides where one is
    given; the date is for readers that know no tags, and a deleted post does not move it."""
    tag = hashlib.sha256(body).hexdigest()[:16]
    headers = {
        hdrs.ETAG: f'"{tag}"',
        hdrs.LAST_MODIFIED: format_datetime(changed.astimezone(UTC), usegmt=True),
        hdrs.CACHE_CONTROL: f"public, max-age={FRESH_S}",
    }
    if request.if_none_match is not None:
        has_it = any(known.value in (tag, "*") for known in request.if_none_match)
    else:
        since = request.if_modified_since
        has_it = since is not None and changed.replace(microsecond=0) <= since
    if has_it:
        return web.Response(status=304, headers=headers)
    return web.Response(
        body=body, headers=headers | {hdrs.CONTENT_TYPE: f"{MEDIA_TYPE}; charset=utf-8"}
    )
