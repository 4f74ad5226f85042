"""Search: finds what the searcher may see, ranked, and survives whatever is typed."""

from __future__ import annotations

import random
from typing import Any
from urllib.parse import quote

import pytest

from community.search_terms import read_terms
from persistence.search import Search
from server.paging import Start
from tests.edge import Client
from tests.people import block
from tests.recognition import Recognition

SECTIONS = ("people", "posts", "videos", "streams", "tags")

OPERATORS = ["-", '"', " ", "or", "a", "the", "_", "'", ":", "&", "!", "<->"]
HOSTILE = [
    "",
    " ",
    "'",
    "''",
    "' OR 1=1 --",
    '"',
    '"""',
    "\\",
    "%",
    "_",
    "%%%%",
    "\x00",
    "a\x00b",
    ":*",
    "a:*",
    "!",
    "!!a",
    "&",
    "a & | b",
    "<->",
    "a <-> b",
    "(((((",
    "-",
    "-rust",
    "-a -b -c",
    "or",
    "or or or",
    "the",
    "the a of",
    "a" * 200,
    "a " * 100,
    "- " * 100,
    '"a' * 66,
    "🦀" * 50,
    "\u202erust",
    "\ufeff",
    "ǆ" * 100,
    "e\u0301" * 60,
    "${jndi:ldap://x}",
    "{{7*7}}",
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "1e309",
    "NaN",
    "null",
]


async def write(recognition: Recognition, person: Client, *contents: str) -> None:
    for content in contents:
        await recognition.database.execute(
            "INSERT INTO posts (user_id, content) VALUES ($1, $2)", int(person.user_id), content
        )


async def find(person: Client, q: str, **more: str) -> dict[str, Any]:
    path = f"/api/v1/search?q={quote(q, safe='')}"
    path += "".join(f"&{name}={quote(value)}" for name, value in more.items())
    answer = await person.ask("GET", path)
    assert answer.status == 200, (q, answer)
    body: dict[str, Any] = answer.body
    return body


async def found(person: Client, q: str, section: str, field: str) -> list[str]:
    page = (await find(person, q, type=section))[section]
    return [item[field] for item in page["items"]]


async def test_hostile_input_never_fails(recognition: Recognition) -> None:
    # What only a server with trigrams runs is asked for too.
    search = Search(recognition.database, has_trigrams=True)
    for typed in HOSTILE:
        everything = await find(recognition.edge.nobody, typed)
        assert set(everything) == set(SECTIONS)
        path = f"/api/v1/search/suggestions?q={quote(typed, safe='')}"
        assert (await recognition.edge.nobody.ask("GET", path)).status == 200, typed
        terms = read_terms(typed)
        assert await search.people(terms, seen_by=None, start=Start(None, 5)) == [], typed
        assert await search.tags(terms, start=Start(None, 5)) == [], typed


async def test_no_order_of_operators_fails(recognition: Recognition) -> None:
    chance = random.Random(7)
    search = Search(recognition.database, has_trigrams=True)
    for _ in range(200):
        parts = chance.choices(
            ["-", '"', " ", "or", "a", "the", "_", "'", ":", "&", "!", "<->"], k=90
        )
        terms = read_terms("".join(parts))
        await search.people(terms, seen_by=None, start=Start(None, 1))
        await search.posts(terms, seen_by=None, start=Start(None, 1))


async def test_bytes_that_are_no_text_never_fail(recognition: Recognition) -> None:
    for raw in ("%ff%fe", "%c3%28", "%ed%a0%80", "%"):
        answer = await recognition.edge.nobody.ask("GET", f"/api/v1/search?q={raw}")
        assert answer.status in (200, 400), (raw, answer)


async def test_every_section_is_searched_at_once(recognition: Recognition) -> None:
    ann = await recognition.person("rustacean")
    await write(recognition, ann, "Learning Rust macros")
    database, user_id = recognition.database, int(ann.user_id)
    await database.execute("INSERT INTO tags (name) VALUES ('rust')")
    await database.execute(
        "INSERT INTO videos (user_id, title, status, video_url) "
        "VALUES ($1, 'Rust in an hour', 'ready', 'x')",
        user_id,
    )
    await database.execute(
        "INSERT INTO streams (user_id, title, status, started_at) "
        "VALUES ($1, 'Rust live', 'live', now())",
        user_id,
    )
    everything = await find(recognition.edge.nobody, "rust")
    assert {each: len(everything[each]["items"]) for each in SECTIONS} == dict.fromkeys(SECTIONS, 1)
    (post,) = everything["posts"]["items"]
    assert (post["user"]["username"], post["excerpt"]) == ("rustacean", "Learning Rust macros")
    one = await find(recognition.edge.nobody, "rust", type="tags")
    assert one["tags"]["items"][0]["name"] == "rust" and one["posts"] is None


async def test_words_are_found_in_their_forms_and_while_they_are_typed(
    recognition: Recognition,
) -> None:
    ann = await recognition.person("ann")
    await write(recognition, ann, "Testing parsers with fuzzers", "Cooking")

    async def count(q: str) -> int:
        return len(await found(ann, q, "posts", "id"))

    for q in ("tested parser", "fuzz", "parsers fu", '"parsers with"', "cooking or fuzzers"):
        assert await count(q) >= 1, q
    for q in ("parsers -fuzzers", '"fuzzers parsers"', "parsers cooking", "-cooking"):
        assert await count(q) == 0, q


async def test_title_weighs_more_than_description(recognition: Recognition) -> None:
    ann = await recognition.person("ann")
    for title, description in (("Go", "also some rust"), ("Rust", "nothing else")):
        await recognition.database.execute(
            "INSERT INTO videos (user_id, title, description, status, video_url) "
            "VALUES ($1, $2, $3, 'ready', 'x')",
            int(ann.user_id),
            title,
            description,
        )
    assert await found(ann, "rust", "videos", "title") == ["Rust", "Go"]


async def test_people_are_found_by_the_beginning_of_their_name(recognition: Recognition) -> None:
    for name in ("anna", "ann", "joanna", "bob"):
        await recognition.person(name)
    await recognition.database.execute(
        "UPDATE users SET full_name = 'Robert Annable', skills = '[\"Zig\"]' WHERE username = 'bob'"
    )
    nobody = recognition.edge.nobody
    assert await found(nobody, "ANN", "people", "username") == ["ann", "anna", "bob"]
    assert await found(nobody, "@anna", "people", "username") == ["anna", "bob"]
    assert await found(nobody, "robert", "people", "username") == ["bob"]
    assert await found(nobody, "zig", "people", "username") == ["bob"]
    with_trigrams = Search(recognition.database, has_trigrams=True)
    people = await with_trigrams.people(read_terms("anna"), seen_by=None, start=Start(None, 9))
    assert [person.username for person in people] == ["anna", "joanna", "bob"]


async def test_sections_are_paged(recognition: Recognition) -> None:
    ann = await recognition.person("ann")
    await write(recognition, ann, *(f"rust {'rust ' * n}" for n in range(7)))
    everything = await find(ann, "rust")
    assert len(everything["posts"]["items"]) == 5
    seen: list[str] = []
    more: dict[str, str] = {}
    while True:
        page = (await find(ann, "rust", type="posts", limit="3", **more))["posts"]
        seen += [item["id"] for item in page["items"]]
        if page["next"] is None:
            break
        more = {"cursor": page["next"]}
    assert len(seen) == len(set(seen)) == 7
    next_cursor = everything["posts"]["next"]
    for query in (f"q=rust&cursor={next_cursor}", f"q=rust&type=tags&cursor={next_cursor}"):
        assert (await ann.ask("GET", f"/api/v1/search?{query}")).status == 400
    rest = await find(ann, "rust", type="posts", cursor=next_cursor)
    assert len(rest["posts"]["items"]) == 2


async def test_what_is_not_public_is_not_found(recognition: Recognition) -> None:
    ann = await recognition.person("ann")
    database, user_id = recognition.database, int(ann.user_id)
    await write(recognition, ann, "rust")
    await database.execute("UPDATE posts SET deleted_at = now()")
    await database.execute(
        "INSERT INTO videos (user_id, title, status, visibility, video_url) VALUES "
        "($1, 'rust', 'ready', 'private', 'x'), ($1, 'rust', 'ready', 'unlisted', 'x'), "
        "($1, 'rust', 'processing', 'public', NULL)",
        user_id,
    )
    await database.execute(
        "INSERT INTO streams (user_id, title, visibility) VALUES "
        "($1, 'rust', 'public'), ($1, 'rust', 'unlisted'), ($1, 'rust', 'private')",
        user_id,
    )
    for name in ("gone", "banned"):
        await recognition.person(f"rust_{name}")
    await database.execute("UPDATE users SET deleted_at = now() WHERE username = 'rust_gone'")
    await database.execute(
        "UPDATE users SET banned_until = now() + interval '1 day' WHERE username = 'rust_banned'"
    )
    everything = await find(ann, "rust")
    assert [len(everything[each]["items"]) for each in SECTIONS] == [0] * 5


async def test_blocked_people_and_what_they_made_are_hidden_both_ways(
    recognition: Recognition,
) -> None:
    ann = await recognition.person("ann")
    bob, cid = await recognition.person("rust_bob"), await recognition.person("rust_cid")
    for person in (bob, cid):
        await write(recognition, person, f"rust by {person.username}")
    await block(recognition.database, int(ann.user_id), int(bob.user_id))
    assert await found(ann, "rust", "posts", "excerpt") == ["rust by rust_cid"]
    assert await found(ann, "rust", "people", "username") == ["rust_cid"]
    await block(recognition.database, int(cid.user_id), int(ann.user_id))
    assert await found(ann, "rust", "posts", "excerpt") == []
    assert await found(ann, "rust", "people", "username") == []
    assert len(await found(recognition.edge.nobody, "rust", "posts", "id")) == 2
    suggested = await ann.ask("GET", "/api/v1/search/suggestions?q=rust")
    assert suggested.body["people"] == []


async def test_muted_people_are_found_but_what_they_made_is_not(recognition: Recognition) -> None:
    ann, bob = await recognition.person("ann"), await recognition.person("rust_bob")
    await write(recognition, bob, "rust")
    await block(recognition.database, int(ann.user_id), int(bob.user_id), "mute")
    assert await found(ann, "rust", "people", "username") == ["rust_bob"]
    assert await found(ann, "rust", "posts", "id") == []


async def test_names_are_suggested_the_best_known_first(recognition: Recognition) -> None:
    for name in ("rust_ann", "rust_bob"):
        await recognition.person(name)
    await recognition.database.execute(
        "UPDATE users SET followers_count = 3 WHERE username = 'rust_bob'"
    )
    await recognition.database.execute(
        "INSERT INTO tags (name, posts_count) VALUES ('rust', 1), ('rustfmt', 9), ('go', 99)"
    )
    answer = await recognition.edge.nobody.ask("GET", "/api/v1/search/suggestions?q=Rust")
    assert [person["username"] for person in answer.body["people"]] == ["rust_bob", "rust_ann"]
    assert answer.body["tags"] == ["rustfmt", "rust"]


@pytest.mark.parametrize("query", ["", "q=" + "a" * 201, "q=a&type=all", "q=a&x=1", "q=a&limit=0"])
async def test_query_that_cannot_be_is_refused(recognition: Recognition, query: str) -> None:
    answer = await recognition.edge.nobody.ask("GET", f"/api/v1/search?{query}")
    assert (answer.status, answer.body["code"]) == (400, "bad-request")
