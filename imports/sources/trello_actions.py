"""What an exported board of Trello tells of a card's past: its actions, checklists and members."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from imports.sources import comments
from imports.sources.mapped import Identity, Talk
from imports.sources.payload import identifier, inner, objects, text, time_of

CREATED: Final = frozenset({"createCard", "copyCard", "convertToCardFromCheckItem", "emailCard", "moveCardToBoard"})
ARCHIVED: Final = "Archived"


def history_of(card: Mapping[str, Any], created_at: str | None) -> list[dict[str, Any]]:
    """Return which lists a card stood in and whose it was, as its actions tell; empty where they tell nothing.

    An export holds the last thousand actions of a board only: of what came before, the first one tells how it was.
    """
    actions = sorted(_moments(card), key=lambda found: found[0])
    entries: list[dict[str, Any]] = []
    owners: list[str] = _owners_at_first(card, [action for __, action in actions])
    place = _first_list(card, actions)
    first = {"status": place, "assignee": next(iter(owners), None)}
    for at, action in actions:
        before = next(iter(owners), None)
        kind = action.get("type")
        entry: dict[str, Any] = {}
        moved = text(inner(action, "data", "listAfter").get("name"))
        closed = inner(action, "data", "card").get("closed") if "closed" in inner(action, "data", "old") else None
        if moved:
            place = entry["status"] = moved
        elif closed is not None:
            entry["status"] = ARCHIVED if closed is True else place
        elif kind == "addMemberToCard" and (handle := _handle(action)) not in owners:
            owners.append(handle)
        elif kind == "removeMemberFromCard" and (handle := _handle(action)) in owners:
            owners.remove(handle)
        if next(iter(owners), None) != before:
            entry["assignee"] = next(iter(owners), None)
        if entry:
            entries.append({"at": at, **{name: value for name, value in entry.items() if name != "status" or value}})
    began = created_at or (actions[0][0] if actions else None)
    if not actions or began is None or not first["status"]:
        return []
    return [{"at": began, **first}, *({**entry, "at": max(entry["at"], began)} for entry in entries if len(entry) > 1)]


def comments_of(card: Mapping[str, Any], number: str) -> Talk | None:
    """Return what was said on a card."""
    said = []
    users = []
    for action in objects(card.get("actions")):
        if text(action.get("type")) in {"commentCard", "copyCommentCard"}:
            who, words = inner(action, "memberCreator"), inner(action, "data")
            times = action.get("date"), words.get("dateLastEdited")
            said.append(comments.said(action.get("id"), identifier(who.get("id")), words.get("text"), times))
            users.append({"id": who.get("id"), "name": who.get("fullName") or who.get("username")})
    return comments.talk(number, said, comments.people_of(users, "id"))


def members_of(card: Mapping[str, Any]) -> dict[str, Identity]:
    """Return the names of the people of a card, whom it calls by number."""
    users = objects(card.get("members"))
    users += [inner(action, name) for action in objects(card.get("actions")) for name in ("member", "memberCreator")]
    return {
        number: Identity(text(user.get("fullName")) or text(user.get("username")), text(user.get("email")))
        for user in users
        if (number := identifier(user.get("id")))
    }


def reporter_of(card: Mapping[str, Any]) -> str:
    """Return the login of who made a card."""
    made = next((action for action in objects(card.get("actions")) if text(action.get("type")) in CREATED), {})
    return text(inner(made, "memberCreator").get("username"))


def with_checklists(description: str, checklists: object) -> str:
    """Return a card's text with its checklists below it, as lists of tasks."""
    parts = [description] if description else []
    for each in objects(checklists):
        items = sorted(objects(each.get("checkItems")), key=lambda item: _position(item.get("pos")))
        lines = [f"- [{'x' if item.get('state') == 'complete' else ' '}] {text(item.get('name'))}" for item in items]
        if lines:
            parts.append("\n".join([f"**{text(each.get('name')) or 'Checklist'}**", "", *lines]))
    return "\n\n".join(parts)


def _moments(card: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for action in objects(card.get("actions")):
        if (at := time_of(action.get("date"))) is not None:
            yield at, action


def _first_list(card: Mapping[str, Any], actions: list[tuple[str, Mapping[str, Any]]]) -> str:
    """Return the list in which a card was made: as it says, else the one that it left first, else where it is."""
    for __, action in actions:
        data = inner(action, "data")
        if text(action.get("type")) in CREATED and (name := text(inner(data, "list").get("name"))):
            return name
        if name := text(inner(data, "listBefore").get("name")):
            return name
    return text(inner(card, "list").get("name"))


def _owners_at_first(card: Mapping[str, Any], actions: list[Mapping[str, Any]]) -> list[str]:
    ids = card.get("idMembers")
    now = [each for each in map(identifier, ids if isinstance(ids, list) else []) if each]
    first: dict[str, str] = {}
    for action in actions:
        if text(action.get("type")) in {"addMemberToCard", "removeMemberFromCard"} and (handle := _handle(action)):
            first.setdefault(handle, str(action.get("type")))
    gone = [handle for handle, kind in first.items() if kind == "removeMemberFromCard"]
    return [*gone, *(handle for handle in now if handle not in first)]


def _handle(action: Mapping[str, Any]) -> str:
    return identifier(inner(action, "member").get("id")) or identifier(inner(action, "data").get("idMember"))


def _position(value: object) -> float:
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else 0.0
