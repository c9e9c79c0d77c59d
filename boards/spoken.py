"""Sentences for what was done to items, and for what was taken back."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from boards.models import Change, Classification, Column, Item
from teams.models import Person


def moved(items: Sequence[Item], column: Column) -> str:
    """Say where items went."""
    if len(items) == 1:
        return _("%(key)s moved to %(column)s") % {"key": items[0].key, "column": column.name}
    return ngettext("%(count)d item moved to %(column)s", "%(count)d items moved to %(column)s", len(items)) % {
        "count": len(items),
        "column": column.name,
    }


def moved_elsewhere(items: Sequence[Item], column: Column) -> str:
    """Say on which board items are now."""
    values = {"count": len(items), "key": items[0].key, "board": column.board.name, "column": column.name}
    if len(items) == 1:
        return _("%(key)s is on the board %(board)s now, in %(column)s") % values
    return (
        ngettext(
            "%(count)d item is on the board %(board)s now, in %(column)s",
            "%(count)d items are on the board %(board)s now, in %(column)s",
            len(items),
        )
        % values
    )


def classified(items: Sequence[Item], classification: str) -> str:
    """Say what class items have now."""
    name = str(Classification(classification).label)
    if len(items) == 1:
        return _("%(key)s is %(name)s") % {"key": items[0].key, "name": name}
    return ngettext("%(count)d item is %(name)s", "%(count)d items are %(name)s", len(items)) % {
        "count": len(items),
        "name": name,
    }


def assigned(items: Sequence[Item], person: Person | None) -> str:
    """Say whose items they are now."""
    if person is None:
        if len(items) == 1:
            return _("%(key)s is assigned to nobody") % {"key": items[0].key}
        return ngettext(
            "%(count)d item is assigned to nobody", "%(count)d items are assigned to nobody", len(items)
        ) % {"count": len(items)}
    if len(items) == 1:
        return _("%(key)s is assigned to %(name)s") % {"key": items[0].key, "name": person.display_name}
    return ngettext(
        "%(count)d item is assigned to %(name)s", "%(count)d items are assigned to %(name)s", len(items)
    ) % {"count": len(items), "name": person.display_name}


def labelled(items: Sequence[Item], given: Sequence[str], taken: Sequence[str]) -> str:
    """Say which labels items got, or lost."""
    values = {"count": len(items), "key": items[0].key, "names": ", ".join([*given, *taken])}
    if given and not taken:
        if len(items) == 1:
            return _("%(key)s has the label %(names)s") % values
        return (
            ngettext("%(count)d item has the label %(names)s", "%(count)d items have the label %(names)s", len(items))
            % values
        )
    if taken and not given:
        if len(items) == 1:
            return _("%(key)s has the label %(names)s no more") % values
        return (
            ngettext(
                "%(count)d item has the label %(names)s no more",
                "%(count)d items have the label %(names)s no more",
                len(items),
            )
            % values
        )
    return (
        ngettext("The labels of %(count)d item changed", "The labels of %(count)d items changed", len(items)) % values
    )


def archived(items: Sequence[Item]) -> str:
    """Say that items left the board."""
    if len(items) == 1:
        return _("%(key)s is archived") % {"key": items[0].key}
    return ngettext("%(count)d item is archived", "%(count)d items are archived", len(items)) % {"count": len(items)}


def deleted(items: Sequence[Item]) -> str:
    """Say that items are in the trash."""
    if len(items) == 1:
        return _("%(key)s is in the trash") % {"key": items[0].key}
    return ngettext("%(count)d item is in the trash", "%(count)d items are in the trash", len(items)) % {
        "count": len(items)
    }


def unchanged() -> str:
    """Say that there was nothing to do."""
    return _("Nothing changed: it is so already.")


def taken_back(items: Sequence[Item], changes: Sequence[Change]) -> str:
    """Say what came back: of one item exactly, of many how many."""
    if items and {change.field for change in changes} == {"link"}:
        return _("The links of %s are as they were") % " · ".join(item.key for item in items)
    if len(items) != 1:
        return ngettext("%(count)d item is as it was", "%(count)d items are as they were", len(items)) % {
            "count": len(items)
        }
    item, fields = items[0], {change.field for change in changes}
    values = {"key": item.key}
    if fields & {"deleted_at", "archived_at", "created"}:
        return _set_aside(item)
    if "column" in fields:
        return _("%(key)s moved back to %(column)s") % {**values, "column": item.column.name}
    if "classification" in fields:
        return classified([item], item.classification)
    return _("%(key)s is as it was") % values


def _set_aside(item: Item) -> str:
    if item.deleted_at is not None:
        return deleted([item])
    if item.archived_at is not None:
        return archived([item])
    return _("%(key)s is back on the board") % {"key": item.key}
