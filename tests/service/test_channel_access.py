"""Who may call what of a channel: every route, asked by everybody there is."""

from __future__ import annotations

from typing import Any

import pytest

from tests.channels import Staffed

STREAM = "/api/v1/streams/{stream_id}"
ONE = "/api/v1/channels/{username}"
SITE_TERMS = "/api/v1/admin/blocked-terms"
RULES = {
    "slow_mode_s": 0,
    "followers_only_minutes": None,
    "signed_in_only": False,
    "unique_messages": False,
    "links_allowed": True,
    "delay_s": 0,
}

# What is sent, and what five callers get: nobody in particular, a viewer, a moderator of the
# channel, its streamer, a moderator of the site.
TABLE: dict[tuple[str, str], tuple[Any, tuple[int, int, int, int, int]]] = {
    ("GET", ONE + "/rules"): (None, (200, 200, 200, 200, 200)),
    ("PUT", ONE + "/rules"): (RULES, (401, 403, 200, 200, 200)),
    ("GET", ONE + "/terms"): (None, (401, 403, 200, 200, 200)),
    ("POST", ONE + "/terms"): ({"term": "a"}, (401, 403, 201, 201, 201)),
    ("DELETE", ONE + "/terms/{term_id}"): (None, (401, 403, 204, 204, 204)),
    ("GET", ONE + "/moderators"): (None, (200, 200, 200, 200, 200)),
    ("PUT", ONE + "/moderators/{moderator}"): (None, (401, 403, 403, 204, 403)),
    ("DELETE", ONE + "/moderators/{moderator}"): (None, (401, 403, 403, 204, 403)),
    ("GET", ONE + "/bans"): (None, (401, 403, 200, 200, 200)),
    ("PUT", ONE + "/bans/{banned}"): ({}, (401, 403, 200, 200, 200)),
    ("DELETE", ONE + "/bans/{banned}"): (None, (401, 403, 204, 204, 204)),
    ("GET", ONE + "/log"): (None, (401, 403, 200, 200, 200)),
    # For admins, of which there is none among these.
    ("GET", SITE_TERMS): (None, (401, 403, 403, 403, 403)),
    ("POST", SITE_TERMS): ({"term": "a"}, (401, 403, 403, 403, 403)),
    ("DELETE", SITE_TERMS + "/{term_id}"): (None, (401, 403, 403, 403, 403)),
    ("GET", STREAM + "/people"): (None, (200, 200, 200, 200, 200)),
    ("GET", STREAM + "/questions"): (None, (200, 200, 200, 200, 200)),
    ("POST", STREAM + "/clearings"): ({}, (401, 403, 201, 201, 201)),
    ("DELETE", STREAM + "/clearings/{clearing_id}"): (None, (401, 403, 204, 204, 204)),
    ("GET", STREAM + "/held-messages"): (None, (401, 403, 200, 200, 200)),
    # There is none.
    ("POST", STREAM + "/held-messages/{held_id}/review"): (
        {"approve": True},
        (401, 403, 404, 404, 404),
    ),
}
CALLERS = ("anonymous", "viewer", "moderator", "streamer", "site")


def test_every_route_has_its_row_and_every_row_its_route(staffed: Staffed) -> None:
    assert {(route.method, route.path) for route in staffed.routes} == set(TABLE)


@pytest.mark.parametrize("caller", CALLERS)
async def test_routes_serve_those_they_are_for(staffed: Staffed, caller: str) -> None:
    site = await staffed.edge.person("site")
    await staffed.database.execute("UPDATE users SET role = 'moderator' WHERE username = 'site'")
    staffed.edge.sessions.reread(int(site.user_id))
    await staffed.edge.person("troll")
    people = (staffed.edge.nobody, staffed.viewer, staffed.moderator, staffed.owner, site)
    who = CALLERS.index(caller)
    got, expected = {}, {}
    for (method, path), (body, statuses) in TABLE.items():
        term = await staffed.ask(staffed.owner, "POST", "/terms", {"term": "mine"})
        if path.endswith("{banned}") and method == "DELETE":
            await staffed.ask(staffed.owner, "PUT", "/bans/troll", {})
        cleared = await staffed.owner.ask(
            "POST", f"/api/v1/streams/{staffed.stream_id}/clearings", {}
        )
        address = path.format(
            username="ann",
            term_id=term.body["id"],
            moderator="bob",
            banned="troll",
            stream_id=staffed.stream_id,
            clearing_id=cleared.body["id"],
            held_id="1",
        )
        got[method, path] = (await people[who].ask(method, address, body)).status
        expected[method, path] = statuses[who]
    assert got == expected


async def test_channel_of_nobody_is_not_found(staffed: Staffed) -> None:
    for path in ("/rules", "/moderators", "/bans", "/terms", "/log"):
        answer = await staffed.owner.ask("GET", f"/api/v1/channels/no_such_user{path}")
        assert answer.status == 404
