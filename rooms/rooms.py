"""The rooms part of a node, put together: `open_rooms` owns its tasks and closes it in order."""

from __future__ import annotations

import asyncio
import functools
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from persistence.channels import house_of
from persistence.chat import ChatStore
from persistence.chat_changes import ChatChangeStore
from persistence.database import Database
from persistence.group_commit import open_group_commit
from persistence.polls import PollStore
from persistence.questions import QuestionStore
from persistence.stages import stage_of
from rooms.bus import Bus
from rooms.chat_change_events import ChatChangeEvents
from rooms.chat_events import ChatEvents
from rooms.commits import RoomCommits
from rooms.events import Announce, ClientEvent
from rooms.houses import Houses
from rooms.live_rooms import FlushViewers, LiveRooms
from rooms.poll_events import PollEvents
from rooms.question_events import QuestionEvents, QuestionNews
from rooms.room_news import RoomNews

PRUNE_S = 60.0


@dataclass(frozen=True, slots=True)
class RoomsPart:
    """What the rest of the node needs of the rooms."""

    live: LiveRooms
    """The edge's audience; also `statistics()`."""
    commits: RoomCommits
    """Stores what is said, for who does it without the queues; also `on_noticed`."""
    events: list[ClientEvent[Any]]
    """What clients may say to the rooms."""
    news: RoomNews
    """What the rooms say themselves in their chats."""
    announce: Announce
    """Tells everybody in a room, for other packages."""
    houses: Houses
    """Told when the rules, the staff or the bans of a channel are others."""


@asynccontextmanager
async def open_rooms(
    database: Database, *, bus: Bus, flush_viewers: FlushViewers
) -> AsyncIterator[RoomsPart]:
    """Run the rooms of this node.

    The close, when the edge has hung up on everybody: nothing new is taken, batches under way are
    committed within their deadline, the viewers' last numbers are flushed, timers end.
    """
    chat, polls = ChatStore(database), PollStore(database)
    changes, questions = ChatChangeStore(database), QuestionStore(database)
    async with asyncio.TaskGroup() as tasks:
        live = LiveRooms(
            chat=chat,
            polls=polls,
            questions=questions,
            load_house=functools.partial(house_of, database),
            load_stage=functools.partial(stage_of, database),
            bus=bus,
            node_id=uuid.uuid4().bytes,
            flush_viewers=flush_viewers,
            tasks=tasks,
        )
        commits = RoomCommits(live, chat=chat, changes=changes, polls=polls, bus=bus)
        houses = Houses(database, live, bus=bus, tasks=tasks)
        question_news = QuestionNews(questions, announce=live.announce)
        async with (
            open_group_commit(commits.commit_messages) as messages,
            open_group_commit(commits.commit_changes) as changed,
            open_group_commit(commits.commit_votes) as votes,
            open_group_commit(question_news.commit_votes) as question_votes,
        ):
            chat_events = ChatEvents(live, houses, chat=chat, polls=polls, commits=messages)
            change_events = ChatChangeEvents(live, changes=changes, commits=changed)
            news = RoomNews(messages, tasks=tasks)
            live.on_poll_closed(news.poll_closed)
            poll_events = PollEvents(live, polls=polls, commits=votes)
            question_events = QuestionEvents(
                live, questions=questions, commits=question_votes, news=question_news
            )
            limited = (chat_events, change_events, poll_events, question_events)
            running = [
                tasks.create_task(live.beat()),
                tasks.create_task(live.tell_alive()),
                tasks.create_task(poll_events.close_due()),
                tasks.create_task(houses.end_expired()),
                tasks.create_task(news.keep_up(database, polls=polls)),
                tasks.create_task(_prune(*limited)),
            ]
            hearing = houses.listen()
            try:
                events = [event for each in limited for event in each.events()]
                yield RoomsPart(live, commits, events, news, live.announce, houses)
            finally:
                hearing.close()
                question_news.close()
                for task in running:
                    task.cancel()
        await live.close()


async def _prune(
    *limited: ChatEvents | ChatChangeEvents | PollEvents | QuestionEvents,
) -> None:
    while True:
        await asyncio.sleep(PRUNE_S)
        now = asyncio.get_running_loop().time()
        for each in limited:
            each.prune(now=now)
