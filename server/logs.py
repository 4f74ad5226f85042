"""Logs: one event a line, JSON for machines and columns for a terminal, with the request's id.

No token, stream key, password or e-mail address is ever an argument of a log call; what clients
send is escaped by both forms, so nobody writes lines of their own into the log.
"""

from __future__ import annotations

import logging
import sys

import structlog


def set_up_logs(level: str) -> None:
    """Send everything at `level` and above to standard output. Called once, by run.py."""
    number = logging.getLevelNamesMapping()[level.upper()]
    processors: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    if sys.stdout.isatty():
        processors.append(structlog.dev.ConsoleRenderer())
    else:
        processors += [structlog.processors.dict_tracebacks, structlog.processors.JSONRenderer()]
    structlog.configure(
        processors=processors,
        wrapper_class=structlog.make_filtering_bound_logger(number),
        cache_logger_on_first_use=True,
    )
    # Libraries use the standard module; their warnings and errors are ours too.
    logging.basicConfig(
        level=max(number, logging.WARNING),
        stream=sys.stdout,
        format="%(asctime)s %(levelname)s %(name)s %(message)s",
    )
