"""docs/protocol.md says what programs can rely on, so it must know every error code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from errors import VibecastError
from server.problems import CODES_BY_STATUS

DOCUMENT = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text(encoding="utf-8")


def _classes(base: type[VibecastError]) -> Iterator[type[VibecastError]]:
    yield base
    for each in base.__subclasses__():
        yield from _classes(each)


def test_every_error_code_stands_in_the_document_with_its_status() -> None:
    section = DOCUMENT[DOCUMENT.index("\n## Errors") :]
    documented = {
        (status, code) for status, code in re.findall(r"^\| (\d+) \| `([a-z-]+)` \|", section, re.M)
    }
    codes = {(str(each.status), each.code) for each in _classes(VibecastError)}
    codes |= {(str(status), code) for status, code in CODES_BY_STATUS.items()}
    assert documented == codes


def test_the_tree_of_errors_names_every_class() -> None:
    import errors

    tree = errors.__doc__ or ""
    assert [each.__name__ for each in _classes(VibecastError) if each.__name__ not in tree] == []
