"""The page and its files, as browsers and makers of previews ask for them."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from persistence.challenges import Draft, add_challenge
from persistence.database import Database
from tests.edge import Client, Edge, open_edge

HTML = {"Accept": "text/html,*/*;q=0.8"}
SHELL = "<!doctype html><html><head><title>Vibecast</title></head><body></body></html>"


@pytest_asyncio.fixture
async def site(database: Database, tmp_path: Path) -> AsyncIterator[Edge]:
    """An edge with a small web app."""
    static = tmp_path / "static"
    static.mkdir()
    (static / "index.html").write_text(SHELL, encoding="utf-8")
    (static / "icon.svg").write_text("<svg/>", encoding="utf-8")
    (static / "app.js").write_text("export {};", encoding="utf-8")
    (static / "api.html").write_text("<!doctype html><p>the API", encoding="utf-8")
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    async with open_edge(database, static_dir=static, trusted_proxies=("127.0.0.1",)) as edge:
        yield edge


async def room(person: Client, title: str, **fields: object) -> str:
    answer = await person.ask("POST", "/api/v1/streams", {"title": title, **fields})
    return f"/streams/{answer.body['id']}"


@pytest.mark.parametrize(
    "path", ("/", "/signin", "/studio", "/posts", "/settings", "/verify-email")
)
async def test_app_has_one_page(site: Edge, path: str) -> None:
    answer = await site.nobody.ask("GET", path, headers=HTML)
    assert (answer.status, answer.body) == (200, SHELL)
    host = site.url.removeprefix("http://")
    assert answer.headers["Content-Security-Policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; "
        "img-src 'self' data: blob:; media-src 'self' blob:; "
        f"connect-src 'self' ws://{host}; font-src 'self'; manifest-src 'self'; "
        f"worker-src 'self'; frame-src {site.url}/run; frame-ancestors 'none'; base-uri 'none'; "
        "form-action 'self'; object-src 'none'; trusted-types rendered-text service-worker; "
        "require-trusted-types-for 'script'"
    )
    assert "camera=(self)" in answer.headers["Permissions-Policy"]
    assert answer.headers["Cache-Control"] == "no-cache"


async def test_page_over_https_is_bound_to_https(site: Edge) -> None:
    answer = await site.nobody.ask("GET", "/", headers={**HTML, "X-Forwarded-Proto": "https"})
    assert "connect-src 'self' wss://" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


@pytest.mark.parametrize("host", ["evil; script-src *", "a b", "x'y", "é"])
async def test_host_that_is_none_stays_out_of_the_headers(site: Edge, host: str) -> None:
    answer = await site.nobody.ask("GET", "/", headers={**HTML, "Host": host})
    policy = answer.headers["Content-Security-Policy"]
    assert "connect-src 'self' ws://localhost;" in policy and "evil" not in policy


async def test_people_get_the_page_where_nothing_is_and_programs_a_problem(site: Edge) -> None:
    person = await site.nobody.ask("GET", "/no/such/page", headers=HTML)
    assert (person.status, person.body) == (404, SHELL)
    for path, headers in (
        ("/no/such/page", {"Accept": "application/json"}),
        ("/api/v1/nothing", HTML),
        ("/static/nothing.js", HTML),
        ("/whip/sessions/nothing", HTML),
    ):
        program = await site.nobody.ask("GET", path, headers=headers)
        assert (program.status, program.body["code"]) == (404, "not-found")


async def test_room_tells_previews_what_it_is(site: Edge) -> None:
    ann = await site.person("ann")
    title = "<b>\"Rust\" & \\1 'me'"
    path = await room(ann, title, description="one\ntwo " + "x" * 300)
    page = (await site.nobody.ask("GET", path, headers=HTML)).body
    escaped = "&lt;b&gt;&quot;Rust&quot; &amp; \\1 &#x27;me&#x27;"
    assert f"<title>{escaped} · Vibecast</title>" in page
    assert f'<meta property="og:title" content="{escaped}">' in page
    assert '<meta property="og:description" content="one two xxx' in page
    assert f'<meta property="og:url" content="{site.url}{path}">' in page
    assert "<b>" not in page and "x" * 250 not in page and "noindex" not in page


async def test_room_that_is_private_or_missing_tells_nothing(site: Edge) -> None:
    ann = await site.person("ann")
    path = await room(ann, "secret plan", visibility="private")
    for hidden in (path, "/streams/999999", "/streams/abc"):
        answer = await site.nobody.ask("GET", hidden, headers=HTML)
        assert (answer.status, answer.body) == (404, SHELL)
    cookie = {"Cookie": f"session={ann.token}"}
    owner = await site.nobody.ask("GET", path, headers={**HTML, **cookie})
    assert owner.status == 200 and "secret plan" in owner.body and "noindex" in owner.body


async def test_challenge_tells_previews_what_it_is(site: Edge, database: Database) -> None:
    mod, now = await site.person("mod"), datetime.now(UTC)
    draft = Draft(
        title="Golf <with> regexes",
        description=None,
        start_date=now,
        end_date=now + timedelta(days=1),
        reward_points=50,
    )
    challenge_id = await add_challenge(database, draft, created_by=int(mod.user_id), now=now)
    page = await site.nobody.ask("GET", f"/challenges/{challenge_id}", headers=HTML)
    assert page.status == 200
    assert "<title>Golf &lt;with&gt; regexes · Vibecast</title>" in page.body
    assert 'content="A challenge for 50 points"' in page.body
    for missing in ("/challenges/999999", "/challenges/abc"):
        assert (await site.nobody.ask("GET", missing, headers=HTML)).status == 404


async def test_video_tells_previews_what_it_is_to_those_who_may_see_it(
    site: Edge, database: Database
) -> None:
    ann = await site.person("ann")
    add = (
        "INSERT INTO videos (user_id, title, status, visibility, video_url, thumbnail_url) "
        "VALUES ($1, 'Parsing <fast>', 'ready', $2, '/media/videos/v', '/media/thumbnails/t') "
        "RETURNING id"
    )
    path, unlisted, private = [
        f"/videos/{await database.fetchval(add, int(ann.user_id), visibility)}"
        for visibility in ("public", "unlisted", "private")
    ]
    page = (await site.nobody.ask("GET", path, headers=HTML)).body
    assert "<title>Parsing &lt;fast&gt; · Vibecast</title>" in page
    assert '<meta property="og:type" content="video.other">' in page
    assert f'<meta property="og:image" content="{site.url}/media/thumbnails/t">' in page
    assert "noindex" not in page
    assert "noindex" in (await site.nobody.ask("GET", unlisted, headers=HTML)).body
    for hidden in (private, "/videos/999999", "/videos/abc"):
        answer = await site.nobody.ask("GET", hidden, headers=HTML)
        assert (answer.status, answer.body) == (404, SHELL)


@pytest.mark.parametrize(
    "path",
    [
        "/notifications",
        "/search?q=rust",
        "/challenges",
        "/leaderboards",
        "/design",
        "/comments/7",
        "/videos",
        "/upload",
    ],
)
async def test_community_has_its_pages(site: Edge, path: str) -> None:
    answer = await site.nobody.ask("GET", path, headers=HTML)
    assert (answer.status, answer.body) == (200, SHELL)


async def test_post_profile_and_tag_tell_previews_what_they_are(
    site: Edge, database: Database
) -> None:
    ann = await site.person("ann")
    await database.execute(
        "UPDATE users SET full_name = '<i>Ann</i>', bio = 'Parsers & \"puns\"', "
        "avatar_url = '/media/ann.webp' WHERE id = $1",
        int(ann.user_id),
    )
    post_id = await database.fetchval(
        "INSERT INTO posts (user_id, content, content_html, html_version) "
        "VALUES ($1, '# ', '<h1>&lt;b&gt;Big <em>news</em></h1><p>' || repeat('x', 300), 1) "
        "RETURNING id",
        int(ann.user_id),
    )
    await database.execute("INSERT INTO tags (name) VALUES ('c++')")

    post = (await site.nobody.ask("GET", f"/posts/{post_id}", headers=HTML)).body
    assert '<meta property="og:title" content="ann: &lt;b&gt;Big news xxx' in post
    assert "<b" not in post.partition("<body>")[0] and "x" * 250 not in post
    assert '<meta property="og:type" content="article">' in post
    profile = (await site.nobody.ask("GET", "/users/Ann", headers=HTML)).body
    assert "<title>&lt;i&gt;Ann&lt;/i&gt; (ann) · Vibecast</title>" in profile
    assert 'content="Parsers &amp; &quot;puns&quot;"' in profile
    assert f'<meta property="og:image" content="{site.url}/media/ann.webp">' in profile
    tag = (await site.nobody.ask("GET", "/tags/c%2B%2B", headers=HTML)).body
    assert "<title>#c++ · Vibecast</title>" in tag
    assert f'<meta property="og:url" content="{site.url}/tags/c%2B%2B">' in tag


@pytest.mark.parametrize(
    "path", ["/posts/9", "/posts/x", "/users/nobody", "/users/a%00", "/tags/no", "/tags/%00"]
)
async def test_what_is_not_there_is_the_page_that_says_so(site: Edge, path: str) -> None:
    answer = await site.nobody.ask("GET", path, headers=HTML)
    assert (answer.status, answer.body) == (404, SHELL)


async def test_files_are_asked_for_again_and_not_sent_again(site: Edge) -> None:
    first = await site.nobody.ask("GET", "/static/app.js")
    assert first.status == 200 and "javascript" in first.headers["Content-Type"]
    assert first.headers["Cache-Control"] == "no-cache"
    assert first.headers["X-Content-Type-Options"] == "nosniff"
    again = await site.nobody.ask(
        "GET", "/static/app.js", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert again.status == 304


@pytest.mark.parametrize(
    "path",
    [
        "/static/../secret.txt",
        "/static/%2e%2e/secret.txt",
        "/static/..%2fsecret.txt",
        "/static/%00",
    ],
)
async def test_files_beside_the_app_are_not_served(site: Edge, path: str) -> None:
    answer = await site.nobody.ask("GET", path)
    assert (answer.status, answer.body["code"]) == (404, "not-found")


async def test_browsers_find_their_icon(site: Edge) -> None:
    answer = await site.nobody.ask("GET", "/favicon.ico")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "image/svg+xml")


async def test_reading_page_of_the_api_may_do_next_to_nothing(site: Edge) -> None:
    answer = await site.nobody.ask("GET", "/api/docs")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; ")
    assert "unsafe" not in policy and "http" not in policy


async def test_files_of_a_version_stay_for_ever(site: Edge, tmp_path: Path) -> None:
    page = tmp_path / "static" / "index.html"
    page.write_text('<script src="/static/app.js">', encoding="utf-8")
    async with asyncio.timeout(10):
        while "/static/v-" not in (text := (await site.nobody.ask("GET", "/", headers=HTML)).body):
            pass
    address = text.split('"')[1]
    file = await site.nobody.ask("GET", address)
    assert (file.status, file.headers["Cache-Control"]) == (
        200,
        "public, max-age=31536000, immutable",
    )
    assert file.headers["Vary"] == "Accept-Encoding"


async def test_version_that_this_node_does_not_have_is_not_there(site: Edge) -> None:
    answer = await site.nobody.ask("GET", "/static/v-000000000000/app.js")
    assert (answer.status, answer.body["code"]) == (404, "not-found")
    assert answer.headers["Cache-Control"] == "no-store"


async def test_files_and_pages_travel_packed(site: Edge, tmp_path: Path) -> None:
    text = "export const words = 1;\n" * 200
    (tmp_path / "static" / "long.js").write_text(text, encoding="utf-8")
    async with asyncio.timeout(10):
        while (plain := await site.nobody.ask("GET", "/static/long.js")).status != 200:
            pass
    assert plain.body == text
    for coding in ("br", "gzip"):
        sent = await site.nobody.ask("GET", "/static/long.js", headers={"Accept-Encoding": coding})
        assert sent.headers["Content-Encoding"] == coding
        assert int(sent.headers["Content-Length"]) < 200


async def test_page_says_who_is_certainly_a_guest(site: Edge, tmp_path: Path) -> None:
    meta = '<meta name="visitor" content="unknown" />'
    (tmp_path / "static" / "index.html").write_text(meta, encoding="utf-8")
    async with asyncio.timeout(10):
        while "guest" not in (await site.nobody.ask("GET", "/", headers=HTML)).body:
            pass
    somebody = {**HTML, "Cookie": "session=something"}
    assert (await site.nobody.ask("GET", "/", headers=somebody)).body == meta


async def test_styles_within_a_page_are_let_through_by_their_hash(
    site: Edge, tmp_path: Path
) -> None:
    static = tmp_path / "static"
    (static / "a.css").write_text("body { color: red }", encoding="utf-8")
    sheet = '<link rel="stylesheet" href="/static/a.css" />'
    (static / "index.html").write_text(f"<title>x</title>{sheet}", encoding="utf-8")
    async with asyncio.timeout(10):
        while "<style>" not in (answer := await site.nobody.ask("GET", "/", headers=HTML)).body:
            pass
    digest = base64.b64encode(hashlib.sha256(b"body { color: red }").digest()).decode()
    policy = answer.headers["Content-Security-Policy"]
    assert f"style-src 'self' 'sha256-{digest}'; style-src-attr" in policy


async def test_page_comes_in_the_theme_that_was_chosen(site: Edge, tmp_path: Path) -> None:
    page = tmp_path / "static" / "index.html"
    page.write_text('<html lang="en">', encoding="utf-8")
    headers = {**HTML, "Cookie": "theme=dark"}
    async with asyncio.timeout(10):
        while (
            'lang="en"' not in (answer := await site.nobody.ask("GET", "/", headers=headers)).body
        ):
            pass
    assert answer.body == '<html data-theme="dark" lang="en">'
    assert "Cookie" in answer.headers["Vary"]


async def test_room_is_read_before_the_app_and_brings_the_answer_it_begins_with(
    site: Edge, tmp_path: Path
) -> None:
    page = tmp_path / "static" / "index.html"
    page.write_text("<title>x</title><!-- first content -->", encoding="utf-8")
    ann = await site.person("ann")
    path = await room(ann, "</script><b>Parser", description="how & why " + "x" * 300)
    async with asyncio.timeout(10):
        while "<main>" not in (text := (await site.nobody.ask("GET", path, headers=HTML)).body):
            pass
    assert '<h1 class="room-title">&lt;/script&gt;&lt;b&gt;Parser</h1>' in text
    assert '<span class="room-who">ann</span>' in text
    assert "how &amp; why xxx" in text and "<b>" not in text
    api = f"/api/v1{path}"
    sent = re.search(rf'<script type="application/json" data-answer="{api}">(.*?)</script>', text)
    assert sent is not None
    assert json.loads(sent[1]) == (await site.nobody.ask("GET", api)).body


async def test_hidden_room_brings_nothing_to_others(site: Edge, tmp_path: Path) -> None:
    page = tmp_path / "static" / "index.html"
    page.write_text("<title>x</title><!-- first content -->", encoding="utf-8")
    ann = await site.person("ann")
    path = await room(ann, "secret plan", visibility="private")
    cookie = {"Cookie": f"session={ann.token}"}
    async with asyncio.timeout(10):
        while "<main>" not in (await site.nobody.ask("GET", path, headers={**HTML, **cookie})).body:
            pass
    answer = await site.nobody.ask("GET", path, headers=HTML)
    assert answer.status == 404 and "<main>" not in answer.body and "secret" not in answer.body


async def test_previews_speak_the_language_of_the_page(
    site: Edge, database: Database, tmp_path: Path
) -> None:
    for language in ("en", "de"):
        words = tmp_path / "static" / "app" / "words" / language / "site.js"
        words.parent.mkdir(parents=True)
        words.write_text("export default {};", encoding="utf-8")
    ann = await site.person("ann")
    path = await room(ann, "Parser")
    german = {**HTML, "Accept-Language": "de-DE,de;q=0.9"}
    async with asyncio.timeout(10):
        while (
            "Live programmiert von ann"
            not in (await site.nobody.ask("GET", path, headers=german)).body
        ):
            pass
    assert "Live coding by ann" in (await site.nobody.ask("GET", path, headers=HTML)).body
    profile = await site.nobody.ask("GET", "/users/ann", headers=german)
    assert "ann auf Vibecast" in profile.body
