"""Who may call what of moderation. A route that is not in the table fails the test."""

from __future__ import annotations

import itertools
from urllib.parse import quote

import pytest

from server.routing import shape_of
from tests.edge import Client
from tests.moderation import Moderated
from tests.service.test_hostile_values import HOSTILE
from tests.writing import post

CALLERS = ("anonymous", "member", "owner", "moderator", "admin")
REPORT = "/api/v1/moderation/reports"
REMOVAL = "/api/v1/moderation/removals/{kind}/{subject_id}"
MINE = "/api/v1/users/me/removals/{kind}/{subject_id}"
USER = "/api/v1/users/{username}"
REASON = {"reason": "x"}

MODERATORS = (401, 403, 403, 200, 200)
MODERATORS_DO = (401, 403, 403, 204, 204)
ADMINS = (401, 403, 403, 403, 200)

# The owner is whose post was reported.
TABLE = {
    ("POST", "/api/v1/reports"): (
        {"subject_type": "post", "subject_id": "{subject_id}", "reason": "x"},
        (401, 201, 422, 201, 201),
    ),
    ("GET", REPORT): (None, MODERATORS),
    ("GET", REPORT + "/{report_id}"): (None, MODERATORS),
    ("POST", REPORT + "/{report_id}/resolution"): ({"action": "dismiss"}, MODERATORS),
    ("PUT", REMOVAL): (REASON, MODERATORS_DO),
    ("DELETE", REMOVAL): (None, MODERATORS_DO),
    ("PUT", USER + "/suspension"): (REASON, MODERATORS),
    ("DELETE", USER + "/suspension"): (None, MODERATORS_DO),
    ("PUT", USER + "/role"): ({"role": "member"}, ADMINS),
    ("GET", "/api/v1/moderation/log"): (None, MODERATORS),
    ("GET", "/api/v1/moderation/queue"): (None, MODERATORS),
    ("GET", "/api/v1/moderation/appeals"): (None, MODERATORS),
    # Nothing of anybody's was taken away at the moment, so there is nothing to object to.
    ("POST", REMOVAL + "/uphold"): ({"note": "x"}, (401, 403, 403, 404, 404)),
    ("GET", "/api/v1/users/me/removals"): (None, (401, 200, 200, 200, 200)),
    ("GET", MINE): (None, (401, 404, 404, 404, 404)),
    ("PUT", MINE + "/appeal"): ({"text": "x"}, (401, 404, 404, 404, 404)),
    ("GET", "/api/v1/admin/accounts"): (None, ADMINS),
    ("GET", "/api/v1/admin/figures"): (None, ADMINS),
}


def test_every_route_has_its_row_and_every_row_its_route(moderated: Moderated) -> None:
    assert {(route.method, route.path) for route in moderated.routes} == set(TABLE)


@pytest.mark.parametrize("caller", CALLERS)
async def test_routes_serve_those_they_are_for(moderated: Moderated, caller: str) -> None:
    owner, reporter = await moderated.person("owner"), await moderated.person("reporter")
    await moderated.person("target")
    asking: Client = moderated.writing.edge.nobody
    if caller == "owner":
        asking = owner
    elif caller != "anonymous":
        asking = await moderated.person("caller", caller)
    post_id = (await post(owner))["id"]
    report_id = await moderated.report(reporter, "post", post_id)
    got, expected = {}, {}
    for (method, path), (body, statuses) in TABLE.items():
        address = path.format(
            report_id=report_id, kind="post", subject_id=post_id, username="target"
        )
        sent = {**body, "subject_id": post_id} if body and "subject_id" in body else body
        got[method, path] = (await asking.ask(method, address, sent)).status
        expected[method, path] = statuses[CALLERS.index(caller)]
    assert got == expected


async def test_no_value_makes_a_route_fail(moderated: Moderated) -> None:
    admin, owner = await moderated.person("root", "admin"), await moderated.person("owner")
    post_id = (await post(owner))["id"]
    words = {
        "report_id": await moderated.report(admin, "post", post_id),
        "kind": "post",
        "subject_id": post_id,
        "username": "owner",
    }
    failed = []
    for route in moderated.routes:
        description = (await admin.ask("GET", "/api/v1/openapi.json")).body["paths"]
        documented = set(description[route.path][route.method.lower()]["responses"])
        asked: list[tuple[str, object]] = []
        texts = [quote(v[:1000], safe="", errors="replace") for v in HOSTILE if isinstance(v, str)]
        body, query = TABLE[route.method, route.path][0], shape_of(route).query
        for name, text in itertools.product(words, filter(None, texts)):
            if "{" + name + "}" in route.path:
                asked.append((route.path.format(**{**words, name: text}), body))
        for name, text in itertools.product(query.model_fields if query else (), texts):
            asked.append((f"{route.path.format(**words)}?{name}={text}", None))
        for name, value in itertools.product(body or {}, HOSTILE):
            asked.append((route.path.format(**words), {**(body or {}), name: value}))
        for path, sent in asked:
            answer = await admin.ask(route.method, path, sent)
            if str(answer.status) not in documented:
                failed.append((route.method, path, sent, answer))
    assert failed == []
