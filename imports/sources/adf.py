"""Atlassian Document Format, in which Jira Cloud keeps prose, as Markdown."""

from collections.abc import Mapping
from typing import Any, Final

DEEPEST: Final = 50
MARKS: Final[Mapping[str, str]] = {"strong": "**", "em": "*", "code": "`", "strike": "~~"}
LISTS: Final = frozenset({"bulletList", "orderedList", "taskList", "decisionList"})
INLINE: Final = frozenset({"text", "hardBreak", "mention", "emoji", "inlineCard", "date", "status"})


def to_markdown(document: Mapping[str, Any]) -> str:
    """Return a document as Markdown; of what Markdown does not have, the text stays."""
    return _blocks(document, 0).strip()


def _blocks(node: Mapping[str, Any], depth: int) -> str:
    return "\n\n".join(text for child in _children(node) if (text := _block(child, depth)))


def _block(node: Mapping[str, Any], depth: int) -> str:  # noqa: PLR0911 - one answer for each kind of block
    kind = node.get("type")
    if depth > DEEPEST:
        return ""
    match kind:
        case "paragraph":
            return _line(node)
        case "heading":
            level = _attribute(node, "level")
            return "#" * (level if isinstance(level, int) and 1 <= level <= 6 else 1) + " " + _line(node)
        case "codeBlock":
            language = _attribute(node, "language")
            return f"```{language if isinstance(language, str) else ''}\n{_line(node)}\n```"
        case "blockquote":
            return "\n".join(f"> {line}" for line in _blocks(node, depth + 1).splitlines())
        case "rule":
            return "---"
        case "table":
            return "\n".join(_block(row, depth + 1) for row in _children(node))
        case "tableRow":
            cells = (_blocks(cell, depth + 1).replace("\n", " ") for cell in _children(node))
            return "| " + " | ".join(cells) + " |"
    if isinstance(kind, str) and kind in LISTS:
        return _list(node, depth, is_ordered=kind == "orderedList")
    return _inline(node) if isinstance(kind, str) and kind in INLINE else _blocks(node, depth + 1)


def _list(node: Mapping[str, Any], depth: int, *, is_ordered: bool) -> str:
    rows = []
    for number, child in enumerate(_children(node), start=1):
        mark = f"{number}. " if is_ordered else "- "
        inner = "\n".join(text for part in _children(child) if (text := _block(part, depth + 1)))
        rows.append(mark + inner.replace("\n", "\n" + " " * len(mark)))
    return "\n".join(rows)


def _line(node: Mapping[str, Any]) -> str:
    return "".join(_inline(child) for child in _children(node))


def _inline(node: Mapping[str, Any]) -> str:
    if node.get("type") == "hardBreak":
        return "\n"
    text = node.get("text") or _attribute(node, "text") or _attribute(node, "shortName") or _attribute(node, "url")
    if not isinstance(text, str):
        return ""
    marks = node.get("marks")
    for mark in marks if isinstance(marks, list) else ():
        name = mark.get("type") if isinstance(mark, Mapping) else None
        if name == "link" and isinstance(href := _attribute(mark, "href"), str):
            text = f"[{text}]({href})"
        elif isinstance(name, str) and name in MARKS:
            text = f"{MARKS[name]}{text}{MARKS[name]}"
    return text


def _children(node: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    content = node.get("content")
    return [child for child in content if isinstance(child, Mapping)] if isinstance(content, list) else []


def _attribute(node: Mapping[str, Any], name: str) -> Any:
    attributes = node.get("attrs")
    return attributes.get(name) if isinstance(attributes, Mapping) else None
