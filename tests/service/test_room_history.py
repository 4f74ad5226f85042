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


async def test_history_is_read_forwards_and_around_a_message(edge: Edge) -> None:
    ann = await edge.person("ann")
    stream_id = (await make(ann))["id"]
    await write_history(edge.database, int(stream_id), 120)
    address = f"/api/v1/streams/{stream_id}/messages"

    async def seqs(query: str) -> list[int]:
        page = (await edge.nobody.ask("GET", f"{address}?{query}")).body
        return [message["seq"] for message in page["items"]]

    assert await seqs("after=20&limit=5") == [21, 22, 23, 24, 25]
    assert await seqs("after=118") == [119, 120]
    assert await seqs("around=60&limit=10") == list(range(55, 65))
    assert await seqs("around=2&limit=10") == list(range(1, 7))
    assert await seqs("around=120&limit=10") == list(range(115, 121))
    for bad in ("around=5&before=9", "q=x&after=3", "around=0", "q="):
        assert (await edge.nobody.ask("GET", f"{address}?{bad}")).status == 400


async def test_chat_is_searched_by_words_and_beginnings(edge: Edge) -> None:
    ann = await edge.person("ann")
    stream_id = (await make(ann))["id"]
    await write_history(edge.database, int(stream_id), 60)
    await edge.database.execute(
        "UPDATE chat_messages SET content = 'why does the Tokenizer skip_spaces?' "
        "WHERE seq % 20 = 0"
    )
    await edge.database.execute("UPDATE chat_messages SET withdrawn_at = now() WHERE seq = 20")
    address = f"/api/v1/streams/{stream_id}/messages?q="

    async def found(query: str) -> list[int]:
        page = (await edge.nobody.ask("GET", address + query)).body
        return [message["seq"] for message in page["items"]]

    assert await found("tokenizer") == [40, 60]
    assert await found("does+token") == [40, 60]
    assert await found("tokenizer&before=60") == [40]
    assert await found("tokenizer+-spaces") == []
    assert await found("line+12") == [12]
    assert await found("'%25%00!&") == []
    first = (await edge.nobody.ask("GET", address + "line&limit=50")).body
    assert len(first["items"]) == 50
    assert first["next"] == str(first["items"][0]["seq"])


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
    answer = await edge.nobody.ask("GET", f"/api/v1/streams/{stream_id}/polls?limit=2")
    # It goes on by `before`, so there is no cursor that a link could name.
    first = answer.body
    assert "Link" not in answer.headers
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
