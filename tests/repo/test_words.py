"""The catalogues of words are whole, in every language, and nothing is said beside them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from server.letter_words import LETTERS
from server.shell_words import PREVIEWS, SENTENCES

LOOK = Path(__file__).parent / "words.mjs"
ROOT = Path(__file__).parents[2]
ERRORS = ROOT / "errors.py"
SHELL = ROOT / "static" / "index.html"
WORDS = ROOT / "static" / "app" / "words"
LANGUAGES = ("en", "de")
PLACEHOLDER = re.compile(r"\{(\w+)\}")

# Words of the code that are no words of the page, file by file, and why.
EXEMPT = {
    "view/api/": "what programmers read about the wire is in English",
    "model/description.js": "what programmers read about the wire is in English",
    "view/room/code-colours.js": "words of programming languages",
    "view/room/editor-setup.js": "values of style rules",
    "view/room/tabs.js": "a media query",
    "view/kit/rendered.js": "names of elements",
    "view/pages/design.js": "a specimen of code",
    "view/pages/home-lead.js": "a specimen of code",
    "link/run-link.js": "a page on which a style sheet is shown",
}
EXEMPT_TEXTS = {
    # The reasons that a report begins with: moderators read them, whatever the reporter's language.
    "Spam", "Harassment", "Hate or violence", "Privacy", "Something else",
    # Names of keys, of acts, of a selector; examples of what is typed.
    "ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Control+z", "Control+xx", "Alt+xx",
    "dismiss", "remove", "suspend", "plain",
    "button:not(:disabled), a[href]", "rust", "main.py", "Bearer xx",
    # What programs are called, and what goes wrong between them.
    "PushManager", "Notification", "no such worker", "xx did not load.",
}  # fmt: skip


@cache
def _found() -> dict[str, Any]:
    node = Path(sys.executable).parent / "node"
    looked = subprocess.run(
        [str(node), str(LOOK)], check=True, timeout=120, capture_output=True, text=True
    )
    found: dict[str, Any] = json.loads(looked.stdout)
    return found


def _sentences(entry: str | dict[str, str]) -> list[str]:
    return [entry] if isinstance(entry, str) else list(entry.values())


def _placeholders(entry: str | dict[str, str]) -> set[str]:
    return {name for sentence in _sentences(entry) for name in PLACEHOLDER.findall(sentence)}


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_every_language_has_the_same_entries_with_the_same_placeholders(language: str) -> None:
    for area, words in _found()["catalogues"].items():
        english, other = words["en"], words[language]
        assert other.keys() == english.keys(), area
        for key, entry in english.items():
            assert _placeholders(other[key]) == _placeholders(entry), f"{area}.{key}"
            if isinstance(entry, dict):
                assert other[key].keys() == entry.keys(), f"{area}.{key}"
            assert all(sentence.strip() for sentence in _sentences(other[key])), f"{area}.{key}"


def test_every_entry_that_is_asked_for_exists_and_every_other_is_asked_for() -> None:
    found = _found()
    written = {(area, key) for area, words in found["catalogues"].items() for key in words["en"]}
    # The one place that passes a key on: countOf(count, noun).
    asked = {
        (use["area"], use["key"]) for use in found["uses"] if use["file"] != "view/kit/format.js"
    } | {(use["area"], use["key"]) for use in found["uses"] if not use["key"].startswith("not a ")}
    assert sorted(asked - written) == []
    assert sorted(written - asked) == []


def test_nothing_that_people_read_stands_beside_the_catalogues() -> None:
    said = [
        f"{each['file']}:{each['line']}: {each['text']}"
        for each in _found()["literals"]
        if not each["file"].startswith(tuple(EXEMPT)) and each["text"] not in EXEMPT_TEXTS
    ]
    assert said == []


def test_every_exemption_is_still_needed() -> None:
    literals = _found()["literals"]
    for start in EXEMPT:
        assert any(each["file"].startswith(start) for each in literals), start
    texts = {each["text"] for each in literals}
    assert sorted(EXEMPT_TEXTS - texts) == []


def test_every_refusal_of_the_server_has_its_sentence_in_every_language() -> None:
    codes = re.findall(
        r'^    code(?:: ClassVar\[str\])? = "([\w-]+)"', ERRORS.read_text(), re.MULTILINE
    )
    for language in LANGUAGES[1:]:
        text = (WORDS / language / "problems.js").read_text(encoding="utf-8")
        sentences = text[text.index("const sentences") : text.index("};")]
        told = re.findall(r'^  "?([\w-]+)"?:', sentences, re.MULTILINE)
        assert sorted(told) == sorted(set(codes))


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_what_the_document_says_by_itself_is_said_in_every_language(language: str) -> None:
    shell = SHELL.read_text(encoding="utf-8")
    assert [english for english in SENTENCES[language] if english not in shell] == []


def test_letters_are_written_in_every_language() -> None:
    assert set(LETTERS) == set(LANGUAGES)
    for language in LANGUAGES[1:]:
        assert LETTERS[language].keys() == LETTERS["en"].keys()
        for kind, sentences in LETTERS["en"].items():
            for ours, theirs in zip(sentences, LETTERS[language][kind], strict=True):
                assert _placeholders(ours) == _placeholders(theirs), kind


def test_previews_say_the_same_in_every_language() -> None:
    english = {key: set(re.findall(r"\{\w+\}", text)) for key, text in PREVIEWS["en"].items()}
    for words in PREVIEWS.values():
        assert {k: set(re.findall(r"\{\w+\}", t)) for k, t in words.items()} == english
