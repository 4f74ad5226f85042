"""What the browser gets of the web app: how much, that leaving out comments changes no program, and
that every page is served with the style sheets it uses.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from server.app_page import ENTRY, AppPage
from server.assets import Version, packed

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "static"
# Our own scripts and styles of one page, packed as they are sent, with the words of the longer
# language: the sheets and modules that the server has the browser begin with ...
PAGE_LIMIT_BYTES = 200_000
# ... and with those that come when something is opened on it.
WHOLE_PAGE_LIMIT_BYTES = 240_000
HOME_LIMIT_BYTES = 110_000
# A page with the styles within it, packed: all that a first paint waits for. A sender begins with
# ten packets, so what is below 14 KB is there with the first answer, and the rest one answer later.
FIRST_PAINT_LIMIT_BYTES = {"home": 14_000, "others": 21_000}
PAGES = {
    "home": "/",
    "room": "/streams/1",
    "studio": "/studio",
    "post": "/posts/1",
    "posts": "/posts",
    "video": "/videos/1",
    "videos": "/videos",
    "upload": "/upload",
    "profile": "/users/ann",
    "tag": "/tags/rust",
    "challenges": "/challenges",
    "challenge": "/challenges/1",
    "leaderboards": "/leaderboards",
    "notifications": "/notifications",
    "search": "/search",
    "settings": "/settings",
    "moderation": "/moderation",
    "admin": "/admin",
    "removed": "/removed",
    "design": "/design",
    "sign in": "/signin",
    "sign up": "/signup",
    "recovery": "/reset-password",
    "comment": "/comments/1",
}
_LATER = re.compile(r'(?<![\w.])import\("(\.[^"]+\.js)"\)')
_CLASSES = re.compile(
    r"(?:\bclass(?:Name)?: |classList\.(?:add|toggle)\()(?:\"([^\"]*)\"|`([^`]*)`)"
)


def _files() -> dict[str, bytes]:
    return {
        path.relative_to(STATIC).as_posix(): path.read_bytes()
        for path in STATIC.rglob("*")
        if path.is_file()
    }


FILES = _files()
PAGE = AppPage(Version(FILES))
SCRIPT = f'<script type="module" src="{PAGE.version.address(ENTRY)}">'


def _sent_bytes(names: set[str]) -> int:
    sizes = []
    for name in names:
        asset = PAGE.version.asset(name)
        assert asset is not None, name
        sizes.append(len(asset.packed("br")[1]))
    return sum(sizes)


def _modules(path: str) -> set[str]:
    """Return our modules of a page with those that it fetches later, but no other page's."""
    module = PAGE.module_of(path)
    found = set(PAGE.modules("app/main.js", *([module] if module else [])))
    waiting = found - {"app/main.js"}
    while waiting:
        later = set()
        for name in waiting:
            for address in _LATER.findall(PAGE.version.text(name) or ""):
                target = (STATIC / name).parent.joinpath(address).resolve()
                later |= set(PAGE.modules(target.relative_to(STATIC.resolve()).as_posix()))
        waiting = later - found
        found |= later
    ours = {name for name in found if not name.startswith("vendor/")}
    # The longer language.
    return ours | set(PAGE.words(ours, "de"))


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES.keys())
def test_page_is_small(path: str) -> None:
    begun = set(PAGE.modules("app/main.js", PAGE.module_of(path) or ""))
    begun |= set(PAGE.words(begun, "de")) | set(PAGE.sheets(path))
    size, whole = _sent_bytes(begun), _sent_bytes(_modules(path) | begun)
    assert size <= PAGE_LIMIT_BYTES, f"{path} begins with {size} bytes of our own"
    assert whole <= WHOLE_PAGE_LIMIT_BYTES, f"{path} has {whole} bytes of our own in all"


def test_home_is_smaller() -> None:
    assert _sent_bytes(_modules("/") | set(PAGE.sheets("/"))) <= HOME_LIMIT_BYTES


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES.keys())
def test_first_paint_waits_for_the_page_alone(path: str) -> None:
    page = PAGE.html(path, is_guest=True, language="de") or ""
    assert 'rel="stylesheet"' not in page, "a sheet is one more way there and back"
    assert re.findall(r"<script[^>]*>", page) == [SCRIPT], "a classic script keeps the page waiting"
    limit = FIRST_PAINT_LIMIT_BYTES["home" if path == "/" else "others"]
    coding, sent = packed(page.encode(), "br")
    assert (coding, len(sent) <= limit) == ("br", True), f"{path} is {len(sent)} bytes"


def test_styles_within_a_page_do_not_end_it() -> None:
    for name in FILES:
        if name.startswith("styles/"):
            assert "</" not in (PAGE.version.text(name) or ""), name


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES.keys())
def test_page_begins_with_its_own_module_and_without_the_editor(path: str) -> None:
    assert PAGE.module_of(path) is not None, "the router's table is not what the server reads"
    begun = PAGE.modules("app/main.js", PAGE.module_of(path) or "")
    assert not [name for name in begun if name.startswith("vendor/")]
    if path not in (PAGES["room"], PAGES["studio"]):
        assert not [name for name in begun if "/room/" in name or "/studio/" in name]


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES.keys())
def test_page_has_the_sheets_that_style_it(path: str) -> None:
    styled_by: dict[str, set[str]] = defaultdict(set)
    for name in FILES:
        if name.startswith("styles/"):
            for word in re.findall(r"\.([a-zA-Z][\w-]*)", PAGE.version.text(name) or ""):
                styled_by[word].add(name)
    served = set(PAGE.sheets(path))
    without = {}
    for name in _modules(path):
        for plain, template in _CLASSES.findall(PAGE.version.text(name) or ""):
            words = re.sub(r"\$\{[^}]*\}", " ", plain + template).split()
            for word in words:
                if word in styled_by and not styled_by[word] & served:
                    without[word] = (name, sorted(styled_by[word]))
    assert without == {}


def test_every_sheet_has_its_place_in_the_page() -> None:
    page = PAGE.version.text("index.html") or ""
    placed = re.findall(r'href="/static/(styles/[^"]+)"', page)
    own_pages = {"styles/api.css", "styles/offline.css"}
    assert sorted(placed) == sorted(
        n for n in FILES if n.startswith("styles/") and n not in own_pages
    )


def test_leaving_out_comments_changes_no_program(tmp_path: Path) -> None:
    """Both ways through a real parser, the program is the same."""
    names = [n for n in FILES if n.startswith("app/") and n.endswith(".js")]
    for name in names:
        for kind, text in (("as", FILES[name].decode()), ("sent", PAGE.version.text(name) or "")):
            target = tmp_path / kind / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
    (tmp_path / "names.json").write_text(json.dumps(names), encoding="utf-8")
    script = """
        import { readFileSync } from "node:fs";
        import { transformSync } from "esbuild";
        const [folder] = process.argv.slice(1);
        const names = JSON.parse(readFileSync(`${folder}/names.json`, "utf8"));
        const program = (kind, name) =>
          transformSync(readFileSync(`${folder}/${kind}/${name}`, "utf8"), {
            minify: true, legalComments: "none" }).code;
        const other = names.filter((name) => program("as", name) !== program("sent", name));
        process.stdout.write(JSON.stringify(other));
    """
    node = Path(sys.executable).parent / "node"
    run = subprocess.run(
        [str(node), "--input-type=module", "-e", script, str(tmp_path)],
        cwd=ROOT,
        check=True,
        timeout=120,
        capture_output=True,
        text=True,
    )
    assert json.loads(run.stdout) == []


@pytest.mark.parametrize(("language", "word"), [("en", "software"), ("de", "Software")])
def test_stranger_reads_the_first_words_before_any_script(language: str, word: str) -> None:
    page = PAGE.html("/", is_guest=True, language=language) or ""
    lead = re.search(r"<h1>(.+?)</h1><p>(.+?)</p>", page)
    assert lead is not None and word in lead[1] and len(lead[2]) > 20
    assert "<h1>" not in (PAGE.html("/", is_guest=False, language=language) or "")
    assert "<h1>" not in (PAGE.html("/signin", is_guest=True, language=language) or "")
