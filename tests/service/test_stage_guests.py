"""Coming on a stage and leaving it, over REST, as a whole node does it; and what its room hears."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from rooms.stage import CAPACITY
from tests.edge import PASSWORD, Client
from tests.room_node import visit
from tests.site import Site
from tests.stage import StreamOnSite, bring, make_stream, stage_of


@dataclass(frozen=True, slots=True)
class StagePeople:
    """Ann streams, Bob may come, Cyd looks on."""

    site: Site
    stream: StreamOnSite
    ann: Client
    bob: Client
    cyd: Client

    async def statuses(self, seen_by: Client) -> dict[str, str]:
        """Return the guests that somebody sees."""
        stage = await stage_of(seen_by, self.stream)
        return {guest["user"]["username"]: guest["status"] for guest in stage["guests"]}


@pytest_asyncio.fixture
async def stage_people(whole_site: Site) -> AsyncIterator[StagePeople]:
    """Three people and a stream that has not begun."""
    ann, bob, cyd = [await whole_site.person(name) for name in ("ann", "bob", "cyd")]
    yield StagePeople(whole_site, await make_stream(ann), ann, bob, cyd)


async def test_a_stage_begins_empty(stage_people: StagePeople) -> None:
    stage = await stage_of(stage_people.site.nobody, stage_people.stream)
    assert stage == {"version": 0, "feeds": [], "guests": [], "capacity": 6}


async def test_who_is_invited_accepts_and_everybody_sees_it(stage_people: StagePeople) -> None:
    people, path = stage_people, stage_people.stream.guest("bob")
    invited = await people.ann.ask("PUT", path)
    assert (invited.status, invited.body["status"]) == (200, "invited")
    assert invited.body["user"] == {"id": people.bob.user_id, "username": "bob"}
    assert await people.statuses(people.ann) == {"bob": "invited"}
    assert await people.statuses(people.bob) == {"bob": "invited"}
    assert await people.statuses(people.cyd) == {}
    again = await people.ann.ask("PUT", path)
    assert again.body == invited.body
    accepted = await people.bob.ask("PUT", path)
    assert (accepted.status, accepted.body["status"]) == (200, "accepted")
    assert await people.statuses(people.site.nobody) == {"bob": "accepted"}


async def test_who_asks_waits_for_the_streamer(stage_people: StagePeople) -> None:
    people, path = stage_people, stage_people.stream.guest("BOB")
    asked = await people.bob.ask("PUT", path)
    assert (asked.status, asked.body["status"]) == (200, "requested")
    assert await people.statuses(people.cyd) == {}
    accepted = await people.ann.ask("PUT", path)
    assert (accepted.status, accepted.body["status"]) == (200, "accepted")


async def test_one_leaves_and_is_sent_away(stage_people: StagePeople) -> None:
    people, path = stage_people, stage_people.stream.guest("bob")
    for leaving in (people.bob, people.ann):
        await bring(people.ann, people.bob, people.stream)
        assert (await leaving.ask("DELETE", path)).status == 204
        assert await people.statuses(people.ann) == {}
        assert (await leaving.ask("DELETE", path)).status == 404


async def test_a_higher_version_is_a_later_stage(stage_people: StagePeople) -> None:
    people, path = stage_people, stage_people.stream.guest("bob")
    versions = []
    for person, method in ((people.bob, "PUT"), (people.ann, "PUT"), (people.ann, "DELETE")):
        await person.ask(method, path)
        versions.append((await stage_of(people.ann, people.stream))["version"])
    assert versions == [1, 2, 3]
    await people.ann.ask("DELETE", path)
    assert (await stage_of(people.ann, people.stream))["version"] == 3


async def test_the_room_hears_of_who_is_on_stage_and_two_of_who_is_not_yet(
    stage_people: StagePeople,
) -> None:
    people, stream_id = stage_people, int(stage_people.stream.id)
    async with (
        visit(people.site, token=people.ann.token) as ann,
        visit(people.site, token=people.bob.token) as bob,
        visit(people.site) as guest,
    ):
        joined = await guest.join(stream_id)
        assert joined["stage"] == {
            "stream_id": people.stream.id,
            "version": 0,
            "feeds": [],
            "guests": [],
        }
        path = people.stream.guest("bob")
        await people.ann.ask("PUT", path)
        for told in (await ann.wait_event("stage:guest"), await bob.wait_event("stage:guest")):
            assert told == {
                "stream_id": people.stream.id,
                "user": {"id": people.bob.user_id, "username": "bob"},
                "status": "invited",
                "version": 1,
            }
        await people.bob.ask("PUT", path)
        state = await guest.wait_event("stage:state")
        assert [(each["user"]["username"], each["status"]) for each in state["guests"]] == [
            ("bob", "accepted")
        ]
        assert state["version"] == 2
        assert (await bob.join(stream_id))["stage"] == state
        await people.bob.ask("DELETE", path)
        await guest.wait_until(lambda: guest.heard["stage:state"][-1]["guests"] == [])
        await ann.wait_until(lambda: ann.heard["stage:guest"][-1]["status"] is None)
        assert "stage:guest" not in guest.heard


async def test_an_invitation_is_a_notification_once(stage_people: StagePeople) -> None:
    people, path = stage_people, stage_people.stream.guest("bob")
    for _ in range(2):
        await people.ann.ask("PUT", path)
        await people.bob.ask("DELETE", path)
    listed = await people.bob.ask("GET", "/api/v1/notifications")
    assert [
        (each["type"], each["related_id"], each["data"], each["actors"][0]["username"])
        for each in listed.body["items"]
    ] == [("stage_invitation", people.stream.id, {"title": "Pairing"}, "ann")]


async def test_only_six_get_on_stage_however_many_try_at_once(stage_people: StagePeople) -> None:
    people = stage_people
    crowd = [await people.site.person(f"guest_{number}") for number in range(CAPACITY + 2)]
    for each in crowd:
        await people.ann.ask("PUT", people.stream.guest(each.username))
    answers = await asyncio.gather(
        *(each.ask("PUT", people.stream.guest(each.username)) for each in crowd)
    )
    assert sorted(answer.status for answer in answers) == [200] * CAPACITY + [409] * 2
    assert {answer.body["code"] for answer in answers if answer.status == 409} == {"stage-full"}
    on_stage = await people.statuses(people.cyd)
    assert len(on_stage) == CAPACITY
    await people.ann.ask("DELETE", people.stream.guest(next(iter(on_stage))))
    (late, *_) = [each for each in crowd if each.username not in on_stage]
    assert (await late.ask("PUT", people.stream.guest(late.username))).status == 200


async def test_what_cannot_be_is_refused_by_name(stage_people: StagePeople) -> None:
    people, stream = stage_people, stage_people.stream
    private = await make_stream(people.ann, "private")
    refusals = [
        (people.cyd, "PUT", stream.guest("bob"), 403, "forbidden"),
        (people.cyd, "DELETE", stream.guest("bob"), 403, "forbidden"),
        (people.ann, "PUT", stream.guest("ann"), 422, "unprocessable"),
        (people.ann, "PUT", stream.guest("nobody_at_all"), 404, "not-found"),
        (people.ann, "PUT", stream.guest("x"), 404, "not-found"),
        (people.bob, "DELETE", stream.guest("bob"), 404, "not-found"),
        (people.bob, "PUT", "/api/v1/streams/999999/guests/bob", 404, "not-found"),
        (people.bob, "PUT", private.guest("bob"), 404, "not-found"),
        (people.ann, "PUT", private.guest("bob"), 422, "unprocessable"),
        (people.bob, "GET", private.path + "/stage", 404, "not-found"),
        (people.site.nobody, "PUT", stream.guest("bob"), 401, "unauthenticated"),
        (people.site.nobody, "GET", "/api/v1/streams/999999/stage", 404, "not-found"),
    ]
    for person, method, path, status, code in refusals:
        answer = await person.ask(method, path)
        assert (answer.status, answer.body["code"]) == (status, code), (method, path)


@pytest.mark.parametrize(
    ("who", "method", "path", "body", "code", "code_for_ann"),
    [
        ("ann", "PUT", "/api/v1/users/bob/block", None, "blocked", "blocked"),
        ("bob", "PUT", "/api/v1/users/ann/block", None, "blocked", "blocked"),
        ("ann", "PUT", "/api/v1/channels/ann/bans/bob", {}, "banned", "unprocessable"),
        (
            "ann",
            "PUT",
            "/api/v1/channels/ann/bans/bob",
            {"seconds": 600},
            "timed-out",
            "unprocessable",
        ),
    ],
)
async def test_who_is_kept_out_leaves_the_stage_at_once_and_does_not_come_back(
    stage_people: StagePeople,
    who: str,
    method: str,
    path: str,
    body: dict[str, int] | None,
    code: str,
    code_for_ann: str,
) -> None:
    people = stage_people
    await bring(people.ann, people.bob, people.stream)
    actor = {"ann": people.ann, "bob": people.bob}[who]
    answer = await actor.ask(method, path, body)
    assert answer.status in (200, 201, 204), answer
    assert await people.statuses(people.ann) == {}
    for person, expected in ((people.bob, code), (people.ann, code_for_ann)):
        refused = await person.ask("PUT", people.stream.guest("bob"))
        assert refused.body["code"] == expected


async def test_who_is_suspended_leaves_the_stage_at_once(stage_people: StagePeople) -> None:
    people = stage_people
    mod = await people.site.person("mod", "moderator")
    await bring(people.ann, people.bob, people.stream)
    suspended = await mod.ask("PUT", "/api/v1/users/bob/suspension", {"reason": "spam"})
    assert suspended.status == 200
    assert await people.statuses(people.ann) == {}
    refused = await people.ann.ask("PUT", people.stream.guest("bob"))
    assert (refused.status, refused.body["code"]) == (422, "unprocessable")


async def test_an_erased_account_leaves_every_stage(stage_people: StagePeople) -> None:
    people = stage_people
    over = await make_stream(people.ann)
    for stream in (over, people.stream):
        await bring(people.ann, people.bob, stream)
    await people.ann.ask("POST", over.path + "/end")
    async with visit(people.site, token=people.ann.token) as ann:
        erased = await people.bob.ask(
            "DELETE", "/api/v1/users/me", {"password": PASSWORD, "content": "keep"}
        )
        assert erased.status == 204
        left = await ann.wait_event("stage:guest")
        assert (left["user"]["id"], left["status"]) == (people.bob.user_id, None)
    for stream in (over, people.stream):
        assert (await stage_of(people.ann, stream))["guests"] == []


async def test_asking_over_and_over_is_slowed_down(stage_people: StagePeople) -> None:
    people, path = stage_people, stage_people.stream.guest("bob")
    # A slow machine is given new steps meanwhile.
    async with asyncio.timeout(60):
        while (answer := await people.bob.ask("PUT", path)).status == 200:
            pass
    assert (answer.status, answer.body["code"]) == (429, "too-many-requests")
    assert "Retry-After" in answer.headers
    assert (await people.ann.ask("PUT", path)).status == 200


async def test_an_ended_stream_takes_nobody_and_forgets_who_waited(
    stage_people: StagePeople,
) -> None:
    people = stage_people
    await bring(people.ann, people.bob, people.stream)
    await people.cyd.ask("PUT", people.stream.guest("cyd"))
    assert (await people.ann.ask("POST", people.stream.path + "/end")).status == 200
    assert await people.statuses(people.ann) == {"bob": "accepted"}
    refused = await people.ann.ask("PUT", people.stream.guest("cyd"))
    assert (refused.status, refused.body["code"]) == (409, "stream-ended")


async def test_the_channels_log_says_who_came_and_who_was_sent_away(
    stage_people: StagePeople,
) -> None:
    people, path = stage_people, stage_people.stream.guest("bob")
    await bring(people.ann, people.bob, people.stream)
    await people.ann.ask("DELETE", path)
    for person in (people.bob, people.ann):
        await person.ask("PUT", path)
    await people.bob.ask("DELETE", path)
    log = await people.ann.ask("GET", "/api/v1/channels/ann/log")
    assert [
        (each["action"], each["actor"]["username"], (each["target"] or {}).get("username"))
        for each in log.body["items"]
    ] == [
        ("bring_on_stage", "ann", "bob"),
        ("take_off_stage", "ann", "bob"),
        ("come_on_stage", "bob", None),
    ]
    assert {each["detail"]["stream_id"] for each in log.body["items"]} == {people.stream.id}
