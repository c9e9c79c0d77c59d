"""What stands beside the rows of a file rather than in them: lists, people and actions that several rows share."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from imports.sources.payload import identifier, inner, objects, text

ListNamed = Callable[[str], Iterable[Any]]
Attach = Callable[[Any], Any]

# What of an action of Trello says something; the whole of it, for a large board, would fill the memory.
ACTIONS: Final = frozenset(
    {
        "createCard", "copyCard", "convertToCardFromCheckItem", "emailCard", "moveCardToBoard", "updateCard",
        "addMemberToCard", "removeMemberFromCard", "commentCard", "copyCommentCard",
    }
)  # fmt: skip
USER_IDS: Final = ("assignee_id", "requester_id", "submitter_id")


def attaching(form: str, lists: ListNamed) -> Attach | None:
    """Return what puts into a row of a form what stands beside it, None where nothing does.

    `lists` reads a list of the file's object by its name, empty where there is none.
    """
    if form == "trello":
        return _of_trello(lists)
    if form == "zendesk":
        return _of_zendesk(lists)
    return None


def _of_trello(lists: ListNamed) -> Attach:
    names = {str(each.get("id")): text(each.get("name")) for each in _objects(lists("lists"))}
    members = {identifier(each.get("id")): dict(each) for each in _objects(lists("members"))}
    checklists = _by_card(lists("checklists"), lambda each: identifier(each.get("idCard")))
    actions = _by_card(
        (each for each in _objects(lists("actions")) if text(each.get("type")) in ACTIONS),
        lambda each: identifier(inner(each, "data", "card").get("id")),
    )

    def attach(card: Any) -> Any:
        if not isinstance(card, Mapping):
            return card
        number = identifier(card.get("id"))
        ids = card.get("idMembers")
        beside: dict[str, Any] = {
            "members": [
                members[each] for each in map(identifier, ids if isinstance(ids, list) else []) if each in members
            ]
        }
        if name := names.get(str(card.get("idList"))):
            beside["list"] = {"name": name}
        if number in actions:
            beside["actions"] = actions[number]
        if number in checklists:
            beside["checklists"] = checklists[number]
        return {**card, **{name: value for name, value in beside.items() if value and name not in card}}

    return attach


def _of_zendesk(lists: ListNamed) -> Attach:
    users = {
        identifier(each.get("id")): {name: each.get(name) for name in ("id", "name", "email")}
        for each in _objects(lists("users"))
    }

    def attach(ticket: Any) -> Any:
        if not isinstance(ticket, Mapping) or not users or "users" in ticket:
            return ticket
        asked = [identifier(ticket.get(name)) for name in USER_IDS]
        asked += [identifier(each.get("author_id")) for each in objects(ticket.get("comments"))]
        asked += [identifier(each.get("author_id")) for each in objects(ticket.get("audits"))]
        found = [users[each] for each in dict.fromkeys(asked) if each in users]
        return {**ticket, "users": found} if found else ticket

    return attach


def _by_card(rows: Iterable[Any], card: Callable[[Mapping[str, Any]], str]) -> dict[str, list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for each in _objects(rows):
        if number := card(each):
            found[number].append(each)
    return found


def _objects(rows: Iterable[Any]) -> Iterable[Mapping[str, Any]]:
    return (each for each in rows if isinstance(each, Mapping))
