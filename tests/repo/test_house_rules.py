"""The house rules that no linter knows: who may import what, and what a file may be."""

from __future__ import annotations

import ast
import functools
import gc
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("node", "server", "rooms", "media", "collab", "community", "persistence")
# Who may import a library, as path prefixes.
OWNERS = {
    "aiortc": ("media/",),
    "asyncpg": ("persistence/",),
    "redis": ("persistence/",),
    "obstore": ("persistence/",),
    "av": ("community/still_worker.py", "community/video_worker.py", "media/"),
    "PIL": ("community/picture_worker.py",),
    "pycrdt": ("collab/",),
}


@functools.cache
def _tree(path: Path) -> ast.Module:
    """Return what stands in a file. Nothing may be collected meanwhile: a finaliser that prints a
    traceback parses too, and in Python 3.11 a parse within a parse fails."""
    gc.disable()
    try:
        return ast.parse(path.read_text(encoding="utf-8"))
    finally:
        gc.enable()


def _python_files() -> Iterator[Path]:
    yield from sorted(ROOT.glob("*.py"))
    for package in PACKAGES:
        yield from sorted((ROOT / package).rglob("*.py"))


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize("library", OWNERS)
def test_library_is_imported_by_its_owner_only(library: str) -> None:
    strangers = [
        name
        for path in _python_files()
        if library in _imports(path)
        and not (name := path.relative_to(ROOT).as_posix()).startswith(OWNERS[library])
    ]
    assert strangers == []


def test_storage_knows_no_edge() -> None:
    for path in (ROOT / "persistence").rglob("*.py"):
        assert not _imports(path) & {"aiohttp", "socketio", "aiortc"}, path


def test_every_module_says_what_it_owns() -> None:
    silent = [
        path.relative_to(ROOT).as_posix()
        for path in _python_files()
        if path.name != "__init__.py" and not ast.get_docstring(_tree(path))
    ]
    assert silent == []


def test_no_module_grows_past_two_ideas() -> None:
    for path in _python_files():
        lines = path.read_text(encoding="utf-8").count("\n")
        assert lines <= 600, f"{path.relative_to(ROOT)} has {lines} lines: which two things is it?"


def test_everything_may_be_caught_in_few_places_only() -> None:
    """The HTTP middleware, the Socket.IO adapter, and the supervisors of long-lived tasks; and
    where a Rust panic is a BaseException whose class cannot be imported."""
    allowed = {
        "server/problems.py",
        "rooms/socketio_edge.py",
        "persistence/group_commit.py",
        "collab/document.py",
        "collab/work.py",
        "media/announcer.py",
        "media/node.py",
    }
    broad = {
        path.relative_to(ROOT).as_posix()
        for path in _python_files()
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.ExceptHandler)
        and (
            node.type is None
            or (isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"})
        )
    }
    assert broad <= allowed


def test_tests_neither_sleep_nor_skip() -> None:
    for path in (ROOT / "tests").rglob("*.py"):
        for node in ast.walk(_tree(path)):
            if not isinstance(node, ast.Call):
                continue
            name = ast.unparse(node.func)
            waits_for_nothing = [ast.unparse(argument) for argument in node.args] == ["0"]
            assert not name.endswith("sleep") or waits_for_nothing, f"{path}: {name}"
            assert name not in {"pytest.skip", "pytest.xfail", "pytest.mark.skip"}, path


def test_nobody_takes_the_promise_of_an_answer_for_a_yes() -> None:
    """Playwright's `wait_for_function` does so with an async function."""
    promised = re.compile(r'wait_for_function\(\s*f?"+\s*async')
    for path in (ROOT / "tests").rglob("*.py"):
        assert not promised.search(path.read_text(encoding="utf-8")), path


def test_lock_files_name_no_index_of_packages() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        assert "://" not in (ROOT / name).read_text(encoding="utf-8"), name
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text(encoding="utf-8")


def test_no_query_sets_what_outlives_its_transaction() -> None:
    """Connections go back to the pool as they are (persistence/database.py)."""
    lasting = re.compile(r"\b(SET SESSION|LISTEN|WITH HOLD|CREATE TEMP)\b|pg_advisory_lock\(")
    for path in (ROOT / "persistence" / "queries").glob("*.sql"):
        assert not lasting.search(path.read_text(encoding="utf-8")), path.name


def test_sql_is_never_put_together() -> None:
    """Every statement is a named one of `queries/`, or a constant; values travel beside it."""
    ask = {"execute", "executemany", "fetch", "fetchrow", "fetchval"}
    # These pass on, or read, what was named elsewhere.
    passing = {"persistence/database.py", "persistence/migrations.py"}
    found = []
    for path in sorted((ROOT / "persistence").glob("*.py")):
        if str(path.relative_to(ROOT)) in passing:
            continue
        for node in ast.walk(_tree(path)):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            if node.func.attr in ask and node.args and not _is_named(node.args[0]):
                found.append(f"{path.name}:{node.lineno}")
    assert found == []


def _is_named(statement: ast.expr) -> bool:
    match statement:
        case ast.Constant() | ast.Name(id="query"):
            return True
        case ast.Subscript(value=ast.Name(id=name)) if name.startswith("_") and name.isupper():
            return True
    return False


def test_every_style_sheet_has_its_place_in_a_page() -> None:
    pages = [
        (ROOT / "static" / name).read_text(encoding="utf-8")
        for name in ("index.html", "api.html", "offline.html")
        if (ROOT / "static" / name).exists()
    ]
    sheets = sorted(path.name for path in (ROOT / "static" / "styles").glob("*.css"))
    assert [name for name in sheets if not any(f"/styles/{name}" in page for page in pages)] == []
