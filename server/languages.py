"""The language somebody reads: the one that was chosen in the browser, else the first of those the
browser asks for that there is. The app decides in the same way, in `static/app/words/language.js`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

from aiohttp import hdrs, web

Language = Literal["en", "de"]

LANGUAGES: tuple[Language, ...] = get_args(Language)
COOKIE = "language"
# What the same address answers with depends on these.
VARY = f"{hdrs.ACCEPT_LANGUAGE}, {hdrs.COOKIE}"
MAX_TAGS = 20


def language_of(request: web.Request) -> Language:
    """Return the language of the answer to `request`."""
    return chosen_language(request.cookies, request.headers.get(hdrs.ACCEPT_LANGUAGE, ""))


def chosen_language(cookies: Mapping[str, str], accept: str) -> Language:
    """Return the language of a browser with these cookies and this Accept-Language."""
    for name in (cookies.get(COOKIE, ""), *_asked_for(accept)):
        for language in LANGUAGES:
            if name == language:
                return language
    return LANGUAGES[0]


def _asked_for(accept: str) -> list[str]:
    """Return the primary subtags of an Accept-Language, the dearest first."""
    weighed = []
    for part in accept.split(",")[:MAX_TAGS]:
        tag, _, weight = part.partition(";q=")
        try:
            quality = float(weight or 1)
        except ValueError:
            quality = 0.0
        if quality > 0:
            weighed.append((quality, tag.strip().partition("-")[0].lower()))
    # Sorting is stable: of the same weight, what stands first is dearer.
    return [name for _, name in sorted(weighed, key=lambda each: -each[0])]
