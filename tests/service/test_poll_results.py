"""When the counts of a poll may be seen, whichever way somebody looks."""

from __future__ import annotations

from typing import Any

import pytest

from tests.channels import Staffed
from tests.room_node import Visitor, visit


def counts(poll: dict[str, Any]) -> list[int | None]:
    return [option["votes_count"] for option in poll["options"]]


async def listed(staffed: Staffed, client: Any) -> list[int | None]:
    answer = await client.ask("GET", f"/api/v1/streams/{staffed.stream_id}/polls")
    return counts(answer.body["items"][0])


async def ask(staffed: Staffed, streamer: Visitor, results: str) -> dict[str, Any]:
    asked = await streamer.ask(
        "poll:open",
        stream_id=staffed.stream_id,
        question="Which?",
        options=["a", "b"],
        results=results,
    )
    assert asked["ok"], asked
    poll: dict[str, Any] = asked["poll"]
    return poll


@pytest.mark.parametrize("results", ["after_vote", "at_close"])
async def test_counts_are_told_to_nobody_before_their_time(staffed: Staffed, results: str) -> None:
    late = await staffed.edge.person("late")
    async with (
        staffed.visit(staffed.owner) as streamer,
        staffed.visit(staffed.moderator) as moderator,
        staffed.visit(staffed.viewer) as voter,
        staffed.visit(late) as waiting,
        visit(staffed.node) as guest,
    ):
        everybody = (streamer, moderator, voter, waiting, guest)
        for each in everybody:
            await each.join(staffed.stream_id)
        poll = await ask(staffed, streamer, results)
        assert (poll["results"], counts(poll)) == (results, [0, 0])
        await guest.wait_event("poll:state")
        acked = await voter.ask("poll:vote", poll_id=poll["id"], option_id=poll["options"][1]["id"])
        voter_sees = results == "after_vote"
        assert counts(acked["poll"]) == ([0, 1] if voter_sees else [None, None])

        for each in (streamer, moderator, *([voter] if voter_sees else [])):
            await each.wait_until(
                lambda each=each: any(
                    told["total_votes"] == 1 for told in each.heard.get("poll:counts", ())
                )
            )
            assert counts(each.heard["poll:counts"][-1]) == [0, 1]
        for each in everybody:
            await each.wait_until(
                lambda each=each: each.heard["poll:state"][-1]["total_votes"] == 1
            )
            assert all(counts(told) == [None, None] for told in each.heard["poll:state"])
        for each in (waiting, guest, *([] if voter_sees else [voter])):
            assert "poll:counts" not in each.heard
            assert counts((await each.join(staffed.stream_id))["poll"]) == [None, None]
        assert counts((await moderator.join(staffed.stream_id))["poll"]) == [0, 1]

        hidden = [None, None]
        assert await listed(staffed, staffed.edge.nobody) == hidden
        assert await listed(staffed, late) == hidden
        assert await listed(staffed, staffed.viewer) == ([0, 1] if voter_sees else hidden)
        assert await listed(staffed, staffed.moderator) == [0, 1]

        closed = await moderator.ask("poll:close", poll_id=poll["id"])
        assert counts(closed["poll"]) == [0, 1]
        for each in everybody:
            await each.wait_until(lambda each=each: each.heard["poll:state"][-1]["is_closed"])
            assert counts(each.heard["poll:state"][-1]) == [0, 1]
        assert await listed(staffed, staffed.edge.nobody) == [0, 1]


async def test_counts_of_an_ordinary_poll_are_everybodys(staffed: Staffed) -> None:
    async with staffed.visit(staffed.owner) as streamer, visit(staffed.node) as guest:
        for each in (streamer, guest):
            await each.join(staffed.stream_id)
        await ask(staffed, streamer, "always")
        assert counts(await guest.wait_event("poll:state")) == [0, 0]
        assert "poll:counts" not in streamer.heard


async def test_poll_is_the_staffs_to_open_and_close(staffed: Staffed) -> None:
    async with (
        staffed.visit(staffed.moderator) as moderator,
        staffed.visit(staffed.viewer) as viewer,
    ):
        for each in (moderator, viewer):
            await each.join(staffed.stream_id)
        poll = await ask(staffed, moderator, "always")
        refused = await viewer.ask("poll:close", poll_id=poll["id"])
        assert refused["error"]["code"] == "forbidden"
        unknown = await viewer.ask(
            "poll:open",
            stream_id=staffed.stream_id,
            question="?",
            options=["a", "b"],
            results="never",
        )
        assert unknown["error"]["code"] == "bad-message"
