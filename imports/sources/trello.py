"""Cards of Trello: those of an exported board, whose lists are their statuses, or of the REST API."""

from collections.abc import Mapping

from imports.sources.mapped import Mapped
from imports.sources.payload import (
    given,
    inner,
    labels_of,
    objects,
    text,
    time_of,
    time_of_seconds,
    title_of,
    web_address,
)
from imports.sources.trello_actions import comments_of, history_of, members_of, reporter_of, with_checklists

ARCHIVED = "Archived"


def to_ticket(card: object) -> Mapped | None:
    """Map one card; None for a template. Archived is closed; its list is its status where its name is known."""
    if not isinstance(card, Mapping):
        return Mapped(card, {}, {})
    if card.get("isTemplate") is True:
        return None
    number = text(card.get("id"))
    labels = [text(label.get("name")) or text(label.get("color")) for label in objects(card.get("labels"))]
    members = card.get("idMembers")
    row = given(
        external_id=number,
        title=title_of(card.get("name")),
        description=with_checklists(text(card.get("desc")), card.get("checklists")),
        url=web_address(card.get("shortUrl")) or web_address(card.get("url")),
        status=ARCHIVED if card.get("closed") is True else text(inner(card, "list").get("name")),
        labels=labels_of(labels),
        reporter=reporter_of(card),
        due_date=text(card.get("due"))[:10],
        created_at=_created_at(number),
        updated_at=time_of(card.get("dateLastActivity")),
    )
    created_at, updated_at = row.get("created_at"), row.get("updated_at")
    if created_at and updated_at and updated_at < created_at:  # a card that was copied keeps its old activity
        del row["updated_at"]
    row["assignee"] = next((text(each) for each in members if text(each)), None) if isinstance(members, list) else None
    if history := history_of(card, created_at):
        row["created_at"], row["history"] = min(created_at or history[0]["at"], history[0]["at"]), history
    if row.get("status") == ARCHIVED and history:
        row["finished_at"] = history[-1]["at"]
    return Mapped(row, {}, members_of(card), talk=comments_of(card, number))


def _created_at(number: str) -> str | None:
    """Return when a card was made: its id begins with the second."""
    try:
        return time_of_seconds(int(number[:8], 16)) if len(number) == 24 else None
    except ValueError:
        return None
