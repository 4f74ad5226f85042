"""What pages say before the app or instead of it: `index.html`, and the previews of what says
nothing of itself.
"""

from __future__ import annotations

from typing import Literal

from server.languages import DEFAULT

# Whoever changes a sentence there changes it here; a test compares.
SENTENCES = {
    "de": {
        "Watch people write software, live, and write it with them.": (
            "Sieh live zu, wie Software entsteht, und schreib mit."
        ),
        "Skip to the page": "Zum Inhalt springen",
        "Vibecast needs JavaScript for video, chat and the editor.": (
            "Vibecast braucht JavaScript für Video, Chat und Editor."
        ),
    }
}


def in_language(shell: str, language: str) -> str:
    """Return the page with what it says in `language`."""
    for english, other in SENTENCES.get(language, {}).items():
        shell = shell.replace(english, other)
    return shell


PreviewKey = Literal["stream", "challenge", "picture", "video", "profile", "tag"]

PREVIEWS: dict[str, dict[PreviewKey, str]] = {
    "en": {
        "stream": "Live coding by {name}",
        "challenge": "A challenge for {points} points",
        "picture": "a picture",
        "video": "A video by {name}",
        "profile": "{name} on Vibecast",
        "tag": "What people on Vibecast write about #{name}",
    },
    "de": {
        "stream": "Live programmiert von {name}",
        "challenge": "Eine Challenge für {points} Punkte",
        "picture": "ein Bild",
        "video": "Ein Video von {name}",
        "profile": "{name} auf Vibecast",
        "tag": "Was auf Vibecast über #{name} geschrieben wird",
    },
}


def say_of(key: PreviewKey, *, language: str, **values: str | int) -> str:
    """Return what a preview says of something that has no words of its own."""
    return PREVIEWS.get(language, PREVIEWS[DEFAULT])[key].format(**values)
