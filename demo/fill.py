"""Fills an empty site with a community, by what its people could do themselves.

Then it moves what they did into the past: nobody can write a post of last week, so `backdate` is
the one thing done in the database.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from pathlib import Path

import aiohttp

from demo import drawing, story
from demo.visitor import Visitor, sign_in, sign_up
from persistence.database import Database, open_database
from persistence.embedded import reach_embedded_postgres

Visitors = Mapping[str, Visitor]


async def come_in(http: aiohttp.ClientSession) -> tuple[Visitors, bool]:
    """Return the people of the story, and whether they are new here."""
    first = story.PEOPLE[0].username
    async with http.get(f"/api/v1/users/{first}") as answer:
        enter = sign_up if answer.status == 404 else sign_in
    # One after the other: the first account of a site is its admin.
    visitors = {person.username: await enter(http, person.username) for person in story.PEOPLE}
    return visitors, enter is sign_up


async def fill(http: aiohttp.ClientSession, visitors: Visitors, *, data_dir: Path) -> None:
    """Let the people of the story do what they have done."""
    await _introduce(visitors)
    ages = await _write(visitors)
    await _challenge(visitors)
    await _record(visitors)
    await _announce(visitors)
    await _report(http, visitors)
    await backdate(data_dir, ages)


async def _introduce(visitors: Visitors) -> None:
    for person in story.PEOPLE:
        visitor = visitors[person.username]
        introduction = {
            "full_name": person.full_name,
            "bio": person.bio,
            "skills": list(person.skills),
        }
        await visitor.ask("PATCH", "/users/me", introduction, **{"If-Match": "*"})
        picture = await asyncio.to_thread(drawing.avatar, person.username)
        await visitor.send("PUT", "/users/me/avatar", picture, "image/png")
        for other in person.follows:
            await visitor.ask("PUT", f"/users/{other}/follow")


async def _write(visitors: Visitors) -> dict[int, float]:
    """Write the posts and return each one's age in hours by its id."""
    ages: dict[int, float] = {}
    # Lists go by the order of writing.
    for post in sorted(story.POSTS, key=lambda each: each.hours_ago, reverse=True):
        author = visitors[post.author]
        written = {"content": post.content, "media_ids": await _pictures(author, post)}
        post_id = (await author.ask("POST", "/posts", written))["id"]
        ages[int(post_id)] = post.hours_ago
        for username, content in post.comments:
            await visitors[username].ask("POST", f"/posts/{post_id}/comments", {"content": content})
        for fan in _others(post.author, post.likes):
            await visitors[fan].ask("PUT", f"/posts/{post_id}/like")
    return ages


async def _pictures(author: Visitor, post: story.Post) -> list[str]:
    if post.picture is None:
        return []
    picture = await asyncio.to_thread(drawing.poster, post.picture)
    return [(await author.send("POST", "/media", picture, "image/png"))["id"]]


def _others(username: str, count: int) -> list[str]:
    everybody = [person.username for person in story.PEOPLE]
    start = everybody.index(username) + 1
    others = (name for name in islice(cycle(everybody), start, None) if name != username)
    return list(islice(others, min(count, len(everybody) - 1)))


async def _challenge(visitors: Visitors) -> None:
    admin, now = visitors[story.PEOPLE[0].username], datetime.now(UTC)
    for challenge in story.CHALLENGES:
        made = {
            "title": challenge.title,
            "description": challenge.description,
            "reward_points": challenge.reward_points,
        }
        begins = {"start_date": _in_days(now, challenge.begins_in_days)}
        is_over = challenge.ends_in_days < 0
        # What is over was open while people took part: it is written anew at the end.
        open_until = {"end_date": _in_days(now, 1 if is_over else challenge.ends_in_days)}
        place = (await admin.ask("POST", "/challenges", {**made, **begins, **open_until}))["id"]
        for username in challenge.joined:
            await visitors[username].ask("PUT", f"/challenges/{place}/participation")
        for rank, (username, url) in enumerate(challenge.submitted):
            await visitors[username].ask("PUT", f"/challenges/{place}/submission", {"url": url})
            if is_over:
                points = {"points": challenge.reward_points - 20 * rank}
                way = f"/challenges/{place}/submissions/{username}/accept"
                await admin.ask("POST", way, points)
        if is_over:
            ended = {"end_date": _in_days(now, challenge.ends_in_days)}
            await admin.ask("PUT", f"/challenges/{place}", {**made, **begins, **ended})


def _in_days(now: datetime, days: float) -> str:
    return (now + timedelta(days=days)).isoformat()


async def _record(visitors: Visitors) -> None:
    for video in sorted(story.VIDEOS, key=lambda each: each.hours_ago, reverse=True):
        author = visitors[video.author]
        recording = await asyncio.to_thread(drawing.recording, video.title)
        upload_id = await author.upload(recording, "video/mp4")
        told = {"upload_id": upload_id, "title": video.title, "description": video.description}
        made = await author.ask("POST", "/videos", {**told, "tags": list(video.tags)})
        await author.wait_for("ready", f"/videos/{made['id']}")
        for fan in _others(video.author, video.likes):
            await visitors[fan].ask("PUT", f"/videos/{made['id']}/like")


async def _announce(visitors: Visitors) -> None:
    now = datetime.now(UTC)
    for username, title, hours in story.UPCOMING:
        stream = {"title": title, "scheduled_at": _in_days(now, hours / 24)}
        await visitors[username].ask("POST", "/streams", stream)


async def _report(http: aiohttp.ClientSession, visitors: Visitors) -> None:
    spammer = await sign_up(http, story.SPAMMER)
    spam = await spammer.ask("POST", "/posts", {"content": story.SPAM})
    for username in ("dara", "ines", "sol"):
        report = {"subject_type": "post", "subject_id": spam["id"], "reason": "This is spam."}
        await visitors[username].ask("POST", "/reports", report)


async def backdate(data_dir: Path, ages: Mapping[int, float]) -> None:
    """Move what was just written into the days before now; ages are in hours."""
    async with reach_embedded_postgres(data_dir) as url, open_database(url) as database:
        await _move_posts(database, ages)
        for video in story.VIDEOS:
            await database.execute(
                "UPDATE videos SET created_at = created_at - $2 * interval '1 hour',"
                " views_count = $3 WHERE title = $1",
                video.title,
                video.hours_ago,
                video.views,
            )
        await database.execute(
            "UPDATE users SET created_at = created_at - (200 - id) * interval '1 day'"
            " WHERE id < 200"
        )


async def _move_posts(database: Database, ages: Mapping[int, float]) -> None:
    moves = list(ages.items())
    await database.executemany(
        "UPDATE posts SET created_at = created_at - $2 * interval '1 hour' WHERE id = $1", moves
    )
    # The answers came within the first half of the time since.
    await database.executemany(
        "UPDATE comments SET created_at = created_at - $2 * interval '1 hour' * 0.5"
        " WHERE post_id = $1",
        moves,
    )
