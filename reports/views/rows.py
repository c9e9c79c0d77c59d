"""What the archive of reports shows of each."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports import numbers
from reports.models import DeliveryState, WeeklyReport
from reports.sentences import Reading

# As the list of teams shows them.
VERDICT_TONES = {"above": "bad", "within": "good", "below": "good"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRow:
    """A report in the archive."""

    report: WeeklyReport
    days: str
    share: str
    range: str
    verdict: str
    tone: str
    revised: str
    mail: str
    is_in_trouble: bool


def report_rows(reports: Iterable[WeeklyReport]) -> list[ReportRow]:
    """Return a row for each report; deliveries and revisions have to be prefetched."""
    return [_row(report) for report in reports]


def _row(report: WeeklyReport) -> ReportRow:
    reading = Reading.from_figures(report.figures)
    revisions = sorted(report.revisions.all(), key=lambda revision: (revision.found_at, revision.pk))
    now = Reading.from_figures(revisions[-1].figures).share_text if revisions else ""
    deliveries = list(report.deliveries.all())
    return ReportRow(
        report=report,
        days=numbers.days_of_week(report.week_start),
        share=reading.share_text,
        range=_range(reading),
        verdict=_verdict(reading.verdict),
        tone=VERDICT_TONES.get(reading.verdict, "mute"),
        revised=_("now %(share)s") % {"share": now} if now and now != reading.share_text else "",
        mail=_mail(Counter(delivery.state for delivery in deliveries)),
        is_in_trouble=any(delivery.is_in_trouble for delivery in deliveries),
    )


def _range(reading: Reading) -> str:
    low, high = reading.toil_share_low, reading.toil_share_high
    return "" if low is None or high is None or low == high else numbers.percent_range(low, high)


def _verdict(verdict: str) -> str:
    words = {"above": _("above"), "within": _("within"), "below": _("below")}
    return words.get(verdict, _("no data"))


def _mail(states: Counter[str]) -> str:
    """Say how many mails are in which state."""
    parts = [
        (DeliveryState.SENT, ngettext("%(count)d sent", "%(count)d sent", states[DeliveryState.SENT])),
        (DeliveryState.KEPT, ngettext("%(count)d kept", "%(count)d kept", states[DeliveryState.KEPT])),
        (DeliveryState.FAILED, ngettext("%(count)d refused", "%(count)d refused", states[DeliveryState.FAILED])),
        (
            DeliveryState.UNCERTAIN,
            ngettext("%(count)d uncertain", "%(count)d uncertain", states[DeliveryState.UNCERTAIN]),
        ),
    ]
    waiting = states[DeliveryState.QUEUED] + states[DeliveryState.SENDING]
    told = [text % {"count": states[state]} for state, text in parts if states[state]]
    if waiting:
        told.append(ngettext("%(count)d waiting", "%(count)d waiting", waiting) % {"count": waiting})
    return ", ".join(told) or _("not mailed")
