"""Named SQL: `queries/<noun>.sql` holds `-- name: <query>` sections, read by its storage.

SQL stands in files so that it can be read, reviewed and explained as SQL; nothing builds a query
from strings at run time.

A list that is read page by page marks its order with `/*page*/`: before the comparison with the key
that a page begins behind, and before the direction of each column that it is sorted by. Beside
`latest` there is then `latest_back`, the same query with what is marked turned round, which reads
the page before (server/paging.py); so the two cannot come apart.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

_FOLDER = Path(__file__).parent / "queries"
_SECTION = re.compile(r"^-- name: (?P<name>[a-z][a-z0-9_]*)\s*$", re.MULTILINE)
_ORDER = re.compile(r"/\*page\*/ (<|>|ASC|DESC)")
_TURNED = {"<": ">", ">": "<", "ASC": "DESC", "DESC": "ASC"}


def load_queries(noun: str) -> Mapping[str, str]:
    """Return the queries of `queries/<noun>.sql` by name.

    Raises ValueError for a file without sections or with a name given twice, at the start of the
    node rather than at the first use.
    """
    text = (_FOLDER / f"{noun}.sql").read_text(encoding="utf-8")
    sections = list(_SECTION.finditer(text))
    if not sections:
        raise ValueError(f"queries/{noun}.sql has no '-- name:' section")
    queries: dict[str, str] = {}
    ends = [*(section.start() for section in sections[1:]), len(text)]
    for section, end in zip(sections, ends, strict=True):
        name = section["name"]
        if name in queries:
            raise ValueError(f"queries/{noun}.sql names {name} twice")
        queries[name] = query = text[section.end() : end].strip()
        if _ORDER.search(query):
            queries[f"{name}_back"] = _turned_round(query)
    return queries


def _turned_round(query: str) -> str:
    return _ORDER.sub(lambda order: _TURNED[order[1]], query)
