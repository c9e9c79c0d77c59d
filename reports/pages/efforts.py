"""Where the hours went: by class and week, by service, by label, and interrupted or planned."""

from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports import numbers
from reports.breakdown import Breakdown
from reports.charts import (
    EffortText,
    EffortWeek,
    Markup,
    ServiceBar,
    ServicesText,
    Shape,
    draw_effort,
    draw_services,
)
from reports.pages.addresses import hours_of, key_in_address
from reports.pages.exhibit import Cell, Column, Exhibit, Key, Table, both
from reports.pages.pictures import week_label
from reports.periods import week_of
from reports.queries import Group, TeamToil
from reports.share import EffortByClass

SHOWN = 9


def effort_exhibit(series: Sequence[TeamToil]) -> Exhibit:
    """Show the hours of each week by class."""
    weeks = [
        EffortWeek(
            label=week_label(week),
            toil=week.effort.toil,
            overhead=week.effort.overhead,
            engineering=week.effort.engineering,
            unclassified=week.effort.unclassified,
            tip=_week_tip(week),
            href=hours_of(week.team, week.period),
        )
        for week in series
    ]
    parts = {"count": len(series), "last": _week_tip(series[-1])}
    label = _("Hours by class per week, %(count)d weeks. %(last)s") % parts

    def draw(shape: Shape) -> Markup:
        words = EffortText(label=label, ends=_ends(series[-1].effort, shape), no_data=_("No hours in these weeks."))
        return draw_effort(weeks, words=words, shape=shape)

    subtitle = ngettext("hours per week, %(count)d week", "hours per week, %(count)d weeks", len(series))
    return Exhibit(
        name="effort",
        title=_("Effort by class"),
        subtitle=subtitle % {"count": len(series)},
        pictures=both(draw, label),
        table=_weeks_table(series),
        how=_(
            "An hour is logged by a person, or inferred where an item that is assigned to them stands in an active "
            "column during their working time; it is never counted twice. It counts in the class that its item has now."
        ),
    )


def services_exhibit(breakdown: Breakdown, *, slug: str, subtitle: str) -> Exhibit:
    """Show the classified hours of the services with the most toil."""
    made = _bars_exhibit(
        breakdown.services,
        name="services",
        title=_("By service"),
        subtitle=subtitle,
        no_data=_("No work in these weeks has a class."),
        name_of=lambda key: str(key) if key else _("no service"),
        href=lambda key: hours_of(slug, breakdown.period, service=key_in_address(key)),
        head=_("Service"),
    )
    return made(_services_caption(breakdown.services))


def labels_exhibit(breakdown: Breakdown, *, slug: str, subtitle: str) -> Exhibit:
    """Show the classified hours under each label."""
    made = _bars_exhibit(
        breakdown.labels,
        name="labels",
        title=_("By label"),
        subtitle=subtitle,
        no_data=_("No work in these weeks has a class."),
        name_of=lambda key: str(key) if key else _("no label"),
        href=lambda key: hours_of(slug, breakdown.period, label=key_in_address(key)),
        head=_("Label"),
    )
    return made(_("An item with several labels counts in full under each of them."))


def interrupts_exhibit(breakdown: Breakdown, *, slug: str, subtitle: str) -> Exhibit:
    """Show how much of the work was planned, and how much interrupted it."""
    groups = [Group("interrupt", breakdown.interrupts), Group("planned", breakdown.planned)]
    names = {"interrupt": _("interrupts"), "planned": _("planned")}
    made = _bars_exhibit(
        [group for group in groups if group.effort.tracked > 0],
        name="interrupts",
        title=_("Interrupts and planned work"),
        subtitle=subtitle,
        no_data=_("No work in these weeks has a class."),
        name_of=lambda key: names[str(key)],
        href=lambda key: hours_of(slug, breakdown.period, interrupt="1" if key == "interrupt" else "0"),
        head=_("Kind"),
    )
    return made(_interrupts_caption(breakdown))


def _bars_exhibit(
    groups: Sequence[Group],
    *,
    name: str,
    title: str,
    subtitle: str,
    no_data: str,
    name_of: Callable[[object], str],
    href: Callable[[object], str],
    head: str,
) -> Callable[[str], Exhibit]:
    """Return what makes the exhibit of horizontal bars, given its caption."""
    known = [group for group in groups if group.effort.classified > 0]
    shown = sorted(known, key=lambda group: (-group.effort.toil, -group.effort.classified))[:SHOWN]
    bars = [_bar(group, name_of(group.key), href(group.key)) for group in shown]
    told = ", ".join(f"{bar.name} {bar.hours_text}" for bar in bars[:3]) or _("none")
    label = _("%(title)s, hours of toil first: %(told)s.") % {"title": title, "told": told}
    words = ServicesText(label=label, no_data=no_data)
    rows = [
        [
            Cell(text=name_of(group.key), value=str(group.key or ""), href=href(group.key), is_code=bool(group.key)),
            *_class_cells(group.effort),
            _part_cell(group.effort),
        ]
        for group in groups
    ]
    columns = [Column(name=head, is_number=False), *_class_columns(), Column(name=_("Toil share"))]
    return lambda caption: Exhibit(
        name=name,
        title=title,
        subtitle=subtitle,
        pictures=both(lambda shape: draw_services(bars, words=words, shape=shape), label),
        table=Table(columns=columns, rows=rows),
        how=_("Hours of people’s attention on the items, by the class that they have now."),
        caption=caption,
        keys=_keys(),
    )


def _keys() -> list[Key]:
    return [
        Key(name=_("Toil"), shape="T"),
        Key(name=_("Overhead"), shape="O"),
        Key(name=_("Engineering"), shape="E"),
    ]


def _bar(group: Group, name: str, href: str) -> ServiceBar:
    effort = group.effort
    return ServiceBar(
        name=name,
        toil=effort.toil,
        overhead=effort.overhead,
        engineering=effort.engineering,
        hours_text=numbers.whole_hours(effort.toil),
        share_text=numbers.percent_whole(effort.toil / effort.classified),
        tip=_("%(service)s: toil %(toil)s, overhead %(overhead)s, engineering %(engineering)s")
        % {
            "service": name,
            "toil": numbers.hours(effort.toil),
            "overhead": numbers.hours(effort.overhead),
            "engineering": numbers.hours(effort.engineering),
        },
        href=href,
    )


def _ends(effort: EffortByClass, shape: Shape) -> tuple[str, str, str, str]:
    engineering = _("Engineering %(hours)s") if shape.is_wide else _("Eng. %(hours)s")
    unclassified = _("Unclassified %(hours)s") if shape.is_wide else _("Unclass. %(hours)s")
    return (
        _("Toil %(hours)s") % {"hours": numbers.whole_hours(effort.toil)},
        _("Overhead %(hours)s") % {"hours": numbers.whole_hours(effort.overhead)},
        engineering % {"hours": numbers.whole_hours(effort.engineering)},
        unclassified % {"hours": numbers.whole_hours(effort.unclassified)},
    )


def _week_tip(week: TeamToil) -> str:
    return _(
        "%(week)s: toil %(toil)s, overhead %(overhead)s, engineering %(engineering)s, unclassified %(unclassified)s"
    ) % {
        "week": week_label(week),
        "toil": numbers.hours(week.effort.toil),
        "overhead": numbers.hours(week.effort.overhead),
        "engineering": numbers.hours(week.effort.engineering),
        "unclassified": numbers.hours(week.effort.unclassified),
    }


def _weeks_table(series: Sequence[TeamToil]) -> Table:
    columns = [Column(name=_("Week"), is_number=False), *_class_columns(), Column(name=_("Capacity"))]
    rows = []
    for week in reversed(series):
        head = Cell(text=str(week_of(week.period.start)), href=hours_of(week.team, week.period))
        cells = [
            Cell(text=cell.text, value=cell.value, href=hours_of(week.team, week.period, class_=name))
            for name, cell in zip(_CLASS_ORDER, _class_cells(week.effort), strict=True)
        ]
        rows.append([head, *cells, hours_cell(week.capacity)])
    return Table(columns=columns, rows=rows)


_CLASS_ORDER = ("toil", "overhead", "engineering", "unclassified")


def _class_columns() -> list[Column]:
    return [Column(name=name) for name in (_("Toil"), _("Overhead"), _("Engineering"), _("Unclassified"))]


def _class_cells(effort: EffortByClass) -> list[Cell]:
    return [hours_cell(getattr(effort, name)) for name in _CLASS_ORDER]


def hours_cell(hours: float) -> Cell:
    """Return hours as a cell."""
    return Cell(text=numbers.hours(hours), value=hours)


def _part_cell(effort: EffortByClass) -> Cell:
    if effort.classified <= 0:
        return Cell(text="–", value="")
    part = effort.toil / effort.classified
    return Cell(text=numbers.percent(part), value=part)


def _services_caption(groups: Sequence[Group]) -> str:
    found = [group for group in groups if group.key and group.effort.toil > 0]
    if not found:
        return ""
    told = _("The percentage is the toil share of that service’s hours.")
    highest = max(found, key=lambda group: group.effort.toil / group.effort.classified)
    if highest.key == found[0].key:
        more = _("%(service)s has the most hours of toil and the highest share.") % {"service": highest.key}
    else:
        names = {"highest": highest.key, "most": found[0].key}
        more = _("%(highest)s has the highest share, %(most)s the most hours.") % names
    return f"{told} {more}"


def _interrupts_caption(breakdown: Breakdown) -> str:
    toil = breakdown.toil
    if toil <= 0:
        return ""
    part = numbers.percent_whole(breakdown.interrupts.toil / toil)
    return _("%(part)s of the toil came as interrupts.") % {"part": part}
