"""The app's files as they are sent: versions, packing, and what a page asks for."""

from __future__ import annotations

import base64
import gzip
import hashlib
import itertools
from pathlib import Path

import brotli
import pytest

from server.app_page import AppPage
from server.assets import Assets, Version, as_sent
from server.languages import preferred

PAGE = """<head><meta name="visitor" content="unknown" />
<link rel="stylesheet" href="/static/a.css" />
<link rel="stylesheet" href="/static/b.css" data-for="home streams" />
<link rel="stylesheet" href="/static/c.css" data-for="streams" />
<link rel="manifest" href="/static/manifest.webmanifest" />
<!-- preloads --></head>"""
MAIN = """import { a } from "./a.js";
const routes = [
  { path: /^\\/$/, open: async () => (await import("./home.js")).open() },
  { path: /^\\/streams\\/(\\d+)$/, open: async (id) => (await import("./room.js")).open(id) },
  { path: /^\\/late$/, open: () => {} },
];
"""
APP = {
    "index.html": PAGE,
    "app/main.js": MAIN,
    "app/a.js": 'export { b } from "../b.js";',
    "b.js": "export const b = 1;",
    "app/home.js": 'import { b } from "../b.js";\nimport { a } from "./a.js";',
    "app/room.js": 'import {\n  a,\n} from "./a.js";',
    **{name: f".{name[0]} {{}}" for name in ("a.css", "b.css", "c.css")},
}


def version(files: dict[str, str]) -> Version:
    return Version({name: text.encode() for name, text in files.items()})


@pytest.mark.parametrize(
    "line", ["// why", "  // why", "/* why */", "  /** @type {number} */", "/** a", "   */"]
)
def test_lines_that_are_comments_are_sent_empty(line: str) -> None:
    if line.strip() == "*/":
        text = "/**\n * why\n */\nlet a;"
        assert as_sent("a.js", text.encode()) == b"\n\n\nlet a;"
        return
    end = " */" if line == "/** a" else ""
    assert as_sent("a.js", f"{line}{end}\nlet a;".encode()) == b"\nlet a;"


@pytest.mark.parametrize(
    "line",
    ["let a; // why", "/* why */ let a;", 'const url = "https://x";', "a /* b */ + c", "*/5"],
)
def test_other_lines_are_sent_as_they_are(line: str) -> None:
    assert as_sent("a.js", line.encode()) == line.encode()


def test_third_party_files_keep_every_word() -> None:
    assert as_sent("vendor/a.js", b"// licence") == b"// licence"


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip, deflate, br", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("GZIP;q=1.0", "gzip"),
        ("br;q=0.000", None),
        ("identity", None),
        ("", None),
    ],
)
def test_best_coding_that_is_taken_is_sent(accepted: str, coding: str | None) -> None:
    body = b"export {};\n" * 100
    asset = Version({"a.js": body}).asset("a.js")
    assert asset is not None
    used, sent = asset.packed(accepted)
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[used]
    assert used == coding and unpack(sent) == body
    assert coding is None or len(sent) < 100


def test_pictures_and_little_files_are_not_packed() -> None:
    files = Version({"a.png": bytes(1_000), "a.js": b"let a;"})
    for name in ("a.png", "a.js"):
        asset = files.asset(name)
        assert asset is not None and asset.packed("br, gzip") == (None, asset.body)


def test_edited_files_are_another_version_and_the_last_one_stays(tmp_path: Path) -> None:
    seconds = itertools.count(0.0, 10.0)
    (tmp_path / "a.js").write_text("let a;")
    assets = Assets(tmp_path, clock=lambda: next(seconds))
    first = assets.newest()
    (tmp_path / "a.js").write_text("let changed;")
    second = assets.newest()
    assert first.hash != second.hash
    for one, body in ((first, b"let a;"), (second, b"let changed;")):
        found = assets.find(one.address("a.js").removeprefix("/static/"))
        assert found is not None and (found[0].body, found[1]) == (body, True)
    plain = assets.find("a.js")
    assert plain is not None and (plain[0].body, plain[1]) == (b"let changed;", False)
    (tmp_path / "a.js").write_text("let once_more;")
    assets.newest()
    assert assets.find(first.address("a.js").removeprefix("/static/")) is None


def test_version_is_the_same_wherever_the_files_are_the_same() -> None:
    assert version(APP).hash == version(dict(reversed(APP.items()))).hash


def test_page_preloads_what_its_address_needs() -> None:
    page = AppPage(version(APP))
    home, room, late = (page.html(path, is_guest=False) for path in ("/", "/streams/7", "/late"))
    assert home is not None and room is not None and late is not None
    base = f'<link rel="modulepreload" href="/static/v-{page.version.hash}/'
    assert all(f'{base}{name}"' in home for name in ("app/main.js", "app/a.js", "b.js"))
    assert f'{base}app/home.js"' in home and f'{base}app/room.js"' not in home
    assert f'{base}app/room.js"' in room and f'{base}app/home.js"' not in room
    assert "home.js" not in late and "room.js" not in late
    assert page.modules("app/room.js") == ["app/room.js", "app/a.js", "b.js"]


def test_page_has_the_sheets_of_its_address_and_places_for_the_others() -> None:
    page = AppPage(version(APP))
    assert page.sheets("/") == ["a.css", "b.css"]
    assert page.sheets("/streams/7") == ["a.css", "b.css", "c.css"]
    assert page.sheets("/late") == ["a.css"]
    late = page.html("/late", is_guest=False)
    assert late is not None
    place = f'<link data-href="/static/v-{page.version.hash}/b.css" data-for="home streams" />'
    assert place in late
    assert 'href="/static/manifest.webmanifest"' in late


def test_sheets_of_a_page_are_within_it_and_named_by_their_hashes() -> None:
    page = AppPage(version(APP))
    html = page.html("/streams/7", is_guest=True) or ""
    assert "<style>.a {}.b {}.c {}</style>" in html and 'rel="stylesheet"' not in html
    digest = base64.b64encode(hashlib.sha256(b".a {}.b {}.c {}").digest()).decode()
    assert page.style_hashes("/streams/8") == [f"'sha256-{digest}'"]
    late = page.style_hashes("/late")
    assert len(late) == 1 and late != page.style_hashes("/")


@pytest.mark.parametrize(
    ("theme", "begins"),
    [
        ("dark", '<html data-theme="dark" lang="de">'),
        ("light", '<html data-theme="light" lang="de">'),
        ("", '<html lang="de">'),
        ('"><script>', '<html lang="de">'),
    ],
)
def test_page_comes_in_the_theme_that_was_chosen(theme: str, begins: str) -> None:
    page = AppPage(version({"index.html": f'<html lang="en">{PAGE}'}))
    html = page.html("/", is_guest=True, language="de", theme=theme) or ""
    assert html.startswith(begins)


def test_page_tells_guests_that_they_are() -> None:
    page = AppPage(version(APP))
    assert 'content="guest"' in (page.html("/", is_guest=True) or "")
    assert 'content="unknown"' in (page.html("/", is_guest=False) or "")


def test_page_begins_with_the_words_of_one_language() -> None:
    words = {
        "index.html": f'<html lang="en">{PAGE}',
        "app/main.js": 'import { say } from "./words/site.js";',
        "app/words/site.js": "",
        "app/words/en/site.js": "",
        "app/words/de/site.js": "",
    }
    page = AppPage(version(words))
    assert page.languages == {"en", "de"}
    german = page.html("/", is_guest=True, language="de") or ""
    assert '<html lang="de">' in german
    assert "/app/words/de/site.js" in german and "/app/words/en/site.js" not in german


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("de-DE,de;q=0.9,en;q=0.8", "de"),
        ("fr, en;q=0.1, de;q=0.5", "de"),
        ("de;q=0, fr", "en"),
        ("de;q=x", "en"),
        ("", "en"),
    ],
)
def test_page_speaks_the_dearest_language_there_is(accepted: str, language: str) -> None:
    assert preferred(accepted, {"en", "de"}) == language


def test_nothing_is_made_where_the_app_is_not_installed() -> None:
    assert AppPage(version({})).html("/", is_guest=True) is None
