"""Which items a reader's filters let through."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q

from boards.ageing import UsualDays
from boards.finding import ME, NOBODY, OLDER, WITHOUT, Filters
from boards.models import Comment, Item, ItemLabel, ItemQuerySet, Stage

MAX_DIGITS = 18


def matching(
    items: ItemQuerySet,
    filters: Filters,
    *,
    at: datetime,
    usual: Mapping[int, UsualDays] | None = None,
    me: int | None = None,
) -> ItemQuerySet:
    """Return those of the items of a board that match; `usual` are its columns' usual days, `me` the reader."""
    for word in filters.words:
        items = items.filter(_says(word))
    for label in filters.labels:
        items = items.filter(pk__in=ItemLabel.objects.filter(label__name=label).values("item"))
    chosen = {"classification": filters.classes, "service": filters.services, "source": filters.sources}
    for name, values in chosen.items():
        if values:
            items = items.filter(**{f"{name}__in": ["" if value == WITHOUT else value for value in values]})
    if filters.assignees:
        items = items.filter(_belongs_to("assignee", filters.assignees, me))
    if filters.toil_types:
        items = items.filter(_belongs_to("toil_type", filters.toil_types, None))
    if filters.is_interrupt:
        items = items.filter(is_interrupt=True)
    if filters.is_blocked:
        items = items.filter(is_blocked=True)
    if filters.age:
        items = items.exclude(column__stage=Stage.DONE).filter(_stands_long(filters, at, usual or {}))
    return items


def _says(word: str) -> Q:
    """Whether a word stands in the texts of an item, its key, its labels or its comments."""
    said = Comment.objects.kept().filter(item=OuterRef("pk"), body__icontains=word)
    labelled = ItemLabel.objects.filter(item=OuterRef("pk"), label__name__icontains=word)
    found = (
        Q(title__icontains=word)
        | Q(description__icontains=word)
        | Q(external_id__icontains=word)
        | Q(service__icontains=word)
        | Q(Exists(labelled))
        | Q(Exists(said))
    )
    number = word.removeprefix("#")
    if number.isascii() and number.isdecimal() and len(number) <= MAX_DIGITS:
        found |= Q(pk=int(number))
    return found


def _belongs_to(name: str, values: tuple[str, ...], me: int | None) -> Q:
    ids = [int(value) for value in values if value.isdecimal()]
    if ME in values and me is not None:
        ids.append(me)
    found = Q(**{f"{name}__in": ids})
    return found | Q(**{f"{name}__isnull": True}) if NOBODY in values else found


def _stands_long(filters: Filters, at: datetime, usual: Mapping[int, UsualDays]) -> Q:
    """Whether an item stands longer in its column than is usual there, or than some days as they are shown."""
    if filters.age == OLDER:
        found = Q(pk__in=Item.objects.none().values("pk"))
        for column, days in usual.items():
            found |= Q(column=column, entered_column_at__lt=at - timedelta(days=days.p85))
        return found
    return Q(entered_column_at__lte=at - timedelta(days=(filters.days or 0) + 1))
