"""Descriptions and comments: Markdown made into HTML that cannot run, load or track anything."""

import re
from collections.abc import Iterator

import nh3
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.token import Token

_PARSER = MarkdownIt("commonmark", {"html": False, "linkify": False, "breaks": True}).enable(["table", "strikethrough"])
_TAGS = {
    *("p", "br", "hr", "em", "strong", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a", "input"),
    *("h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"),
}
_ATTRIBUTES = {
    "a": {"href", "title"},
    "ol": {"start"},
    "input": {"type", "disabled", "checked", "data-line", "aria-label"},
}
_SCHEMES = {"http", "https", "mailto"}
_TASK = re.compile(r"\[([ xX])\][ \t]+")
_ADDRESS = re.compile(r"https?://[^\s<>\"]+|(?<![\w/#&])#(\d{1,18})\b")
LONGEST = 100_000


def render_markdown(source: str, *, items_url: str = "") -> SafeString:
    """Return Markdown as safe HTML: images become links, headings begin at the third level.

    Bare addresses are links; so is #12 where `items_url` says where items are. A task ([ ], [x]) is a box that names
    its line in the source.
    """
    tokens = _PARSER.parse(source[:LONGEST])
    for number, token in enumerate(tokens):
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(6, int(token.tag[1]) + 2)}"
        if token.children:
            if number > 1 and tokens[number - 2].type == "list_item_open":
                _make_task(token)
            token.children = list(_linked(token.children, items_url))
    html = _PARSER.renderer.render(tokens, _PARSER.options, {})
    cleaned = nh3.clean(
        html, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel="noopener noreferrer nofollow"
    )
    return mark_safe(cleaned.replace("<pre>", '<pre tabindex="0">'))  # noqa: S308 - nh3 has made it harmless


def _make_task(token: Token) -> None:
    """Put a box before the text of a list item that begins with [ ] or [x]."""
    children = token.children or []
    found = _TASK.match(children[0].content) if children[0].type == "text" else None
    if found is None or token.map is None:
        return
    children[0].content = children[0].content[found.end() :]
    label = nh3.clean_text(_TASK.sub("", token.content, count=1).splitlines()[0][:80] or _("Task"))
    checked = "" if found[1] == " " else " checked"
    box = f'<input type="checkbox" disabled{checked} data-line="{token.map[0]}" aria-label="{label}"> '
    token.children = [_html(box), *children]


def _linked(children: list[Token], items_url: str) -> Iterator[Token]:
    """Yield tokens with images and bare addresses as links; inside of links and code nothing is touched."""
    depth = 0
    for child in children:
        depth += {"link_open": 1, "link_close": -1}.get(child.type, 0)
        if child.type == "image":
            address = str(child.attrs.get("src", ""))
            yield _html(_link(address, child.content or address))
        elif child.type == "text" and not depth:
            yield from _with_links(child.content, items_url)
        else:
            yield child


def _with_links(text: str, items_url: str) -> Iterator[Token]:
    place = 0
    for found in _ADDRESS.finditer(text):
        said = found[0] if found[1] else found[0].rstrip(".,;:!?)]}'")
        if found[1] and not items_url:
            continue
        yield _text(text[place : found.start()])
        yield _html(_link(f"{items_url}{found[1]}/" if found[1] else said, said))
        place = found.start() + len(said)
    yield _text(text[place:])


def _link(address: str, text: str) -> str:
    return f'<a href="{nh3.clean_text(address)}">{nh3.clean_text(text)}</a>'


def _html(html: str) -> Token:
    return Token("html_inline", "", 0, content=html)


def _text(text: str) -> Token:
    return Token("text", "", 0, content=text)
