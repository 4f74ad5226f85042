"""An answer that was on its way while something newer was told takes nothing of it back."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.conftest import PeopleFactory
from tests.browser.held import HeldAnswer

pytestmark = pytest.mark.asyncio(loop_scope="session")

TITLE = {"title": "A slow line"}


async def test_late_state_and_vote_of_an_older_poll_change_nothing_of_the_next(
    people: PeopleFactory,
) -> None:
    person = await people.guest()
    await person.page.goto("/")
    votes = await person.page.evaluate(
        """async () => {
            const { PollBox } = await import('/static/app/model/poll.js');
            const box = new PollBox();
            const poll = (id) => ({ id, options: [], total_votes: 0, is_closed: false });
            box.receive(poll('9'));
            box.voting('91');
            box.receive(poll('10'));
            box.voted('9', '91');
            box.receive({ ...poll('9'), my_vote: '91', is_closed: true });
            const next = [box.poll.id, box.myVote, box.votingFor];
            box.receive({ ...poll('10'), is_closed: true });
            box.receive(poll('10'));
            return [...next, box.poll.is_closed];
        }"""
    )
    assert votes == ["10", None, None, True]


async def test_question_that_was_asked_meanwhile_is_listed(people: PeopleFactory) -> None:
    streamer, viewer = await people.member(), await people.member()
    stream = await streamer.ask_server("POST", "/streams", TITLE)
    room = f"/streams/{stream['id']}"
    for person in (streamer, viewer):
        await person.page.goto(room)
        await person.part("side-questions").click()
    await viewer.part("question-input").fill("Why a parser?")
    await viewer.part("question-ask").click()
    first = streamer.part("question").filter(has_text="Why a parser?")
    await expect(first).to_be_visible()

    open_ones = f"**/api/v1{room}/questions?status=open*"
    async with HeldAnswer(streamer.page, open_ones) as list_of_before:
        await streamer.page.reload()
        await list_of_before.made()
        await viewer.part("question-input").fill("And why not?")
        await viewer.part("question-ask").click()
        await streamer.part("side-questions").click()
        await expect(streamer.part("question").filter(has_text="And why not?")).to_be_visible()
    await expect(first).to_be_visible()
    await expect(streamer.part("question")).to_have_count(2)


async def test_suggestion_that_was_made_meanwhile_is_listed(people: PeopleFactory) -> None:
    streamer, viewer = await people.member(), await people.member()
    stream = await streamer.ask_server("POST", "/streams", TITLE)
    session = {"title": "parser.py", "language": "python"}
    made = await streamer.ask_server("POST", f"/streams/{stream['id']}/code-sessions", session)
    await viewer.page.goto(f"/streams/{stream['id']}")
    await expect(viewer.part("suggest-open")).to_be_enabled()

    newest = f"**/api/v1/code-sessions/{made['id']}/suggestions?limit=50"
    async with HeldAnswer(streamer.page, newest) as list_of_before:
        await streamer.page.goto(f"/streams/{stream['id']}")
        await list_of_before.made()
        await viewer.suggest(first=1, last=1, content="import sys")
    await expect(streamer.part("suggestion").filter(has_text="import sys")).to_be_visible()


async def test_notification_that_came_meanwhile_is_listed_and_counted(
    people: PeopleFactory,
) -> None:
    ann, bob = await people.member(), await people.member()
    await ann.ask_server("PUT", "/notifications/preferences", {"badge": False})
    post = await ann.ask_server("POST", "/posts", {"content": "My first parser"})
    async with (
        HeldAnswer(ann.page, "**/api/v1/notifications/unread-count") as count_of_before,
        HeldAnswer(ann.page, "**/api/v1/notifications") as list_of_before,
    ):
        await ann.page.goto("/notifications")
        await count_of_before.made()
        await list_of_before.made()
        await bob.ask_server("PUT", f"/posts/{post['id']}/like")
        await expect(ann.part("unread")).to_have_text("1")
    liked = ann.part("notification").filter(has_text="liked your post")
    await expect(liked.filter(visible=True)).to_have_count(1)
    await expect(ann.part("unread")).to_have_text("1")


async def test_message_that_was_changed_meanwhile_is_shown_as_it_is(people: PeopleFactory) -> None:
    person = await people.guest()
    await person.page.goto("/")
    shown = await person.page.evaluate(
        """async () => {
            const { Chat } = await import('/static/app/model/chat.js');
            const chat = new Chat();
            const say = (seq, content = 'as it was', change = 0) => ({
                id: String(seq), seq, content, change, client_id: `c${seq}`, kind: 'text',
                user: { id: '1', username: 'ann' }, reply_to: null,
            });
            chat.joined({ epoch: 1, seq: 9, messages: [say(9)] });
            const take = (items) => chat.prepend(items, false);
            let arrive;
            const page = new Promise((resolve) => { arrive = resolve; });
            const fetching = chat.fetch('earlier', () => page, take);
            chat.amend([say(7, 'edited', 1)]);
            chat.deleted(['8']);
            chat.reacted('7', '👍', true);
            arrive([say(7), say(8)]);
            await fetching;
            const after = chat.messages.map(({ seq, content }) => [seq, content]);

            const late = chat.fetch('earlier', async () => [say(1)], take);
            chat.beginAnew();
            chat.joined({ epoch: 2, seq: 3, messages: [say(3)] });
            await late;
            return [after, chat.mine('7'), chat.messages.length, chat.fetching];
        }"""
    )
    assert shown == [[[7, "edited"], [9, "as it was"]], [], 1, None]


async def test_of_two_answers_the_one_asked_for_later_counts(people: PeopleFactory) -> None:
    person = await people.guest()
    await person.page.goto("/")
    answers = await person.page.evaluate(
        """async () => {
            const { News } = await import('/static/app/model/news.js');
            const news = new News();
            const arrive = [];
            const ask = () => news.during(() => new Promise((resolve) => arrive.push(resolve)));
            const [first, second, third] = [ask(), ask(), ask()];
            arrive[1]('second');
            await second;
            arrive[0]('first');
            news.close();
            arrive[2]('third');
            return [await first, (await second).answer, await third];
        }"""
    )
    assert answers == [None, "second", None]


async def test_studio_that_was_left_turns_no_camera_on(people: PeopleFactory) -> None:
    streamer = await people.member()
    sent: list[str] = []
    streamer.page.on("request", lambda request: sent.append(request.url))
    await streamer.page.goto("/studio")
    await streamer.page.get_by_label("Title").fill("Never mind")
    async with HeldAnswer(streamer.page, "**/api/v1/streams", method="POST") as stream:
        await streamer.part("go-live").click()
        await stream.made()
        await streamer.page.evaluate("window.opened = 0")
        await streamer.page.evaluate(
            """() => {
                const { mediaDevices } = navigator;
                const open = mediaDevices.getUserMedia.bind(mediaDevices);
                mediaDevices.getUserMedia = (wish) => { window.opened += 1; return open(wish); };
            }"""
        )
        await streamer.page.get_by_role("link", name="Vibecast").first.click()
        await expect(streamer.part("go-live")).to_have_count(0)
    await expect(streamer.part("publisher-state")).to_have_count(0)
    assert await streamer.page.evaluate("window.opened") == 0
    assert not [url for url in sent if "/whip/" in url]
