"""Slack: a slash command and a message shortcut, each of which makes an item, and what is said back to who used it."""

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _

from imports.sources.mapped import Mapped
from imports.sources.payload import given, inner, text, time_of_seconds, title_of, web_address
from imports.sources.signatures import (
    BadSignatureError,
    Call,
    Event,
    Kind,
    is_any,
    is_fresh,
    require_header,
    wrong,
)

VERSION: Final = "v0"
TIMESTAMP: Final = "X-Slack-Request-Timestamp"
# What stands in angle brackets: a person, a channel, a group, an address; most with a name behind a bar.
MARKED: Final = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")


def verify(call: Call, secrets: Sequence[str], at: datetime) -> None:
    """Check the hexadecimal HMAC-SHA256 over `v0:timestamp:body`, five minutes fresh."""
    moment, proof = require_header(call, TIMESTAMP), require_header(call, "X-Slack-Signature")
    signed = f"{VERSION}:{moment}:".encode("utf-8", "surrogatepass") + call.body
    digests = [hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in secrets]
    if not is_any([proof], [f"{VERSION}={digest}" for digest in digests]):
        raise wrong()
    if not is_fresh(moment, at=at):
        raise BadSignatureError(403, _("The request is older or newer than five minutes: look at the clocks."))


def delivery_id(headers: Mapping[str, str], payload: Mapping[str, Any]) -> str:
    """Return what Slack makes anew each time somebody uses a command or a shortcut."""
    return text(payload.get("trigger_id"))


def read(headers: Mapping[str, str], payload: Mapping[str, Any]) -> Event:
    """Read a slash command (the fields of a form), or a shortcut on a message (its `payload`)."""
    if text(payload.get("command")):
        return _command(headers, payload)
    if payload.get("type") == "message_action":
        return _message(payload)
    return Event(text(payload.get("type")) or "check", ignored=_("It is neither a command nor a message."))


def plain(marked: str) -> str:
    """Return text without the marks that Slack puts around people, channels and addresses."""
    bare = MARKED.sub(_unmarked, marked)
    return bare.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip()


def escaped(words: str) -> str:
    """Return text in which Slack finds no marks."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def linked(address: str, words: str) -> str:
    """Return words that lead to an address, as Slack writes it."""
    return f"<{escaped(address)}|{escaped(words).replace('|', '¦')}>"


def answer(words: str) -> dict[str, Any]:
    """Return what only the person sees who used the command or the shortcut."""
    return {"response_type": "ephemeral", "replace_original": False, "text": words}


def _command(headers: Mapping[str, str], payload: Mapping[str, Any]) -> Event:
    name, said = text(payload.get("command")), plain(text(payload.get("text")))
    if not said or said.lower() in {"help", "?"}:
        return Event(name, ignored=_("Say what there is to do: %s the disk of db-3 is full") % name)
    moment = headers.get(TIMESTAMP.lower(), "")
    used_at = time_of_seconds(int(moment)) if moment.isdecimal() and len(moment) < 12 else None
    first, __, rest = said.partition("\n")
    number = hashlib.sha256(text(payload.get("trigger_id")).encode("utf-8", "surrogatepass")).hexdigest()[:12]
    row = given(
        external_id=f"command-{number}",
        title=title_of(first),
        created_at=used_at,
        updated_at=used_at,
    )
    about = rest.strip() if row["title"] == " ".join(first.split()) else said
    whence = _whence(text(payload.get("user_name")), text(payload.get("channel_name")))
    row["description"] = "\n\n".join(part for part in (about, whence) if part)
    return Event(name, [Mapped(row, {}, {})])


def _message(payload: Mapping[str, Any]) -> Event:
    name = text(payload.get("callback_id")) or "message"
    message, channel = inner(payload, "message"), inner(payload, "channel")
    moment, place = text(message.get("ts")), text(channel.get("id"))
    reply_to = text(payload.get("response_url"))
    if not moment or not place:
        return Event(name, ignored=_("It does not tell of a message."), reply_to=reply_to)
    said = plain(text(message.get("text")))
    row = given(
        external_id=f"{place}/{moment}",
        title=title_of(said.partition("\n")[0], said, _("A message without text")),
        url=_permalink(payload, place, moment),
        created_at=_time(moment),
        updated_at=_time(text(payload.get("action_ts"))) or _time(moment),
    )
    about = "" if said == row["title"] else said
    whence = _whence(text(message.get("username")), text(channel.get("name")))
    row["description"] = "\n\n".join(part for part in (about, whence) if part)
    return Event(name, [Mapped(row, {}, {})], reply_to=reply_to)


def _unmarked(found: re.Match[str]) -> str:
    sign, target, name = found.groups()
    if sign in {"@", "#"}:
        return f"{sign}{name or target}"
    if sign == "!":
        return name or f"@{target.partition('^')[0]}"
    return target if not name or name in target else f"{name} ({target})"


def _whence(person: str, channel: str) -> str:
    if person and channel:
        return _("From %(person)s in #%(channel)s.") % {"person": f"@{person}", "channel": channel}
    return _("From #%s.") % channel if channel else ""


def _permalink(payload: Mapping[str, Any], place: str, moment: str) -> str:
    """Return where people look at the message; Slack does not send it, but it has one form."""
    domain = text(inner(payload, "team").get("domain"))
    return web_address(f"https://{domain}.slack.com/archives/{place}/p{moment.replace('.', '')}") if domain else ""


def _time(moment: str) -> str | None:
    """Return the time of Slack's own stamps, Unix seconds with six decimals."""
    try:
        return time_of_seconds(float(moment))
    except ValueError:
        return None


KIND: Final = Kind(verify, delivery_id, read, answers=True)
