"""What budget alerts say to people: in mail, in Slack, on pages."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from reports import numbers
from reports.budget import AlertKind
from reports.mailing.links import absolute
from reports.models import BudgetAlert
from reports.sentences import denominator_text
from reports.words import Words
from teams.models import Team

NAMES: Mapping[str, Promise] = {
    AlertKind.LOOK_NOW: gettext_lazy("Look now"),
    AlertKind.PLAN: gettext_lazy("Take it into planning"),
    AlertKind.REDUCE_FIRST: gettext_lazy("Toil reduction before other work"),
    AlertKind.LOW_SIDE: gettext_lazy("Toil may be unrecorded"),
}

_ASKS: Mapping[str, Promise] = {
    AlertKind.LOOK_NOW: gettext_lazy("Look now what it is made of: this is far more than the quarter has room for."),
    AlertKind.PLAN: gettext_lazy("Take it into the next planning: at this rate the quarter’s budget will not last."),
    AlertKind.REDUCE_FIRST: gettext_lazy("Put the reduction of toil before other work until it burns slower."),
    AlertKind.LOW_SIDE: gettext_lazy(
        "Toil is more likely unrecorded than gone: do nightly pages, small favours and restarts reach the board?"
    ),
}


def alert_name(kind: str) -> str:
    """Return what an alert is called."""
    return str(NAMES[kind])


def alert_ask(kind: str) -> str:
    """Return what an alert asks for, as a sentence."""
    return str(_ASKS[kind])


def alert_sentence(alert: BudgetAlert) -> str:
    """Say what an alert fired on: “In 7 days toil was 31.0 % of classified work, 3.1 times what the budget …”."""
    figures = alert.figures
    first, second = figures["windows"]
    words = {"work": denominator_text(figures["denominator"])}
    if alert.is_low_side:
        told = _("Toil was %(last)s and %(before)s of %(work)s in the last two weeks, below the %(target)s target, "
                 "while only %(coverage)s of the working time is explained.")  # fmt: skip
        coverages = [window["coverage"] or 0.0 for window in (first, second)]
        return told % {
            **words,
            "last": numbers.percent(first["toil_share"] or 0.0),
            "before": numbers.percent(second["toil_share"] or 0.0),
            "target": numbers.percent_range(figures["target_low"], figures["target_high"]),
            "coverage": numbers.percent_whole(sum(coverages) / 2),
        }
    if second["days"] == 1:
        told = _("In the last %(long)s toil was %(share)s of %(work)s, %(rate)s times what the budget has room for; "
                 "yesterday %(short_rate)s times.")  # fmt: skip
    else:
        told = _("In the last %(long)s toil was %(share)s of %(work)s, %(rate)s times what the budget has room for; "
                 "in the last %(short)s %(short_rate)s times.")  # fmt: skip
    return told % {
        **words,
        "long": days_text(first["days"]),
        "share": numbers.percent(first["toil_share"]),
        "rate": numbers.decimal(first["burn_rate"]),
        "short": days_text(second["days"]),
        "short_rate": numbers.decimal(second["burn_rate"]),
    }


def budget_sentence(figures: Mapping[str, Any]) -> str:
    """Say how the quarter's budget stands: “Of the 226 h of Q4, 171 h are used; …”."""
    quarter = _("Q%(number)s") % {"number": figures["quarter"][-1]}
    used = {
        "quarter": quarter,
        "budget": numbers.hours(figures["budget_hours"]),
        "used": numbers.hours(figures["used_hours"]),
    }
    told = [_("Of the %(budget)s that %(quarter)s has room for, %(used)s are used.") % used]
    if figures["left_hours"] < 0:
        told.append(_("That is %s more than there were.") % numbers.hours(-figures["left_hours"]))
    elif figures["runs_out_on"] and figures["pace_hours_a_week"] is not None:
        pace = {
            "pace": numbers.hours(figures["pace_hours_a_week"]),
            "day": formats.date_format(date.fromisoformat(figures["runs_out_on"]), "j F"),
            "lasting": numbers.hours(figures["lasting_pace_hours_a_week"] or 0.0),
        }
        told.append(_("At %(pace)s a week it runs out on %(day)s; %(lasting)s a week would last.") % pace)
    return " ".join(told)


def days_text(days: int) -> str:
    """Return the length of a window: “1 day”, “3 days”."""
    return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}


def alerts_words(team: Team, alerts: Sequence[BudgetAlert]) -> Words:
    """Say what fired at one midnight, the most urgent first, to whoever the team tells."""
    first = alerts[0]
    subject = _("%(team)s: %(what)s") % {"team": team.name, "what": _subject(first)}
    others = [f"{alert_name(other.kind)}: {alert_sentence(other)}" for other in alerts[1:]]
    paragraphs = [alert_ask(first.kind), *others, budget_sentence(first.figures)]
    return Words(
        subject=subject,
        headline=alert_sentence(first),
        paragraphs=paragraphs,
        figures=_figures(first),
        link_text=_("See the team page"),
        url=absolute(reverse("reports:team", args=[team.slug])),
    )


def _subject(alert: BudgetAlert) -> str:
    if alert.is_low_side:
        return _("toil may be unrecorded")
    rate = numbers.decimal(alert.figures["windows"][0]["burn_rate"])
    asks = {
        AlertKind.LOOK_NOW: _("the toil budget burns %s× as fast as it lasts, look now"),
        AlertKind.PLAN: _("the toil budget burns %s× as fast as it lasts, take it into planning"),
        AlertKind.REDUCE_FIRST: _("the toil budget burns %s× as fast as it lasts, reduce toil first"),
    }
    return asks[AlertKind(alert.kind)] % rate


def _figures(alert: BudgetAlert) -> list[tuple[str, str]]:
    first, second = alert.figures["windows"]
    share = [(window, window["toil_share"]) for window in (first, second)]
    if alert.is_low_side:
        names = (_("toil share, last week"), _("the week before"))
        shown = [(numbers.percent(value or 0.0), name) for (_window, value), name in zip(share, names, strict=True)]
        return [*shown, (numbers.percent_whole(first["coverage"] or 0.0), _("of working time explained"))]
    shown = [(numbers.percent(value), _share_label(window["days"])) for window, value in share if value is not None]
    left = alert.figures["left_hours"]
    return [*shown, (numbers.hours(max(left, 0.0)), _("left of the quarter’s budget"))]


def _share_label(days: int) -> str:
    return _("toil share, yesterday") if days == 1 else _("toil share, last %s") % days_text(days)
