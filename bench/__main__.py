"""`python -m bench [NAME ...]`: run the benchmarks and write docs/benchmarks.md.

With names only those are run, and only printed: the document always stands for one whole run. What
takes long is run by name only.
"""

from __future__ import annotations

import argparse
import sys
import traceback
from collections.abc import Callable

from bench.browser import measure_browser
from bench.chat import measure_chat
from bench.chat_page import measure_chat_page
from bench.document_crowds import measure_document_crowds
from bench.documents import measure_documents
from bench.faults import measure_faults
from bench.feed_requests import measure_feed_requests
from bench.feeds import measure_feeds
from bench.leaderboards import measure_leaderboards
from bench.long_documents import measure_long_documents
from bench.media import measure_media
from bench.media_soak import measure_media_soak
from bench.report import DOCUMENT, Bar, Table, write_document, write_table
from bench.votes import measure_votes
from bench.writes import measure_writes

BENCHMARKS: dict[str, Callable[[], Table]] = {
    "media": measure_media,
    "browser": measure_browser,
    "writes": measure_writes,
    "chat": measure_chat,
    "votes": measure_votes,
    "chat-page": measure_chat_page,
    "documents": measure_documents,
    "document-crowds": measure_document_crowds,
    "long-documents": measure_long_documents,
    "feeds": measure_feeds,
    "feed-requests": measure_feed_requests,
    "leaderboards": measure_leaderboards,
}

LONG: dict[str, Callable[[], Table]] = {
    "faults": measure_faults,
    "media-soak": measure_media_soak,
}


def main() -> int:
    """Run what was asked for; return 1 if a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *BENCHMARKS, *LONG], metavar="NAME")
    names = parser.parse_args().names
    tables = []
    for name in names or BENCHMARKS:
        table = _measured(name)
        print(write_table(table), flush=True)
        tables.append(table)
    if not names:
        DOCUMENT.parent.mkdir(exist_ok=True)
        DOCUMENT.write_text(write_document(tables))
    return 0 if all(bar.kept for table in tables for bar in table.bars) else 1


def _measured(name: str) -> Table:
    """One that fails is a broken promise, and costs the others nothing."""
    try:
        return (BENCHMARKS | LONG)[name]()
    except Exception as error:  # noqa: BLE001 - whatever it was, the rest is measured
        traceback.print_exc()
        fault = f"it ran to its end ({type(error).__name__}: {error})"
        return Table(name, "It was not measured.", (), (), [Bar(fault, kept=False)])


if __name__ == "__main__":
    sys.exit(main())
