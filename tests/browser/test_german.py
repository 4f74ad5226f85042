"""The pages in German: what is seen and heard on them is German, and the language is remembered."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.conftest import PeopleFactory
from tests.browser.person import Person

pytestmark = pytest.mark.asyncio(loop_scope="session")

LOOK = Path(__file__).parents[1] / "repo" / "words.mjs"


def _english() -> set[str]:
    """Return the English sentences that are other words in German."""
    node = Path(sys.executable).parent / "node"
    looked = subprocess.run([str(node), str(LOOK)], check=True, timeout=120, capture_output=True)
    english: set[str] = set()
    german: set[str] = set()
    for words in json.loads(looked.stdout)["catalogues"].values():
        for language, found in (("en", english), ("de", german)):
            for entry in words[language].values():
                found |= {entry} if isinstance(entry, str) else set(entry.values())
    return {sentence for sentence in english - german if "{" not in sentence}


async def _said(person: Person) -> list[str]:
    """Return the texts of the page and its parts' accessible names."""
    said: list[str] = await person.page.evaluate(
        """() => {
            const said = [document.title];
            const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
            while (texts.nextNode()) said.push(texts.currentNode.data);
            for (const name of ["aria-label", "aria-description", "placeholder", "title", "alt"])
                for (const part of document.querySelectorAll(`[${name}]`))
                    said.push(part.getAttribute(name));
            return said;
        }"""
    )
    return [re.sub(r"\s+", " ", each).strip() for each in said]


async def test_language_is_chosen_in_the_menu_and_no_english_is_left(
    people: PeopleFactory,
) -> None:
    english = _english()
    person = await people.member()
    stream = await person.ask_server("POST", "/streams", {"title": "Sortieren"})
    await person.page.goto("/settings")
    await person.part("look").locator("summary").click()
    await person.part("language-de").click()
    await expect(person.page.locator("html")).to_have_attribute("lang", "de")
    pages = {
        "/settings": "Einstellungen",
        "/": "Schön, dass du da bist",
        "/studio": "Studio",
        "/search": "Was suchst du?",
        f"/streams/{stream['id']}": "Noch keine Umfrage",
    }
    for path, shown in pages.items():
        await person.page.goto(path)
        await expect(person.page.get_by_text(shown).first).to_be_attached()
        assert [said for said in await _said(person) if said in english] == [], path


async def test_a_phone_has_room_for_the_long_words(people: PeopleFactory) -> None:
    guest = await people.guest(phone=True)
    page = guest.page
    await page.goto("/")
    await page.context.add_cookies([{"name": "language", "value": "de", "url": page.url}])
    for path in ("/", "/posts", "/signin"):
        await page.goto(path)
        await expect(page.get_by_role("link", name="Anmelden").first).to_be_visible()
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert await page.evaluate("innerWidth") <= 420
