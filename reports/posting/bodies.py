"""What is posted: the JSON of our own webhooks, and messages in Slack's blocks."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from reports.words import Words

HEADER, SECTION, FIELD, FIELDS, BUTTON = 150, 3000, 2000, 10, 75
"""How many letters, and fields, Slack takes."""


def webhook_body(*, kind: str, at: datetime, data: Mapping[str, Any]) -> str:
    """Return the JSON of an event as Standard Webhooks has it: type, timestamp and data."""
    moment = at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return json.dumps({"type": kind, "timestamp": moment, "data": data}, ensure_ascii=False, separators=(",", ":"))


def slack_body(words: Words) -> str:
    """Return a message for an incoming webhook of Slack: blocks, and the subject as text for notifications."""
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": {"type": "plain_text", "text": _cut(words.subject, HEADER)}},
        {"type": "section", "text": _markdown(f"*{_escaped(words.headline)}*", SECTION)},
    ]
    if words.figures:
        fields = [_markdown(f"*{_escaped(value)}*\n{_escaped(label)}", FIELD) for value, label in words.figures]
        blocks.append({"type": "section", "fields": fields[:FIELDS]})
    blocks += [{"type": "section", "text": _markdown(_escaped(text), SECTION)} for text in words.paragraphs if text]
    label = {"type": "plain_text", "text": _cut(words.link_text, BUTTON)}
    blocks.append({"type": "actions", "elements": [{"type": "button", "text": label, "url": words.url}]})
    message = {"text": _escaped(words.subject), "blocks": blocks, "unfurl_links": False}
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))


def _markdown(text: str, longest: int) -> dict[str, str]:
    return {"type": "mrkdwn", "text": _cut(text, longest)}


def _escaped(text: str) -> str:
    """Return a text in which Slack sees no mention, link or entity (its three characters, and no others)."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
