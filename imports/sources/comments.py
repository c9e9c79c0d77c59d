"""What people say on tickets at their sources: each comment as it stands, in one form for all systems."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from imports.sources.mapped import Identity, SourceComment, Talk
from imports.sources.payload import identifier, inner, objects, text, time_of

# What can be kept of a comment, and of names.
LONGEST: Final = 100_000
ID_LENGTH: Final = 255
# Begins the number of a comment whose export gives it none: when and by whom it was said.
UNNUMBERED: Final = "at "


def github(comment: Mapping[str, Any], *, is_deleted: bool = False) -> SourceComment | None:
    """Read a comment of GitHub's REST API."""
    login = text(inner(comment, "user").get("login"))
    times = comment.get("created_at"), comment.get("updated_at")
    return said(comment.get("id"), login, comment.get("body"), times, is_deleted=is_deleted)


def gitlab(note: Mapping[str, Any], author: str) -> SourceComment | None:
    """Read a note of GitLab; what it notes down itself, such as “closed”, is no comment."""
    if note.get("system") is True:
        return None
    times = note.get("created_at"), note.get("last_edited_at") or note.get("updated_at")
    return said(note.get("id"), author, note.get("note") or note.get("body"), times)


def zendesk(comment: Mapping[str, Any], author: str, created_at: object) -> SourceComment | None:
    """Read a comment of Zendesk, internal notes too; nobody can change one but to black parts of it out."""
    body = comment.get("plain_body") or comment.get("body")
    return said(comment.get("id"), author if author != "-1" else "", body, (created_at, None))


def said(
    number: object, author: str, body: object, times: tuple[object, object], *, is_deleted: bool = False
) -> SourceComment | None:
    """Return a comment, None where nothing tells it from others or it has no words."""
    known_by, words = _safe(identifier(number)), text(body).replace("\0", "")[:LONGEST]
    if not known_by or len(known_by) > ID_LENGTH or not (words or is_deleted):
        return None
    created_at, edited_at = time_of(times[0]), time_of(times[1])
    handle = _safe(author)[:ID_LENGTH]
    return SourceComment(known_by, handle, words, created_at, edited_at or created_at, is_deleted)


def talk(
    ticket: str,
    comments: Iterable[SourceComment | None],
    people: Mapping[str, Identity] | None = None,
    *,
    is_whole: bool = False,
) -> Talk | None:
    """Return what was said on a ticket, None where that is nothing; `is_whole` where no other comment stands."""
    found = [comment for comment in comments if comment is not None]
    known = {_safe(handle)[:ID_LENGTH]: identity for handle, identity in (people or {}).items()}
    return Talk(_safe(ticket), found, known, is_whole) if found or is_whole else None


def told_apart(said: Iterable[SourceComment | None]) -> list[SourceComment]:
    """Return comments without numbers of their own with one for each, also of those of one author and minute."""
    met: dict[str, int] = {}
    found = []
    for comment in said:
        if comment is None:
            continue
        met[comment.number] = place = met.get(comment.number, 0) + 1
        number = comment.number if place == 1 else f"{comment.number[: ID_LENGTH - 10]}/{place}"
        found.append(comment._replace(number=number))
    return found


def people_of(users: Iterable[object], handle: str) -> dict[str, Identity]:
    """Return what is known of people whom a source describes with `name` and `email`."""
    return {
        number: Identity(text(user.get("name")), _address(user))
        for user in objects(list(users))
        if (number := identifier(user.get(handle)))
    }


def _address(user: Mapping[str, Any]) -> str:
    address = text(user.get("email"))
    return "" if address == "[REDACTED]" else address


def _safe(words: str) -> str:
    return "".join(letter for letter in words if letter.isprintable()).strip()
