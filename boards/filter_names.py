"""What the filters of a board are called: the chips of those that are on, and what can be chosen."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from boards.finding import ME, NOBODY, OLDER, WITHOUT, Filters
from boards.models import Board, Classification, Item, ItemLabel, Label, ToilType
from boards.sources import source_name
from teams.models import Person

TITLES = {
    "q": gettext_lazy("Text"),
    "class": gettext_lazy("Class"),
    "service": gettext_lazy("Service"),
    "label": gettext_lazy("Label"),
    "assignee": gettext_lazy("Assignee"),
    "interrupts": gettext_lazy("Interrupts"),
    "blocked": gettext_lazy("Blocked"),
    "age": gettext_lazy("Age"),
    "source": gettext_lazy("Source"),
    "type": gettext_lazy("Toil type"),
}
IN_THE_MENU = ("class", "service", "label", "assignee", "interrupts", "blocked", "age", "source", "type")
A_CHIP_EACH = "label"
AGES = (OLDER, "3", "7", "14", "30", "90")


@dataclass(frozen=True, slots=True)
class Option:
    """A value of a filter, and what people call it."""

    value: str
    said: str
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is on; `url` takes it away."""

    name: str
    title: str
    options: Sequence[Option]
    url: str

    @property
    def said(self) -> str:
        """All of it in words."""
        values = ", ".join(option.said for option in self.options if option.said)
        return f"{self.title}: {values}" if values else self.title


@dataclass(frozen=True, slots=True)
class Group:
    """A filter with what can be chosen of it; `is_single` where one excludes the others."""

    name: str
    title: str
    options: Sequence[Option]
    is_single: bool = False
    is_switch: bool = False


@dataclass(frozen=True, slots=True)
class Names:
    """The names behind the ids in filters: people and toil types, those of this board only."""

    people: Mapping[int, str] = field(default_factory=dict)
    toil_types: Mapping[int, str] = field(default_factory=dict)

    def said(self, name: str, value: str) -> str:
        """Return what people call a value of a filter."""
        say: dict[str, Callable[[], str]] = {
            "class": lambda: str(Classification(value).label),
            "assignee": lambda: _person(value, self.people),
            "type": lambda: _("No toil type") if value == NOBODY else self.toil_types.get(int(value), ""),
            "source": lambda: source_name("" if value == WITHOUT else value),
            "service": lambda: _("No service") if value == WITHOUT else value,
            "age": lambda: _age(value),
            "interrupts": lambda: "",
            "blocked": lambda: "",
        }
        return say[name]() if name in say else value


def _person(value: str, people: Mapping[int, str]) -> str:
    if value == NOBODY:
        return _("Unassigned")
    return _("Me") if value == ME else people.get(int(value), "")


def _age(value: str) -> str:
    if value == OLDER:
        return _("older than usual")
    days = int(value)
    return ngettext("more than %(days)d day here", "more than %(days)d days here", days) % {"days": days}


def names_of(board: Board, filters: Filters) -> Names:
    """Read the names of the people and toil types in filters; those of other teams are not there."""
    people = [int(value) for value in filters.assignees if value.isdecimal()]
    types = [int(value) for value in filters.toil_types if value.isdecimal()]
    return Names(
        {person.pk: person.display_name for person in _people(board).filter(pk__in=people)} if people else {},
        dict(ToilType.objects.filter(team=board.team_id, pk__in=types).values_list("pk", "name")) if types else {},
    )


def _people(board: Board) -> QuerySet[Person]:
    """Return the team's members and who else is assigned to something on the board."""
    assigned = Item.objects.on_board().filter(board=board, assignee__isnull=False).values("assignee")
    return Person.objects.filter(Q(memberships__team=board.team_id) | Q(pk__in=assigned)).distinct()


def known(filters: Filters, names: Names) -> tuple[Filters, list[str]]:
    """Return the filters without people and toil types that are not of this board, and what was left out."""
    gone = [("assignee", one) for one in filters.assignees if one.isdecimal() and int(one) not in names.people]
    gone += [("type", one) for one in filters.toil_types if one.isdecimal() and int(one) not in names.toil_types]
    for name, value in gone:
        filters = filters.without(name, value)
    return filters, [f"{name}={value}" for name, value in gone]


def chips_of(filters: Filters, names: Names, beside: Sequence[tuple[str, str]] = ()) -> list[Chip]:
    """Return a chip for each filter, for labels one each; their links keep what stands `beside` in the address."""
    values: dict[str, list[str]] = {}
    for name, value in filters.pairs():
        values.setdefault(name, []).append(value)
    chips = []
    for name, held in values.items():
        for some in [[one] for one in held] if name == A_CHIP_EACH else [held]:
            rest = filters.without(name, some[0] if name == A_CHIP_EACH else None)
            options = [Option(one, names.said(name, one), is_chosen=True) for one in some]
            # A view without filters would be the view as it was saved.
            kept = beside if rest.is_on else [pair for pair in beside if pair[0] != "view"]
            url = "?" + urlencode([*rest.pairs(), *kept])
            chips.append(Chip(name, str(TITLES[name]), options, url))
    return chips


def groups_of(board: Board, filters: Filters) -> list[Group]:
    """Read what can be chosen on a board, in four queries; what is chosen already is always among it."""
    held = Item.objects.on_board().filter(board=board)
    found = set(held.values_list("service", "source"))
    labels = Label.objects.filter(pk__in=ItemLabel.objects.filter(item__in=held.values("pk")).values("label"))
    types = ToilType.objects.filter(team=board.team_id).order_by("name")
    people = sorted(_people(board), key=lambda person: (person.display_name.casefold(), person.pk))
    names = Names({person.pk: person.display_name for person in people}, {each.pk: each.name for each in types})
    values: dict[str, list[str]] = {
        "class": list(Classification.values),
        "service": [*sorted({service for service, __ in found} - {""}), WITHOUT],
        "label": sorted(labels.values_list("name", flat=True)),
        "assignee": [ME, NOBODY, *(str(person.pk) for person in people)],
        "interrupts": ["1"],
        "blocked": ["1"],
        "age": list(AGES),
        "source": [*sorted({source for __, source in found} - {""}), WITHOUT],
        "type": [*(str(each.pk) for each in types), NOBODY],
    }
    return [_group(name, values[name], filters, names) for name in IN_THE_MENU]


def _group(name: str, values: list[str], filters: Filters, names: Names) -> Group:
    chosen = {value for held, value in filters.pairs() if held == name}
    values = [*values, *sorted(chosen - set(values))]
    options = [Option(value, names.said(name, value), value in chosen) for value in values]
    return Group(name, str(TITLES[name]), options, is_single=name == "age", is_switch=name in {"interrupts", "blocked"})
