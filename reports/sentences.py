"""The sentences in which a page or a mail says what a figure means: verdict first, one that a manager can repeat."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

from reports import numbers

Emphasis = Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A toil share with its bounds, target and verdict, under the names of the API (docs/measurement.md, 4)."""

    toil_share: float | None
    toil_share_low: float | None
    toil_share_high: float | None
    target_low: float
    target_high: float
    verdict: str
    certain: bool
    denominator: str
    unclassified_hours: float = 0.0

    @classmethod
    def from_figures(cls, figures: Mapping[str, Any]) -> Self:
        """Read the share out of an answer of the API's `toil/`."""
        return cls(
            toil_share=figures["toil_share"],
            toil_share_low=figures["toil_share_low"],
            toil_share_high=figures["toil_share_high"],
            target_low=figures["target_low"],
            target_high=figures["target_high"],
            verdict=str(figures["verdict"]),
            certain=bool(figures["certain"]),
            denominator=str(figures["denominator"]),
            unclassified_hours=figures["effort_hours"]["unclassified"],
        )

    @property
    def share_text(self) -> str:
        """The share, “12.4 %”; a dash where there is none."""
        return share_text(self.toil_share, low=self.target_low, high=self.target_high)

    @property
    def target_text(self) -> str:
        """The target range, “5–10 %”."""
        return numbers.percent_range(self.target_low, self.target_high)


def share_text(share: float | None, *, low: float, high: float) -> str:
    """Return a share beside its target, “12.4 %”; a dash where there is none."""
    return "–" if share is None else numbers.share(share, low=low, high=high)


def verdict_sentence(reading: Reading, *, is_over: bool = True, emphasise: Emphasis | None = None) -> str:
    """Say the share and how it stands to the target, without a full stop.

    “Toil was 12.4 % of classified work, above the 5–10 % target”. `is_over` is false for a period that is not over
    yet (“Toil is …”). With `emphasise` (a function from the share's text to mark-up) the sentence is safe HTML.
    """
    if reading.toil_share is None:
        return str(_NOTHING[reading.denominator if reading.denominator in _NOTHING else "classified"])
    sentence = str((_WAS if is_over else _IS)[reading.verdict])
    parts: dict[str, str] = {"work": str(_WORK[reading.denominator]), "target": reading.target_text}
    if emphasise is None:
        return sentence % {"share": reading.share_text, **parts}
    parts["target"] = format_html('<span class="nowrap">{}</span>', reading.target_text)
    return _filled(sentence, {"share": emphasise(reading.share_text), **parts})


def range_sentence(reading: Reading) -> str:
    """Say within which bounds unclassified work leaves the share; empty where it leaves nothing open."""
    low, high = reading.toil_share_low, reading.toil_share_high
    if low is None or high is None or reading.unclassified_hours <= 0:
        return ""
    ends = {"range": numbers.percent_range(low, high), "hours": numbers.hours(reading.unclassified_hours)}
    if reading.certain:
        return _("It could be %(range)s (%(hours)s without a class).") % ends
    return _("The verdict is not certain: the share could be %(range)s (%(hours)s without a class).") % ends


def change_sentence(now: float | None, before: float | None, *, week: int) -> str:
    """Say how the share moved since an earlier week: “Down from 14.7 % in week 46.”; empty without both."""
    if now is None or before is None:
        return ""
    parts = {"before": numbers.percent(before), "week": week}
    if numbers.percent(now) == numbers.percent(before):
        return _("As in week %(week)d.") % parts
    if now < before:
        return _("Down from %(before)s in week %(week)d.") % parts
    return _("Up from %(before)s in week %(week)d.") % parts


def streak_sentence(verdict: str, weeks: int) -> str:
    """Say for how many weeks in a row the verdict has been the same; empty for the first week."""
    if weeks < 2 or verdict not in _STREAK:
        return ""
    return str(_STREAK[verdict] % {"count": weeks})


def revision_sentence(*, week: int, before: str, after: str, causes: list[str]) -> str:
    """Say what a reported week's share has become: “W46: 9.1 % is now 9.6 %, 3 items reclassified”."""
    parts = {"week": week, "before": before, "after": after}
    told = _("W%(week)02d: %(before)s is now %(after)s") % parts
    return ", ".join([told, *causes])


def cause_words(causes: Mapping[str, int]) -> list[str]:
    """Say which edits changed a reported week: “3 items reclassified”, “1 work log changed”."""
    texts: dict[str, Callable[[int], str]] = {
        "reclassified": lambda n: ngettext("%(count)d item reclassified", "%(count)d items reclassified", n),
        "logged": lambda n: ngettext("%(count)d work log changed", "%(count)d work logs changed", n),
        "imported": lambda n: ngettext("%(count)d item imported late", "%(count)d items imported late", n),
        "deleted": lambda n: ngettext("%(count)d item deleted or restored", "%(count)d items deleted or restored", n),
        "working_time": lambda n: _("working time changed"),
        "formula": lambda n: _("computed by new formulas"),
    }
    return [text(causes[name]) % {"count": causes[name]} for name, text in texts.items() if name in causes]


def denominator_text(denominator: str) -> str:
    """Return what the share is a share of, as it stands in a sentence: “classified work”."""
    return str(_WORK[denominator])


def _filled(sentence: str, parts: Mapping[str, str]) -> SafeString:
    """Fill a %-style sentence into safe HTML: parts that are not safe are escaped."""
    return format_html(
        sentence.replace("{", "{{").replace("}", "}}") % {name: f"{{{name}}}" for name in parts}, **parts
    )


_WAS: dict[str, Promise] = {
    "below": gettext_lazy("Toil was %(share)s of %(work)s, below the %(target)s target"),
    "within": gettext_lazy("Toil was %(share)s of %(work)s, within the %(target)s target"),
    "above": gettext_lazy("Toil was %(share)s of %(work)s, above the %(target)s target"),
}
_IS: dict[str, Promise] = {
    "below": gettext_lazy("Toil is %(share)s of %(work)s, below the %(target)s target"),
    "within": gettext_lazy("Toil is %(share)s of %(work)s, within the %(target)s target"),
    "above": gettext_lazy("Toil is %(share)s of %(work)s, above the %(target)s target"),
}
_WORK: dict[str, Promise] = {
    "classified": gettext_lazy("classified work"),
    "tracked": gettext_lazy("tracked work"),
    "engineering": gettext_lazy("toil and engineering"),
    "capacity": gettext_lazy("capacity"),
}
_NOTHING: dict[str, Promise] = {
    "classified": gettext_lazy("No work was classified, so there is no toil share"),
    "tracked": gettext_lazy("No work was recorded, so there is no toil share"),
    "engineering": gettext_lazy("Neither toil nor engineering was recorded, so there is no toil share"),
    "capacity": gettext_lazy("Nobody had working time, so there is no toil share"),
}
_STREAK: dict[str, Promise] = {
    "above": ngettext_lazy("%(count)d week above the target.", "%(count)d weeks in a row above the target.", "count"),
    "within": ngettext_lazy(
        "%(count)d week within the target.", "%(count)d weeks in a row within the target.", "count"
    ),
    "below": ngettext_lazy("%(count)d week below the target.", "%(count)d weeks in a row below the target.", "count"),
}


def left_words(count: int) -> str:
    """Say how many items a team worked on that are another team's by now: of these, nothing else is told."""
    told = ngettext(
        "%(count)d item that is in another team by now", "%(count)d items that are in another team by now", count
    )
    return told % {"count": count}
