"""Every address that a node serves has its row in a table of who gets what.

The API's rows stand in the tables of its parts, each held to what its own test serves; here their
union is held to the whole node. What is served beside the API has its rows here.
"""

from __future__ import annotations

import gzip
import re
from typing import Any

from aiohttp import web

from tests.edge import Client
from tests.service import (
    test_authorisation,
    test_channel_access,
    test_moderation_access,
    test_recognition_authorisation,
    test_video_access,
    test_writing_access,
)
from tests.site import Site

CALLERS = ("anonymous", "other", "owner", "moderator", "admin")
EVERYBODY = (200,) * 5
# What a private stream's owner alone comes near to; then the body, which is no SDP, is refused.
WATCHING = (404, 404, 415, 404, 404)

# The address, and what five callers get of it: about a private stream of the owner, and its code.
BESIDE = {
    ("GET", "/"): EVERYBODY,
    ("GET", "/signin"): EVERYBODY,
    ("GET", "/signup"): EVERYBODY,
    ("GET", "/reset-password"): EVERYBODY,
    ("GET", "/verify-email"): EVERYBODY,
    ("GET", "/settings"): EVERYBODY,
    ("GET", "/studio"): EVERYBODY,
    ("GET", "/posts"): EVERYBODY,
    ("GET", "/posts/{post_id}"): EVERYBODY,
    ("GET", "/tags/{name}"): EVERYBODY,
    ("GET", "/users/{username}"): EVERYBODY,
    ("GET", "/comments/{comment_id}"): EVERYBODY,
    ("GET", "/streams/{stream_id}/summary"): EVERYBODY,
    ("GET", "/videos"): EVERYBODY,
    ("GET", "/upload"): EVERYBODY,
    # There is none.
    ("GET", "/videos/{video_id}"): (404,) * 5,
    ("GET", "/challenges"): EVERYBODY,
    # There is none.
    ("GET", "/challenges/{challenge_id}"): (404,) * 5,
    ("GET", "/leaderboards"): EVERYBODY,
    ("GET", "/design"): EVERYBODY,
    ("GET", "/notifications"): EVERYBODY,
    # The app asks for what they show, and is told what one may see.
    ("GET", "/moderation"): EVERYBODY,
    ("GET", "/admin"): EVERYBODY,
    ("GET", "/removed"): EVERYBODY,
    ("GET", "/search"): EVERYBODY,
    ("GET", "/api/docs"): EVERYBODY,
    ("GET", "/run"): EVERYBODY,
    ("GET", "/offline"): EVERYBODY,
    ("GET", "/service-worker.js"): EVERYBODY,
    ("GET", "/api/v1/openapi.json"): EVERYBODY,
    ("GET", "/healthz"): EVERYBODY,
    ("GET", "/favicon.ico"): EVERYBODY,
    ("GET", "/static/{path}"): EVERYBODY,
    ("GET", "/streams/{stream_id}"): (404, 404, 200, 404, 404),
    ("GET", "/tags/{name}/feed.atom"): EVERYBODY,
    ("GET", "/users/{username}/feed.atom"): EVERYBODY,
    # Of a key that nobody was told.
    ("GET", "/media/avatars/{secret}"): (404,) * 5,
    ("GET", "/media/pictures/{secret}"): (404,) * 5,
    ("GET", "/media/videos/{secret}"): (404,) * 5,
    ("GET", "/media/thumbnails/{secret}"): (404,) * 5,
    # Of a stream that is not live, so there is none and none is taken; without a picture at all.
    ("GET", "/api/v1/streams/{stream_id}/snapshots"): EVERYBODY,
    ("POST", "/api/v1/streams/{stream_id}/snapshots"): (401, 415, 415, 415, 415),
    # Of a moment that was none.
    ("GET", "/media/snapshots/{stream_id}/{taken}"): (404,) * 5,
    # Asked from another address, through a proxy: see test_observing for the machine itself.
    ("GET", "/metrics"): (404, 404, 404, 404, 200),
    # A session's token does not say which stream it is.
    ("POST", "/whip"): (401,) * 5,
    ("POST", "/whip/{stream_id}"): (401, *WATCHING[1:]),
    ("POST", "/whep/{stream_id}"): WATCHING,
    # A browser's preflight brings no token and is answered; whoever brings one is also told of the
    # TURN servers, if it fits.
    ("OPTIONS", "/whip"): (200, 401, 401, 401, 401),
    ("OPTIONS", "/whip/{stream_id}"): (200, 404, 200, 404, 404),
    ("OPTIONS", "/whep/{stream_id}"): (200, 404, 200, 404, 404),
    ("GET", "/whip"): (204,) * 5,
    ("GET", "/whip/{stream_id}"): (204,) * 5,
    ("GET", "/whep/{stream_id}"): (204,) * 5,
    # Who knows the secret of a media session holds it; nobody does here.
    **{
        (method, f"/{kind}/sessions/{{secret}}"): status
        for kind in ("whip", "whep")
        for method, status in (
            ("PATCH", (404,) * 5),
            ("DELETE", (404,) * 5),
            ("GET", (404,) * 5),
            ("OPTIONS", (200,) * 5),
        )
    },
    **{
        (method, "/whep/sessions/{secret}/layer"): (404,) * 5
        for method in ("GET", "POST", "DELETE")
    },
    ("OPTIONS", "/whep/sessions/{secret}/layer"): (200,) * 5,
    ("POST", "/whep/sessions/{secret}/events"): (404,) * 5,
    ("OPTIONS", "/whep/sessions/{secret}/events"): (200,) * 5,
    ("GET", "/whep/sessions/{secret}/events/{stream}"): (404,) * 5,
    ("DELETE", "/whep/sessions/{secret}/events/{stream}"): (404,) * 5,
    ("OPTIONS", "/whep/sessions/{secret}/events/{stream}"): (200,) * 5,
    ("POST", "/whep/sessions/{secret}/playback"): (404,) * 5,
    ("OPTIONS", "/whep/sessions/{secret}/playback"): (200,) * 5,
    ("GET", "/api/v1/code-sessions/{code_session_id}/history/download"): (404, 404, 200, 404, 404),
    ("GET", "/api/v1/streams/{stream_id}/stage"): (404, 404, 200, 404, 404),
    # The owner is no guest of their own.
    ("PUT", "/api/v1/streams/{stream_id}/guests/{username}"): (401, 404, 422, 404, 404),
    ("DELETE", "/api/v1/streams/{stream_id}/guests/{username}"): (401, 404, 404, 404, 404),
    # Nobody publishes here, so the owner is told of nothing; see the studio's test in the browser.
    ("GET", "/api/v1/streams/{stream_id}/health"): (401, 404, 404, 404, 404),
    ("GET", "/api/v1/media"): (401, 403, 403, 403, 200),
    # Not upgraded to a WebSocket, which is seen after the right to read.
    ("GET", "/collab/{code_session_id}"): (404, 404, 400, 404, 404),
}
# Its own rules: events are authorised one by one, see test_chat, test_polls and test_connections.
SOCKETS = "/socket.io/"


def bare(path: str) -> str:
    """Return the address without the names and patterns of its words."""
    return re.sub(r"{[^}]*}", "{}", path.partition("?")[0])


def served(app: web.Application) -> set[tuple[str, str]]:
    return {
        (route.method, route.resource.canonical)
        for route in app.router.routes()
        if route.resource is not None and not route.resource.canonical.startswith(SOCKETS)
    }


async def test_every_address_has_its_row_and_every_row_its_address(whole_site: Site) -> None:
    tables = (
        test_authorisation.TABLE,
        test_writing_access.TABLE,
        test_recognition_authorisation.TABLE,
        test_moderation_access.TABLE,
        test_channel_access.TABLE,
        test_video_access.TABLE,
        BESIDE,
    )
    rows = {(method, bare(path)) for table in tables for method, path in table if method != "HEAD"}
    # aiohttp answers HEAD where there is a GET, with the same handler; uploads have one of theirs.
    addresses = {
        (method, bare(path)) for method, path in served(whole_site.app) if method != "HEAD"
    }
    assert addresses == rows


async def test_what_is_beside_the_api_serves_those_it_is_for(whole_site: Site) -> None:
    callers = await sign_everybody_up(whole_site)
    owner = callers["owner"]
    stream = await owner.ask("POST", "/api/v1/streams", {"title": "s", "visibility": "private"})
    code = await owner.ask(
        "POST",
        f"/api/v1/streams/{stream.body['id']}/code-sessions",
        {"title": "c", "language": "python"},
    )
    post = await owner.ask("POST", "/api/v1/posts", {"content": "#rust"})
    got, expected = {}, {}
    for (method, path), statuses in BESIDE.items():
        address = path.format(
            path="icon.svg",
            stream_id=stream.body["id"],
            code_session_id=code.body["id"],
            name="rust",
            username="owner",
            post_id=post.body["id"],
            comment_id="1",
            video_id="1",
            challenge_id="1",
            secret="none",
            taken="1",
            stream="none",
        )
        for caller, status in zip(CALLERS, statuses, strict=True):
            headers = {"X-Forwarded-For": "203.0.113.7"}
            answer = await callers[caller].ask(method, address, headers=headers)
            got[caller, method, path], expected[caller, method, path] = answer.status, status
    assert got == expected


async def sign_everybody_up(whole_site: Site) -> dict[str, Client]:
    callers = {"anonymous": whole_site.nobody}
    for name in CALLERS[1:]:
        role = name if name in ("moderator", "admin") else "member"
        callers[name] = await whole_site.person(name, role)
    return callers


async def described(whole_site: Site) -> dict[str, Any]:
    description: dict[str, Any] = (await whole_site.nobody.ask("GET", "/api/v1/openapi.json")).body
    return description


async def unsafe(whole_site: Site) -> list[tuple[str, str]]:
    """Return every route of the API that changes something, with an address that could be."""
    return [
        (method.upper(), re.sub(r"{[^}]*}", "1", path))
        for path, methods in (await described(whole_site))["paths"].items()
        for method in methods
        if method not in ("get", "head", "options")
    ]


async def test_no_route_takes_fields_that_it_does_not_name(whole_site: Site) -> None:
    description = await described(whole_site)
    schemas = description["components"]["schemas"]
    open_ended = set()
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            content = operation.get("requestBody", {}).get("content", {})
            reference = content.get("application/json", {}).get("schema", {}).get("$ref")
            if reference is None:
                continue
            if schemas[reference.rpartition("/")[2]].get("additionalProperties") is not False:
                open_ended.add((method, path))
    # A table from type to preference: its keys are the types.
    assert open_ended <= {("put", "/api/v1/notifications/preferences")}


async def test_what_is_made_links_to_what_can_be_asked_of_it(whole_site: Site) -> None:
    description = await described(whole_site)
    operations, links = {}, {}
    for path, methods in description["paths"].items():
        for operation in methods.values():
            operations[operation["operationId"]] = path
            for response in operation["responses"].values():
                for name, link in response.get("links", {}).items():
                    links[operation["operationId"], name] = link
    made = {maker for maker, _ in links}
    assert made >= {
        "post_posts",
        "post_posts_post_id_comments",
        "post_streams",
        "post_streams_stream_id_code_sessions",
        "post_reports",
    }
    ann = await whole_site.person("ann")
    post = (await ann.ask("POST", "/api/v1/posts", {"content": "hello"})).body
    for (maker, name), link in links.items():
        # A link is asked with nothing but what the answer and the request have told.
        names = set(re.findall(r"{(\w+)}", operations[link["operationId"]]))
        assert set(link["parameters"]) == names, (maker, name)
    parameters = links["post_posts", "get_posts_post_id"]["parameters"]
    assert parameters == {"post_id": "$response.body#/id"}
    assert (await ann.ask("GET", f"/api/v1/posts/{post['id']}")).status == 200


async def test_no_route_inflates_a_body(whole_site: Site) -> None:
    admin = (await sign_everybody_up(whole_site))["admin"]
    headers = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
    taken = {}
    for method, path in await unsafe(whole_site):
        # Each would be inflated by the server's library if somebody asked for the body.
        answer = await admin.ask(method, path, headers=headers, data=gzip.compress(b"{}"))
        if answer.status != 415:
            taken[method, path] = answer
    assert taken == {}


async def test_no_route_is_open_to_other_sites(whole_site: Site) -> None:
    admin = (await sign_everybody_up(whole_site))["admin"]
    answered = {}
    for site_name in ("cross-site", "same-site"):
        for method, path in await unsafe(whole_site):
            answer = await admin.ask(method, path, headers={"Sec-Fetch-Site": site_name})
            if (answer.status, answer.body["code"]) != (403, "cross-site"):
                answered[method, path] = answer
    assert answered == {}


async def test_database_gives_up_what_takes_too_long(whole_site: Site) -> None:
    settings = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
    got = [await whole_site.database.fetchval(f"SHOW {name}") for name in settings]
    assert got == ["5s", "2s", "10s"]
