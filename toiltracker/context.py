"""What every page's frame shows: the team, its boards and how many items wait for a class."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery
from django.http import HttpRequest

from boards.models import Board, Classification, Timer
from reports.pages.alerts import AlertBanner, banner_of
from teams.models import Membership, Person, Role, Team, User
from toiltracker.settings_menu import Group, current_page, settings_menu

THEMES = ("light", "dark")
DENSITIES = ("compact", "roomy")
WORKING = {Role.MEMBER, Role.OWNER}


@dataclass
class AppBar:
    """The app bar of one request; asks the database only for what a template shows."""

    request: HttpRequest

    @property
    def user(self) -> User | None:
        """The account, if somebody is signed in."""
        user = getattr(self.request, "user", None)
        return user if isinstance(user, User) else None

    @cached_property
    def person(self) -> Person | None:
        """The person of the account."""
        if hasattr(self.request, "reader"):  # set by a view that needed it
            return self.request.reader  # type: ignore[no-any-return]
        people = Person.objects.filter(user=self.user).select_related("timer__item__board__team")
        return people.first() if self.user else None

    @property
    def timer(self) -> Timer | None:
        """The timer that runs for the account; loaded with its person."""
        return getattr(self.person, "timer", None)

    @cached_property
    def teams(self) -> list[Team]:
        """The teams of the account, each with the role in it."""
        if self.user is None:
            return []
        role = Membership.objects.filter(team=OuterRef("pk"), person__user=self.user).values("role")[:1]
        return list(Team.objects.visible_to(self.user).annotate(my_role=Subquery(role)).order_by("name", "id"))

    @property
    def has_sample(self) -> bool:
        """Whether the sample team is there to look around in."""
        return any(team.is_sample for team in self.teams)

    @cached_property
    def team(self) -> Team | None:
        """The team in the address, else the only one there is."""
        slug = self._address.get("slug")
        if slug is None:
            return self.teams[0] if len(self.teams) == 1 else None
        return next((team for team in self.teams if team.slug == slug), None)

    @cached_property
    def _all_boards(self) -> list[Board]:
        if self.team is None:
            return []
        unclassified = Q(
            items__classification=Classification.UNCLASSIFIED,
            items__deleted_at__isnull=True,
            items__archived_at__isnull=True,
        )
        kept = Board.objects.kept().filter(team=self.team)
        return list(kept.annotate(unclassified=Count("items", filter=unclassified)).in_order())

    @property
    def boards(self) -> list[Board]:
        """The boards that the team works on, each with the number of its unclassified items."""
        return [board for board in self._all_boards if not board.is_archived]

    @property
    def has_archived_boards(self) -> bool:
        """Whether there are boards that can only be read."""
        return any(board.is_archived for board in self._all_boards)

    @cached_property
    def board(self) -> Board | None:
        """The board in the address, else the one that was looked at last, else the first."""
        shown = getattr(self.request, "board_slug", None)  # set by a view whose address names no board
        named, last = self._address.get("board_slug") or shown, self.request.COOKIES.get("board")
        found = next((board for board in self._all_boards if board.slug == named), None)
        found = found or next((board for board in self.boards if board.slug == last), None)
        return found or next(iter(self.boards), None)

    @cached_property
    def has_other_board(self) -> bool:
        """Whether there is another board on which the account may put items; asks only where the team has no other."""
        if any(board != self.board for board in self.boards):
            return True
        others = [team for team in self.teams if team != self.team and self._role_in(team) in WORKING]
        return bool(others) and Board.objects.in_use().filter(team__in=others).exists()

    @property
    def unclassified_count(self) -> int:
        """How many items of the team wait for a class."""
        return sum(getattr(board, "unclassified", 0) for board in self.boards)

    @cached_property
    def alert_banner(self) -> AlertBanner | None:
        """What the board and the team page say on top of the toil budget."""
        return banner_of(self.team) if self.team else None

    @property
    def can_work(self) -> bool:
        """Whether write controls are shown."""
        return self._role in WORKING

    @property
    def can_configure(self) -> bool:
        """Whether the way to the settings is shown."""
        return self._role == Role.OWNER

    @property
    def settings_menu(self) -> list[Group]:
        """The pages of the team's settings that the account sees."""
        return settings_menu(slug=self._address["slug"], view=self._view, is_owner=self.can_configure)

    @property
    def is_in_settings(self) -> bool:
        """Whether this page is one of the settings."""
        return current_page(self._view) is not None

    @property
    def _view(self) -> str:
        match = self.request.resolver_match
        return match.view_name if match else ""

    @property
    def _role(self) -> str | None:
        return self._role_in(self.team) if self.team else None

    def _role_in(self, team: Team) -> str | None:
        """Return what the account may do in one of its teams."""
        if self.user is None:
            return None
        return Role.OWNER if self.user.is_superuser else getattr(team, "my_role", None)

    @property
    def _address(self) -> dict[str, Any]:
        match = self.request.resolver_match
        return match.kwargs if match else {}


def frame(request: HttpRequest) -> dict[str, Any]:
    """Give templates the app bar and how the reader wants pages to look."""
    theme = request.COOKIES.get("theme", "")
    density = request.COOKIES.get("density", "")
    return {
        "app_bar": AppBar(request),
        "theme": theme if theme in THEMES else "",
        "density": density if density in DENSITIES else "",
    }
