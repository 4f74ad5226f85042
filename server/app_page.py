"""The app's page as it is served: `index.html` with what the page of one address needs.

Every style sheet stands in `index.html`, in the order of the cascade; `data-for` names the first
part of the addresses that use it. Those of the page are sent within it, so that it is painted with
its first answer; the policy names them by their hashes. Sheets of other pages are sent as places
that the app fills when it goes there (`static/app/view/kit/sheet.js`), so the order holds whichever
way somebody comes. Modules are preloaded all at once, with the words of the one language that is
spoken; without that a browser finds them import by import.
"""

from __future__ import annotations

import base64
import hashlib
import posixpath
import re
from collections.abc import Iterable

from server.assets import Version
from server.first_content import home_content, with_first_content
from server.languages import DEFAULT
from server.shell_words import in_language

ENTRY = "app/main.js"
_SHEET = re.compile(
    r'<link rel="stylesheet" href="/static/(?P<name>[^"]+)"(?: data-for="(?P<places>[^"]*)")? />'
)
# Sheets without a place between them are one: that is one hash.
_NEIGHBOURS = re.compile(r"</style>\s*<style>")
_STYLES = re.compile(r"<style>(.*?)</style>", re.DOTALL)
_IMPORT = re.compile(r"""(?:^|\n)\s*(?:import|export)\b[^;"']*?\bfrom\s*["']([^"']+)["']""")
_ROUTE = re.compile(
    r"path: /(?P<path>\^.+?\$)/,(?:(?!path: /).)*?import\(\"(?P<module>[^\"]+)\"\)", re.DOTALL
)
# What is fetched by its plain address, because it is asked about again each time.
_PLAIN = re.compile(r'"/static/(?!manifest\.webmanifest)')
_UNKNOWN_VISITOR = '<meta name="visitor" content="unknown" />'
_GUEST = '<meta name="visitor" content="guest" />'
_PRELOADS = "<!-- preloads -->"
_DOCUMENT = '<html lang="en">'
THEME_COOKIE = "theme"
_THEMES = ("light", "dark")
# Words of an area are fetched by the language's name, which no import says.
_WORDS = re.compile(r"app/words/(?P<area>\w+)\.js")
_LANGUAGE = re.compile(r"app/words/(?P<language>[a-z]{2})/")


class AppPage:
    """Makes the pages of one version."""

    def __init__(self, version: Version) -> None:
        self.version = version
        self._shell = version.text("index.html")
        entry = version.text(ENTRY) or ""
        self._routes = [
            (re.compile(route["path"].replace(r"\/", "/")), _resolved(ENTRY, route["module"]))
            for route in _ROUTE.finditer(entry)
        ]
        self.languages = frozenset(
            found["language"] for name in version.names if (found := _LANGUAGE.match(name))
        )
        self._made: dict[tuple[str, str | None, str], str] = {}
        self._hashes: dict[str, list[str]] = {}

    def html(
        self, path: str, *, is_guest: bool, language: str = DEFAULT, theme: str = ""
    ) -> str | None:
        """Return the page at `path`; None where the app is not installed. A `theme` that there is
        holds before the first paint; any other is the system's."""
        if self._shell is None:
            return None
        key = (place_of(path), self.module_of(path), language)
        if key not in self._made:
            self._made[key] = self._make(self._shell, *key)
        page = self._made[key]
        if theme in _THEMES:
            page = page.replace("<html ", f'<html data-theme="{theme}" ', 1)
        if not is_guest:
            return page
        page = page.replace(_UNKNOWN_VISITOR, _GUEST)
        if path != "/":
            return page
        words = self.version.text(f"app/words/{language}/home.js") or ""
        return with_first_content(page, home_content(words))

    def module_of(self, path: str) -> str | None:
        """Return the module that the router opens at `path`."""
        return next((module for pattern, module in self._routes if pattern.search(path)), None)

    def modules(self, *starts: str) -> list[str]:
        """Return `starts` and all that they import, nearest first."""
        found: dict[str, None] = {}
        waiting = list(starts)
        while waiting:
            later: list[str] = []
            for name in waiting:
                if name not in found and (text := self.version.text(name)) is not None:
                    found[name] = None
                    later += (_resolved(name, address) for address in _IMPORT.findall(text))
            waiting = later
        return list(found)

    def sheets(self, path: str) -> list[str]:
        """Return the style sheets that the page at `path` is served with."""
        place = place_of(path)
        return [
            sheet["name"] for sheet in _SHEET.finditer(self._shell or "") if _is_for(sheet, place)
        ]

    def style_hashes(self, path: str) -> list[str]:
        """Return by what a policy lets the styles within the page at `path` through."""
        place = place_of(path)
        if place not in self._hashes:
            styles = _STYLES.findall(self.html(path, is_guest=False) or "")
            self._hashes[place] = [_hash_source(text) for text in styles]
        return self._hashes[place]

    def words(self, modules: Iterable[str], language: str) -> list[str]:
        """Return what `modules` say in a language."""
        areas = [found["area"] for name in modules if (found := _WORDS.fullmatch(name))]
        names = (f"app/words/{language}/{area}.js" for area in areas)
        return [name for name in names if self.version.text(name) is not None]

    def _make(self, shell: str, place: str, module: str | None, language: str) -> str:
        def of_this_page(sheet: re.Match[str]) -> str:
            if _is_for(sheet, place):
                return f"<style>{self.version.text(sheet['name']) or ''}</style>"
            return f'<link data-href="/static/{sheet["name"]}" data-for="{sheet["places"]}" />'

        names = self.modules(ENTRY, *([module] if module else []))
        names += self.words(names, language)
        page = _NEIGHBOURS.sub("", _SHEET.sub(of_this_page, shell))
        page = page.replace(_DOCUMENT, f'<html lang="{language}">', 1)
        page = page.replace(_PRELOADS, "".join(_preloads(names)))
        page = in_language(page, language)
        return versioned(page, self.version)


def _is_for(sheet: re.Match[str], place: str) -> bool:
    return sheet["places"] is None or place in sheet["places"].split()


def _hash_source(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def versioned(text: str, version: Version) -> str:
    """Return `text` with the files that it names in this version."""
    return _PLAIN.sub(f'"/static/v-{version.hash}/', text)


def place_of(path: str) -> str:
    """Return the first part of an address, by which sheets are chosen."""
    return path.split("/")[1] or "home"


def _preloads(names: Iterable[str]) -> Iterable[str]:
    return (f'<link rel="modulepreload" href="/static/{name}" />' for name in names)


def _resolved(importer: str, address: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(importer), address))
