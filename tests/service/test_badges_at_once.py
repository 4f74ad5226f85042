"""Badges on a whole node: what deserves one is noticed when it happens, not minutes later."""

from __future__ import annotations

import asyncio

from tests.edge import Client
from tests.people import add_people
from tests.site import Site

WAIT_S = 10.0


async def wait_badge(person: Client, name: str) -> None:
    async with asyncio.timeout(WAIT_S):
        while True:
            answer = await person.ask("GET", f"/api/v1/users/{person.username}/badges")
            if name in [badge["name"] for badge in answer.body["items"]]:
                return


async def test_first_post_and_hundredth_follower_are_rewarded_at_once(whole_site: Site) -> None:
    ann, bob = await whole_site.person("ann"), await whole_site.person("bob")
    fans = await add_people(whole_site.database, 99)
    await whole_site.database.execute(
        "INSERT INTO followers SELECT id, $2 FROM unnest($1::bigint[]) AS id",
        fans,
        int(ann.user_id),
    )
    await ann.ask("POST", "/api/v1/posts", {"content": "hello"})
    await wait_badge(ann, "First words")
    await bob.ask("PUT", "/api/v1/users/ann/follow")
    await wait_badge(ann, "Crowd")
