"""Who may call what: every route, asked by nobody in particular, by somebody else and by the owner.

A route that is not in the table fails the test, so nobody adds one without saying whose it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from tests.edge import PASSWORD, Client, Edge

SIGN_UP = {"username": "new_user", "email": "new@mail.example", "password": PASSWORD}
SIGN_IN = {"login": "owner", "password": PASSWORD}
CODE = {"title": "a", "language": "python"}
ONE = "/api/v1/streams/{stream_id}"
ME = "/api/v1/users/me"
PERSON = "/api/v1/users/{username}"
SESSION = "/api/v1/code-sessions/{code_session_id}"


@dataclass(frozen=True)
class Row:
    """What three callers get of a route about a public stream and about a private one."""

    body: Any
    public: tuple[int, int, int]
    """Anonymous, another user, the owner."""
    private: tuple[int, int, int]


def same(body: Any, anonymous: int, signed_in: int) -> Row:
    """Return the row of a route that is everybody's own."""
    got = (anonymous, signed_in, signed_in)
    return Row(body, got, got)


TABLE = {
    ("POST", "/api/v1/users"): Row(SIGN_UP, (201, 201, 201), (201, 201, 201)),
    ("POST", "/api/v1/sessions"): Row(SIGN_IN, (201, 201, 201), (201, 201, 201)),
    ("DELETE", "/api/v1/sessions/current"): Row(None, (401, 204, 204), (401, 204, 204)),
    ("POST", "/api/v1/sessions/second-factor"): same({"challenge": "x", "otp": "x"}, 400, 400),
    ("GET", ME): same(None, 401, 200),
    ("PATCH", ME): same({}, 401, 428),
    ("DELETE", ME): same({"password": "x", "content": "keep"}, 401, 403),
    ("PUT", ME + "/password"): same({"current_password": "x", "password": "x"}, 401, 403),
    ("PUT", ME + "/email"): same({"password": "x", "email": "x@mail.example"}, 401, 403),
    ("POST", ME + "/email/verification"): same(None, 401, 202),
    ("PUT", ME + "/avatar"): same({}, 401, 415),
    ("DELETE", ME + "/avatar"): same(None, 401, 204),
    ("GET", ME + "/sessions"): same(None, 401, 200),
    ("DELETE", ME + "/sessions"): same(None, 401, 204),
    # The session of the owner, which only the owner ends: see _things.
    ("DELETE", ME + "/sessions/{auth_session_id}"): Row(None, (401, 404, 204), (401, 404, 204)),
    ("GET", ME + "/second-factor"): same(None, 401, 200),
    ("POST", ME + "/second-factor"): same({"password": "x"}, 401, 403),
    ("DELETE", ME + "/second-factor"): same({"password": "x"}, 401, 403),
    ("POST", ME + "/second-factor/confirm"): same({"otp": "x"}, 401, 409),
    ("POST", ME + "/second-factor/recovery-codes"): same({"password": "x"}, 401, 403),
    ("GET", ME + "/blocks"): same(None, 401, 200),
    ("GET", ME + "/mutes"): same(None, 401, 200),
    ("POST", "/api/v1/password-resets"): same({"login": "owner"}, 202, 202),
    ("POST", "/api/v1/password-resets/redeem"): same({"token": "x", "password": "x"}, 400, 400),
    ("POST", "/api/v1/email-verifications/redeem"): same({"token": "x"}, 400, 400),
    ("GET", PERSON): same(None, 200, 200),
    ("GET", PERSON + "/followers"): same(None, 200, 200),
    ("GET", PERSON + "/following"): same(None, 200, 200),
    # About the other: one does not follow oneself.
    ("PUT", PERSON + "/follow"): Row(None, (401, 422, 204), (401, 422, 204)),
    ("DELETE", PERSON + "/follow"): Row(None, (401, 422, 204), (401, 422, 204)),
    ("PUT", PERSON + "/mute"): Row(None, (401, 422, 204), (401, 422, 204)),
    ("DELETE", PERSON + "/mute"): same(None, 401, 204),
    ("PUT", PERSON + "/block"): Row(None, (401, 422, 204), (401, 422, 204)),
    ("DELETE", PERSON + "/block"): same(None, 401, 204),
    ("GET", "/api/v1/streams"): Row(None, (200, 200, 200), (200, 200, 200)),
    ("POST", "/api/v1/streams"): Row({"title": "a"}, (401, 201, 201), (401, 201, 201)),
    ("GET", ONE): Row(None, (200, 200, 200), (404, 404, 200)),
    ("POST", ONE + "/end"): Row(None, (401, 403, 200), (401, 404, 200)),
    ("GET", ONE + "/summary"): Row(None, (401, 403, 200), (401, 404, 200)),
    ("POST", ONE + "/stream-key"): Row(None, (401, 403, 200), (401, 404, 200)),
    ("POST", ONE + "/code-sessions"): Row(CODE, (401, 403, 201), (401, 404, 201)),
    ("GET", SESSION): Row(None, (200, 200, 200), (404, 404, 200)),
    ("PATCH", SESSION): Row({"title": "b"}, (401, 403, 200), (401, 404, 200)),
    ("DELETE", SESSION): Row(None, (401, 403, 204), (401, 404, 204)),
    ("PUT", SESSION + "/collaborators/{username}"): Row(None, (401, 403, 204), (401, 404, 204)),
    ("DELETE", SESSION + "/collaborators/{username}"): Row(None, (401, 403, 204), (401, 404, 204)),
    ("POST", SESSION + "/tickets"): Row(None, (201, 201, 201), (404, 404, 201)),
    ("GET", SESSION + "/suggestions"): Row(None, (200, 200, 200), (404, 404, 200)),
    ("GET", SESSION + "/history"): Row(None, (200, 200, 200), (404, 404, 200)),
    ("GET", SESSION + "/history/timeline"): Row(None, (200, 200, 200), (404, 404, 200)),
    ("GET", SESSION + "/history/text"): Row(None, (200, 200, 200), (404, 404, 200)),
    ("GET", SESSION + "/history/blame"): Row(None, (200, 200, 200), (404, 404, 200)),
    ("GET", SESSION + "/history/diff"): Row(None, (200, 200, 200), (404, 404, 200)),
    ("POST", SESSION + "/history/restore"): Row({"at": "0"}, (401, 403, 200), (401, 404, 200)),
    ("GET", SESSION + "/versions"): Row(None, (200, 200, 200), (404, 404, 200)),
    ("POST", SESSION + "/versions"): Row({"name": "a"}, (401, 403, 201), (401, 404, 201)),
    ("GET", SESSION + "/versions/{version_id}"): Row(None, (200, 200, 200), (404, 404, 200)),
    ("DELETE", SESSION + "/versions/{version_id}"): Row(None, (401, 403, 204), (401, 404, 204)),
    ("GET", ONE + "/messages"): Row(None, (200, 200, 200), (404, 404, 200)),
    ("GET", ONE + "/polls"): Row(None, (200, 200, 200), (404, 404, 200)),
}


def test_every_route_has_its_row_and_every_row_its_route(route_names: set[tuple[str, str]]) -> None:
    assert route_names == set(TABLE)


@pytest.fixture
def route_names(edge: Edge) -> set[tuple[str, str]]:
    return {(route.method, route.path) for route in edge.routes}


@pytest.mark.parametrize("visibility", ["public", "private"])
@pytest.mark.parametrize("caller", ["anonymous", "other", "owner"])
async def test_routes_serve_those_they_are_for(edge: Edge, caller: str, visibility: str) -> None:
    owner, other = await edge.person("owner"), await edge.person("other")
    who = ("anonymous", "other", "owner").index(caller)
    got, expected = {}, {}
    # Signing out comes last: it would end the session that the others need.
    for method, path in sorted(TABLE, key=lambda name: "current" in name[1]):
        row = TABLE[method, path]
        stream_id, session_id = await _things(owner, visibility)
        version = await owner.ask(
            "POST", SESSION.format(code_session_id=session_id) + "/versions", {"name": "a"}
        )
        address = path.format(
            stream_id=stream_id,
            code_session_id=session_id,
            version_id=version.body["id"],
            auth_session_id=await _another_session(owner),
            username="other",
        )
        person = (edge.nobody, other, owner)[who]
        answer = await person.ask(method, address, row.body)
        got[method, path] = answer.status
        expected[method, path] = (row.public if visibility == "public" else row.private)[who]
        if path == "/api/v1/users" and answer.status == 201:
            await edge.database.execute("DELETE FROM users WHERE username = 'new_user'")
        await owner.ask("POST", f"/api/v1/streams/{stream_id}/end")
    assert got == expected


async def _another_session(owner: Client) -> str:
    await owner.ask("POST", "/api/v1/sessions", SIGN_IN)
    listed = (await owner.ask("GET", ME + "/sessions")).body["items"]
    (newest, *_) = [item["id"] for item in listed if not item["is_current"]]
    assert isinstance(newest, str)
    return newest


async def _things(owner: Client, visibility: str) -> tuple[str, str]:
    stream = await owner.ask("POST", "/api/v1/streams", {"title": "a", "visibility": visibility})
    session = await owner.ask("POST", f"/api/v1/streams/{stream.body['id']}/code-sessions", CODE)
    return stream.body["id"], session.body["id"]
