"""What a text written by a person becomes: HTML that is safe to show, its tags and who it mentions.

Two layers, each of which would do alone: the renderer passes no HTML of the writer's through, and
what it made goes through an allow list. Bump `RENDERER_VERSION` with any change of the result;
stored HTML of another version is made anew when it is next read.

Pure and slow: 50,000 characters of `[` take half a second, of `http://a.` half a minute.
`community/rendering.py` runs it where that does not matter.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

RENDERER_VERSION = 1
MAX_NESTING = 20
# A text's code past this is shown without colours: a word of four letters becomes thirty of HTML.
HIGHLIGHT_MAX_CHARS = 20_000
# Pygments calls its classes `p`, `k` or `n`; the pages' style sheets have better uses for those.
CODE_CLASS_PREFIX = "hl-"

TAG_MAX_CHARS = 50
MENTIONS = 20

# A name in a text. What is glued to a word, an address or a path is none.
_NAME = re.compile(
    r"(?<![\w&#@/.])(?:#(?P<tag>[A-Za-z0-9][A-Za-z0-9+#._-]{0,80})|@(?P<user>[A-Za-z0-9_]{3,50}))(?!\w)"
)
_MAYBE_MENTION = re.compile(r"@([A-Za-z0-9_]{3,50})")
_TAG = re.compile(r"[a-z0-9][a-z0-9+#.-]*")
_OWN_ADDRESS = re.compile(r"/(?:users/[A-Za-z0-9_]{3,50}|tags/[a-z0-9](?:[a-z0-9+.-]|%23)*)")
_LANGUAGE_CLASS = re.compile(r"language-[A-Za-z0-9+#._-]{1,40}")
_CODE_CLASS = re.compile(r"hl-[a-z][a-z0-9]{0,3}(?: hl-[a-z][a-z0-9]{0,3})*")

_ALLOWED_TAGS = {
    "a", "blockquote", "br", "code", "del", "em", "h2", "h3", "h4", "hr", "li", "ol", "p", "pre",
    "span", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rendered:
    """A text as it is shown, and what stood in it outside of code and links."""

    html: str
    tags: tuple[str, ...]
    """Names of tags, in order, each once."""
    mentions: tuple[str, ...]
    """Names of people as they were given as `people`, in order, each once."""


def tag_name(text: str) -> str | None:
    """Return the name of the tag that `text` means, or None if it means none.

    `#Live_Coding` and `live-coding` are one tag; `#1` is a number, not a tag.
    """
    name = text.lower().replace("_", "-").rstrip(".-")
    if len(name) > TAG_MAX_CHARS or not _TAG.fullmatch(name) or not re.search("[a-z]", name):
        return None
    return name


def possible_mentions(content: str) -> list[str]:
    """Return the names, in lower case, that the text may mention: to look up who of them exists."""
    return list(dict.fromkeys(name.lower() for name in _MAYBE_MENTION.findall(content)))


class Renderer:
    """Renders texts, one after the other."""

    def __init__(self) -> None:
        self._highlight_left_chars = 0
        self._markdown = MarkdownIt(
            "commonmark",
            {
                "html": False,
                "linkify": True,
                "breaks": True,
                "maxNesting": MAX_NESTING,
                "highlight": self._highlight,
            },
        ).enable(["table", "strikethrough", "linkify"])
        self._markdown.core.ruler.after("linkify", "names", _link_names)
        self._markdown.core.ruler.push("tame", _tame)
        self._markdown.add_render_rule("image", _image_as_link)
        self._cleaner = nh3.Cleaner(
            tags=_ALLOWED_TAGS,
            clean_content_tags={"script", "style"},
            attributes={
                "a": {"href", "title"},
                "ol": {"start"},
                "code": {"class"},
                "span": {"class"},
            },
            attribute_filter=_allowed_attribute,
            url_schemes={"http", "https", "mailto"},
            url_relative=_own_address,
            link_rel="nofollow ugc noopener",
        )

    def render(self, content: str, *, people: Collection[str] = ()) -> Rendered:
        """Render `content`. `people` are the names that become links when they are mentioned."""
        env: dict[str, object] = {
            "people": {name.lower(): name for name in people},
            "tags": dict[str, None](),
            "mentions": dict[str, None](),
        }
        self._highlight_left_chars = HIGHLIGHT_MAX_CHARS
        html = self._cleaner.clean(self._markdown.render(content, env))
        tags, mentions = env["tags"], env["mentions"]
        assert isinstance(tags, dict) and isinstance(mentions, dict)  # set just above
        return Rendered(html, tuple(tags), tuple(mentions)[:MENTIONS])

    def _highlight(self, code: str, language: str, _attributes: str) -> str:
        """Return `code` with classes for its words, or nothing to have it shown as it is."""
        self._highlight_left_chars -= len(code)
        if not language or self._highlight_left_chars < 0:
            return ""
        try:
            lexer = get_lexer_by_name(language.lower(), stripnl=False)
        except ClassNotFound:
            return ""
        formatter = HtmlFormatter(nowrap=True, classprefix=CODE_CLASS_PREFIX)
        return str(highlight(code, lexer, formatter))


def _allowed_attribute(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "class":
        allowed = _LANGUAGE_CLASS if tag == "code" else _CODE_CLASS
        return value if allowed.fullmatch(value) else None
    if attribute == "start":
        return value if value.isdecimal() else None
    return value


def _own_address(address: str) -> str | None:
    """Let our own links through; another relative one means something else on each page."""
    return address if _OWN_ADDRESS.fullmatch(address) else None


def _image_as_link(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    """A picture from elsewhere would tell its server who reads; whoever wants it may follow it."""
    token = tokens[index]
    text = renderer.renderInlineAsText(token.children or [], options, env)
    source = str(token.attrGet("src") or "")
    return f'<a href="{_escape(source)}">{_escape(text or source)}</a>'


def _escape(text: str) -> str:
    for character, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(character, entity)
    return text


def _tame(state: StateCore) -> None:
    """Fit what people write into a page that has its own title, and say `del` where it is meant."""
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + 1, 4)}"
        for child in token.children or ():
            if child.type in ("s_open", "s_close"):
                child.tag = "del"


def _link_names(state: StateCore) -> None:
    """Turn `#tag` and `@name` in plain text into links and note them. Code and links stay."""
    for token in state.tokens:
        if token.type == "inline" and token.children:
            token.children = list(_with_names(token.children, state.env))


def _with_names(children: Sequence[Token], env: EnvType) -> Iterator[Token]:
    links = 0
    for child in children:
        links += {"link_open": 1, "link_close": -1}.get(child.type, 0)
        if child.type == "text" and links == 0:
            yield from _split(child, env)
        else:
            yield child


def _split(text: Token, env: EnvType) -> Iterator[Token]:
    done = 0
    for found in _NAME.finditer(text.content):
        linked = _tag_link(found, env) if found["tag"] else _mention_link(found, env)
        if linked is None:
            continue
        shown, address = linked
        yield from _text(text, text.content[done : found.start()])
        yield Token("link_open", "a", 1, attrs={"href": address}, level=text.level)
        yield from _text(text, shown, deeper=1)
        yield Token("link_close", "a", -1, level=text.level)
        done = found.start() + len(shown)
    yield from _text(text, text.content[done:])


def _text(like: Token, content: str, *, deeper: int = 0) -> Iterator[Token]:
    if content:
        yield Token("text", "", 0, content=content, level=like.level + deeper)


def _tag_link(found: re.Match[str], env: EnvType) -> tuple[str, str] | None:
    name = tag_name(found["tag"])
    if name is None:
        return None
    env["tags"][name] = None
    # The dot that ends a sentence is not the tag's.
    return found[0].rstrip(".-_"), f"/tags/{quote(name, safe='+')}"


def _mention_link(found: re.Match[str], env: EnvType) -> tuple[str, str] | None:
    username = env["people"].get(found["user"].lower())
    if username is None:
        return None
    env["mentions"][username] = None
    return found[0], f"/users/{username}"
