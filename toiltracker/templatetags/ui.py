"""The parts that pages are made of: icons, badges, avatars, fields, bars and the gauge."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Protocol

from django import template
from django.contrib.staticfiles.storage import staticfiles_storage
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select, Textarea
from django.templatetags.static import static
from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from toiltracker.gauge import gauge_marks
from toiltracker.modules import imported_by
from toiltracker.sheets import TOGETHER, joined_path, path_of

register = template.Library()

CLASS_LETTERS: Mapping[str, tuple[str, str]] = {
    "toil": ("T", "T"),
    "engineering": ("E", "E"),
    "overhead": ("O", "O"),
    "unclassified": ("U", "?"),
}
CLASS_NAMES = {
    "toil": gettext_lazy("Toil"),
    "engineering": gettext_lazy("Engineering"),
    "overhead": gettext_lazy("Overhead"),
    "unclassified": gettext_lazy("Unclassified"),
}
CLASS_HINTS = {
    "toil": gettext_lazy("Manual, repeats, leaves nothing better behind"),
    "engineering": gettext_lazy("Changes the system for good"),
    "overhead": gettext_lazy("Meetings, planning, hiring, admin"),
}
AVATAR_COLOURS = 6


class HasInitials(Protocol):
    """What an avatar needs to know of a person."""

    pk: int

    @property
    def display_name(self) -> str:
        """The name to show."""

    @property
    def initials(self) -> str:
        """One or two letters."""


@register.filter
def undo_action(message: object) -> str:
    """Return by which number that is taken back what a message says, "" where it cannot be."""
    return _tagged(message, "undo-")


@register.filter
def way_back(message: object) -> str:
    """Return the address to which is posted what takes a message's doing back, "" where there is none."""
    return _tagged(message, "back-")


def _tagged(message: object, prefix: str) -> str:
    tags = str(getattr(message, "extra_tags", "") or "").split()
    return next((tag.removeprefix(prefix) for tag in tags if tag.startswith(prefix)), "")


@register.simple_tag
@cache
def icon(name: str, size: str = "") -> SafeString:
    """Draw a symbol of `icons.svg`; beside it must stand a text, or its button needs an `aria-label`.

    Kept, as a board draws some thousand of them.
    """
    css = f"i i-{size}" if size else "i"
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>', css, static("icons.svg"), name)


@register.simple_tag
def stylesheet(name: str) -> str:
    """Give the address of a file in `static/css/`."""
    return static(f"css/{name}.css")


@register.simple_tag
@cache
def stylesheets(name: str) -> SafeString:
    """Link the style sheets of a set (`toiltracker/sheets.py`): as one file where they are joined, else each."""
    is_joined = getattr(staticfiles_storage, "joins_sheets", False)
    paths = [joined_path(name)] if is_joined else [path_of(part) for part in TOGETHER[name]]
    return format_html_join("\n    ", '<link rel="stylesheet" href="{}">', ((static(path),) for path in paths))


@register.simple_tag(takes_context=True)
def module(context: template.Context, path: str) -> SafeString:
    """Load one of our ES modules, and all that it imports beside it: each is named once in a page."""
    shared: dict[str, set[str]] = context.render_context  # type: ignore[assignment]  # its stubs know one key only
    named = shared.setdefault("modules", set())
    new = [one for one in imported_by(path) if one not in named]
    named.update(new)
    addresses = ((static(one),) for one in new)
    preloads = format_html_join("\n    ", '<link rel="modulepreload" href="{}">', addresses)
    return format_html('<script src="{}" type="module"></script>\n    {}', static(path), preloads)


@register.filter
def words(text: str) -> list[str]:
    """Split a text at its spaces."""
    return text.split()


@register.simple_tag
def class_badge(classification: str, named: bool = False) -> SafeString:
    """Show a class as its letter, with its name beside it if `named`."""
    return _class_badge(str(classification), named, get_language() or "")


@cache
def _class_badge(classification: str, named: bool, language: str) -> SafeString:
    css, letter = CLASS_LETTERS[classification]
    name = CLASS_NAMES[classification]
    if named:
        return format_html(
            '<span class="clsw"><span class="cls {}" aria-hidden="true">{}</span>{}</span>', css, letter, name
        )
    return format_html('<span class="cls {}" role="img" aria-label="{}">{}</span>', css, name, letter)


@register.filter
def class_name(classification: str) -> str:
    """Name a class in the reader's language."""
    return str(CLASS_NAMES[str(classification)])


@register.simple_tag
def avatar(person: HasInitials | None, size: str = "") -> SafeString:
    """Draw a person's initials, or an empty head for nobody."""
    if person is None:
        return format_html(
            '<span class="av none" title="{0}" role="img" aria-label="{0}">{1}</span>', _("Unassigned"), icon("user")
        )
    return format_html(
        '<span class="av a{0} {1}" title="{2}" role="img" aria-label="{2}">{3}</span>',
        person.pk % AVATAR_COLOURS + 1,
        size,
        person.display_name,
        person.initials,
    )


@register.inclusion_tag("components/class_chooser.html")
def class_chooser(
    name: str, value: str = "", hints: bool = False, submits: bool = False, sure: bool = False
) -> dict[str, Any]:
    """Offer the four classes, or with `sure` the three that decide something.

    They are radio buttons of a form, or with `submits` buttons that send it at once.
    """
    options = [
        {
            "value": key,
            "css": css,
            "letter": letter,
            "key": css,
            "label": _("Not sure") if key == "unclassified" else CLASS_NAMES[key],
            "hint": CLASS_HINTS.get(key, ""),
            "is_chosen": key == str(value),
        }
        for key, (css, letter) in CLASS_LETTERS.items()
        if not ((hints or sure) and key == "unclassified")
    ]
    return {"name": name, "options": options, "hints": hints, "submits": submits}


@register.inclusion_tag("components/gauge.html")
def gauge(
    share: float | None, low: float | None, high: float | None, target_low: float, target_high: float
) -> dict[str, Any]:
    """Draw a share of toil (all fractions) against its target band, with the range that unclassified work leaves."""
    return {
        "marks": gauge_marks(share=share, low=low, high=high, target_low=target_low, target_high=target_high),
        "share": share,
        "low": low,
        "high": high,
        "target_low": target_low,
        "target_high": target_high,
    }


@register.inclusion_tag("components/segments.html")
def segments(css: str, label: str = "", **parts: float) -> dict[str, Any]:
    """Draw a bar whose parts (`T=5 E=10 U=2`, or any class names) share its width in proportion."""
    total = sum(parts.values())
    drawn, start = [], 0.0
    for name, amount in parts.items():
        width = 100 * amount / total if total else 0.0
        if width:
            drawn.append({"css": name, "x": f"{start:.2f}", "end": f"{start + width:.2f}", "width": f"{width:.2f}"})
        start += width
    return {"css": css, "label": label, "parts": drawn}


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, css: str = "", hide_label: bool = False, **attrs: str) -> dict[str, Any]:
    """Render a form field with its label, its hint and its errors, all linked by `aria-describedby`.

    Keywords become attributes of the control, underscores as hyphens: `{% field form.email autocomplete="email" %}`.
    """
    widget = bound.field.widget
    described = [f"{bound.auto_id}_hint"] if bound.help_text else []
    described += [f"{bound.auto_id}_error"] if bound.errors else []
    extra: dict[str, Any] = {name.replace("_", "-"): value for name, value in attrs.items()}
    if described:
        extra["aria-describedby"] = " ".join(described)
    kind = _kind_of(widget)
    if kind in {"input", "select", "textarea"}:
        extra["class"] = f"{kind} {css}".strip()
    return {
        "field": bound,
        "control": bound.as_widget(attrs=extra),
        "kind": kind,
        "hide_label": hide_label,
        "is_switch": "switch" in css,
    }


def _kind_of(widget: Any) -> str:
    if isinstance(widget, CheckboxInput):
        return "check"
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        return "choices"
    if isinstance(widget, Select):
        return "select"
    return "textarea" if isinstance(widget, Textarea) else "input"


@register.inclusion_tag("components/empty.html")
def empty_state(
    icon_name: str, title: str, why: str = "", url: str = "", action: str = "", *, is_page: bool = False
) -> dict[str, Any]:
    """Say in one line what is not there, in one why, and offer one action; `is_page`: the page says nothing else."""
    return {"icon_name": icon_name, "title": title, "why": why, "url": url, "action": action, "is_page": is_page}


@register.filter
def share(fraction: float | None) -> str:
    """Write a fraction as a percentage with one decimal: 12.4 %."""
    return "–" if fraction is None else f"{number_format(round(fraction * 100, 1), 1)}\u00a0%"


@register.filter
def percent(fraction: float | None) -> str:
    """Write a fraction as a percentage without needless decimals: 5, 7.5."""
    return "–" if fraction is None else number_format(float(f"{fraction * 100:.4g}")).removesuffix(".0")


@register.filter
def hours(amount: float | None) -> str:
    """Write hours with at most one decimal: 1.5 h, 12 h."""
    if amount is None:
        return "–"
    rounded = round(amount, 1)
    decimals = 0 if rounded == int(rounded) else 1
    return f"{number_format(rounded, decimals)}\u00a0h"
