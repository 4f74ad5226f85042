"""What was said and asked in a stream, over REST."""

from __future__ import annotations

from persistence.polls import PollStore
from rooms.polls import check_question
from tests.edge import Edge
from tests.service.test_chat import write_history
from tests.service.test_streams import make


async def test_chat_is_read_backwards_page_by_page(edge: Edge) -> None:
    ann = await edge.person("ann")
    stream_id = (await make(ann))["id"]
    await write_history(edge.database, int(stream_id), 120)
    address = f"/api/v1/streams/{stream_id}/messages?limit=50"
    pages = []
    before = ""
    while True:
        page = (await edge.nobody.ask("GET", address + before)).body
        pages.append([message["seq"] for message in page["items"]])
        if page["next"] is None:
            break
        before = f"&before={page['next']}"
    assert pages == [list(range(71, 121)), list(range(21, 71)), list(range(1, 21))]
    assert page["items"][0]["user"] == {"id": ann.user_id, "username": "ann"}
    assert page["items"][0]["stream_id"] == stream_id


async def test_polls_are_listed_newest_first(edge: Edge) -> None:
    ann = await edge.person("ann")
    stream_id = (await make(ann))["id"]
    polls = PollStore(edge.database)
    asked = []
    for n in range(3):
        question = check_question(f"Question {n}", ["a", "b"], None)
        poll = await polls.ask(int(stream_id), int(ann.user_id), question)
        await polls.close(poll.id)
        asked.append(str(poll.id))
    first = (await edge.nobody.ask("GET", f"/api/v1/streams/{stream_id}/polls?limit=2")).body
    assert [poll["id"] for poll in first["items"]] == [asked[2], asked[1]]
    rest = await edge.nobody.ask(
        "GET", f"/api/v1/streams/{stream_id}/polls?limit=2&before={first['next']}"
    )
    assert [poll["question"] for poll in rest.body["items"]] == ["Question 0"]
    assert rest.body["next"] is None
    assert rest.body["items"][0]["is_closed"]


async def test_history_of_a_private_stream_is_its_owners(edge: Edge) -> None:
    ann, bob = await edge.person("ann"), await edge.person("bob")
    stream_id = (await make(ann, visibility="private"))["id"]
    for what in ("messages", "polls"):
        address = f"/api/v1/streams/{stream_id}/{what}"
        assert (await ann.ask("GET", address)).status == 200
        assert (await bob.ask("GET", address)).status == 404
    missing = await ann.ask("GET", "/api/v1/streams/999999/messages")
    assert missing.status == 404
    bad = await ann.ask("GET", f"/api/v1/streams/{stream_id}/messages?before=0")
    assert bad.status == 400
