"""Which language a page speaks: what was chosen in this browser, else the first that it asks for
and that there is. `static/app/words/language.js` decides in the same way.
"""

from __future__ import annotations

from collections.abc import Collection

from aiohttp import hdrs, web

COOKIE = "language"
DEFAULT = "en"


def language_of(request: web.Request, known: Collection[str]) -> str:
    """Return the language of a request's page."""
    chosen = request.cookies.get(COOKIE, "")
    if chosen in known:
        return chosen
    return preferred(request.headers.get(hdrs.ACCEPT_LANGUAGE, ""), known)


def preferred(accepted: str, known: Collection[str]) -> str:
    """Return the dearest of an Accept-Language that is known."""
    wanted: list[tuple[float, str]] = []
    for part in accepted.split(","):
        tag, _, weight = part.partition(";")
        wanted.append((_weight(weight), tag.strip().split("-")[0].lower()))
    # Sorting is stable: what weighs the same stays in its order.
    for liking, language in sorted(wanted, key=lambda each: -each[0]):
        if liking > 0 and language in known:
            return language
    return DEFAULT


def _weight(text: str) -> float:
    name, _, value = text.partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
