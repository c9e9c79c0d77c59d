"""The parts of cards and columns: age, WIP, where an item came from, what happened to it."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, Select
from django.template import Context
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from boards.activity import Activity, Entry
from boards.ageing import Age
from boards.board_page import ColumnOnPage
from boards.durations import write_hours
from boards.forms import label_names
from boards.link_forms import link_words
from boards.log_forms import understood, write_length
from boards.markdown import render_markdown
from boards.models import Change, Column, Item, Priority, Rule, Timer, WorkLog
from boards.rules_page import conditions_in_words
from boards.services.record import plain
from boards.sources import source_icon, source_name
from boards.spans import Span
from boards.suggest import LatestReason, Reason, RuleReason, TitleReason, WordsReason
from boards.textdiff import Line, compare
from teams.models import Team

register = template.Library()
register.filter("source_icon", source_icon)


@register.filter
def conditions_of(rule: Rule) -> str:
    """Say in one line what a rule asks for."""
    return " · ".join(conditions_in_words(rule))


register.filter("source_name", source_name)

DOORS = {
    "rule": gettext_lazy("A rule"),
    "import": gettext_lazy("An import"),
    "api": gettext_lazy("A program"),
}
PLACEHOLDERS = {
    "service": gettext_lazy("None"),
    "labels": gettext_lazy("None; separate with commas"),
    "estimate_hours": gettext_lazy("1.5 h or 90 min"),
    "blocked_reason": gettext_lazy("What it waits for"),
}
LISTS = {"service": "offered-services", "labels": "offered-labels"}
FIELD_NAMES = {
    "column": gettext_lazy("column"),
    "board": gettext_lazy("board"),
    "title": gettext_lazy("title"),
    "description": gettext_lazy("description"),
    "classification": gettext_lazy("class"),
    "service": gettext_lazy("service"),
    "labels": gettext_lazy("labels"),
    "assignee": gettext_lazy("assignee"),
    "toil_type": gettext_lazy("toil type"),
    "is_interrupt": gettext_lazy("interrupt"),
    "priority": gettext_lazy("priority"),
    "estimate_hours": gettext_lazy("estimate"),
    "due_date": gettext_lazy("due date"),
    "is_blocked": gettext_lazy("blocked"),
    "blocked_reason": gettext_lazy("reason of the block"),
    "url": gettext_lazy("address of the ticket"),
    "source": gettext_lazy("source"),
    "external_id": gettext_lazy("key"),
    "archived_at": gettext_lazy("archive"),
}


@register.filter
def field_name(name: str) -> str:
    """Return what people call a field of an item."""
    return str(FIELD_NAMES.get(name, name))


@register.simple_tag
def age_icon(age: Age) -> SafeString:
    """Draw the mark of an age."""
    return _age_icon(int(age.shape))


@cache
def _age_icon(shape: int) -> SafeString:
    return format_html('<svg aria-hidden="true"><use href="{}#age-{}"/></svg>', static("icons.svg"), shape)


@register.simple_tag
def age_sentence(age: Age, column: Column) -> str:
    """Say how old a card is for its column."""
    sentence = ngettext("%(days)d day in %(column)s.", "%(days)d days in %(column)s.", age.days) % {
        "days": age.days,
        "column": column.name,
    }
    if age.usual is None:
        return sentence
    usual = ngettext(
        "85 %% of items leave within %(days)d day.", "85 %% of items leave within %(days)d days.", age.usual_days
    ) % {"days": age.usual_days}
    return f"{sentence} {usual} {_comparison(age)}"


def _comparison(age: Age) -> str:
    if age.is_younger:
        return _("Younger than most.")
    if age.is_typical:
        return _("Typical age.")
    if age.is_far_older:
        return _("Far older than 85 % of items.")
    return _("Older than 85 % of items.")


@register.simple_tag
def wip_sentence(column: ColumnOnPage) -> str:
    """Say how the number of items compares with the limit."""
    counts = {"count": column.standing, "limit": column.column.wip_limit}
    if column.is_over_limit:
        return _("%(count)d items, limit %(limit)d: over the limit") % counts
    if column.is_at_limit:
        return _("%(count)d items, limit %(limit)d: at the limit") % counts
    return _("%(count)d items, limit %(limit)d") % counts


@register.simple_tag
def mix_sentence(mix: Mapping[str, int]) -> str:
    """Say how many items there are of each class."""
    parts = (
        (mix["toil"], _("%d toil")),
        (mix["engineering"], _("%d engineering")),
        (mix["overhead"], _("%d overhead")),
        (mix["unclassified"], _("%d unclassified")),
    )
    return ", ".join(text % count for count, text in parts if count) or _("No items")


@register.filter
def markdown(source: str, items_url: str = "") -> SafeString:
    """Render a description or comment; #12 is a link where it is known where items are."""
    return render_markdown(source, items_url=items_url)


@register.filter
def log_hours(log: WorkLog) -> float:
    """Return the length of a work log in hours."""
    return (log.ended_at - log.started_at) / timedelta(hours=1)


@register.filter
def activity_tabs(activity: Activity) -> list[tuple[str, str, int]]:
    """Return the tabs of an item's feed: name, label, count."""
    names = (("activity", _("All")), ("comments", _("Comments")), ("history", _("History")), ("logs", _("Work log")))
    return [(name, label, activity.counts[name]) for name, label in names]


@register.simple_tag
def difference(change: Change) -> list[Line]:
    """Compare the long text before a change with that after it."""
    return compare(*(str(value(change.field, said)) if said else "" for said in (change.before, change.after)))


@register.filter
def is_long_text(name: str) -> bool:
    """Whether a field holds more than a line."""
    return name in {"description", "comment"}


@register.filter
def link_sentence(change: Change) -> str:
    """Say what an item was linked as."""
    said = change.after or change.before
    return link_words(said["kind"], is_reverse=said["is_reverse"])


@register.filter
def safe_address(address: str) -> str:
    """Return an address that a page may link to, else nothing."""
    return address if address.lower().startswith(("http://", "https://")) else ""


@register.simple_tag
def elapsed(timer: Timer) -> str:
    """Say how long a timer has run."""
    return write_length(timezone.now() - timer.started_at)


@register.filter
def log_text(log: WorkLog) -> str:
    """Say when a log was and how long."""
    return understood(Span(log.started_at, log.ended_at))


@register.simple_tag
def when(at: datetime) -> SafeString:
    """Write a time as short as it can be understood, in full for those who point at it."""
    local = timezone.localtime(at)
    is_recent = abs(timezone.now() - at) < timedelta(days=6)
    is_this_year = local.year == timezone.localtime(timezone.now()).year
    short = "D H:i" if is_recent else ("D j M, H:i" if is_this_year else "j M Y, H:i")
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        at.isoformat(),
        date_format(local, "DATETIME_FORMAT"),
        date_format(local, short),
    )


@register.simple_tag
def who(entry: Entry) -> SafeString:
    """Name who did it: a person, a program, a rule, an import."""
    if entry.who is not None:
        return format_html("<b>{}</b>", entry.who.display_name)
    if entry.program:
        return format_html("<b>{}</b>", entry.program)
    via = entry.change.via if entry.change else ""
    return format_html("<b>{}</b>", DOORS.get(via, _("Toil Tracker")))


@register.simple_tag
def value(name: str, said: Any) -> str:
    """Write the value of a field as a change keeps it."""
    if isinstance(said, bool):
        return _("yes") if said else _("no")
    if not said:
        return _("nothing")
    if isinstance(said, dict):
        return str(said.get("name") or said.get("body") or "")
    if isinstance(said, list):
        return ", ".join(str(one) for one in said)
    write = {"estimate_hours": _write_estimate, "priority": _write_priority, "due_date": _write_day}.get(name)
    return write(said) if write else str(said)


def _write_estimate(said: Any) -> str:
    return write_hours(float(said))


def _write_priority(said: Any) -> str:
    return str(Priority(said).label)


def _write_day(said: Any) -> str:
    day = parse_date(str(said))
    return date_format(day, "D j M Y") if day else str(said)


@register.simple_tag
def prop_value(item: Item, name: str) -> str | SafeString:
    """Write a field of an item for those who may not change it."""
    if name == "assignee":
        return item.assignee.display_name if item.assignee else _("Unassigned")
    if name == "labels":
        return format_html_join(" ", '<span class="label">{}</span>', ((label,) for label in label_names(item))) or "–"
    said = plain(getattr(item, name))
    return "–" if said is None or said == "" else value(name, said)


@register.filter
def control(bound: BoundField) -> SafeString:
    """Render the control of a field in the item's side bar."""
    widget = bound.field.widget
    kind = "select" if isinstance(widget, Select) else "input"
    attrs: dict[str, Any] = {"autocomplete": "off"}
    if isinstance(widget, CheckboxInput):
        return format_html('<span class="check">{}</span>', bound.as_widget())
    attrs["class"] = f"{kind} quiet"
    attrs["maxlength"] = False  # a browser cuts off what is pasted without a word; the server refuses it with one
    if bound.name in LISTS:
        attrs["list"] = LISTS[bound.name]
    if bound.errors:
        attrs["aria-describedby"] = f"{bound.auto_id}_error"
    if bound.name in PLACEHOLDERS:
        attrs["placeholder"] = str(PLACEHOLDERS[bound.name])
    return bound.as_widget(attrs=attrs)


@register.simple_tag
def reason_sentence(reason: Reason, team: Team) -> str | SafeString:
    """Say why a class is suggested."""
    if isinstance(reason, RuleReason):
        return _("Your rule “%(name)s” says so") % {"name": reason.name}
    if isinstance(reason, LatestReason):
        url = reverse("boards:item", args=[team.slug, reason.id])
        link = format_html('<a href="{}">{}</a>', url, reason.key)
        return format_html(_("The latest one was {}"), link)
    counts = {"agreeing": reason.agreeing, "count": reason.count}
    if isinstance(reason, TitleReason):
        said = _("%(agreeing)d of %(count)d items titled “%(pattern)s” were classified so")
        return said % {**counts, "pattern": reason.pattern}
    if isinstance(reason, WordsReason):
        return _("%(agreeing)d of %(count)d items with a similar title were classified so") % counts
    said = _("%(agreeing)d of %(count)d items of %(service)s were classified so")
    return said % {**counts, "service": reason.service}


@register.simple_tag(takes_context=True)
def palette_pages(context: Context, team: Team, words: list[str]) -> list[dict[str, str]]:
    """Return the pages of a team, and the reader's own, whose names hold these words; rooms left out have none."""
    app_bar = context["app_bar"]
    pages = [
        (_("Triage"), "triage", "boards:triage", [team.slug], True),
        (_("Team"), "chart", "reports:team", [team.slug], True),
        (_("Reports"), "mail", "reports:reports", [team.slug], True),
        (_("Rules"), "flask", "boards:rules", [team.slug], True),
        (_("Toil types"), "rotate", "boards:toil_types", [team.slug], True),
        (_("Import"), "upload", "imports:imports", [team.slug], app_bar.can_work),
        (_("Trash"), "trash", "boards:trash", [team.slug], True),
        (_("Members"), "users", "teams:settings_members", [team.slug], True),
        (_("Settings"), "gear", "teams:settings", [team.slug], app_bar.can_configure),
        (_("Profile"), "user", "teams:profile", [], True),
    ]
    found = []
    for name, icon, view, args, is_allowed in pages:
        if is_allowed and all(word in name.casefold() for word in words):
            with suppress(NoReverseMatch):
                found.append({"name": name, "icon": icon, "url": reverse(view, args=args)})
    return found
