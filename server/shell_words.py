"""What `index.html` says by itself, before the app or instead of it, in other languages."""

from __future__ import annotations

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
