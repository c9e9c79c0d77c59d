"""Who may do what in a team: roles of accounts, scopes of API tokens, and the guards of views."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeAlias

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from teams.errors import NotAllowedError
from teams.models import ApiToken, Membership, Role, Scope, Team, User
from teams.rest.errors import error_response

P = ParamSpec("P")
View: TypeAlias = Callable[..., HttpResponseBase]

RANK = {Role.VIEWER: 1, Role.MEMBER: 2, Role.OWNER: 3}
SCOPE_RANK = {Scope.READ: 1, Scope.IMPORT: 2, Scope.WRITE: 3}


class RoleMissingError(NotAllowedError, PermissionDenied):
    """Whoever asks sees the team, but their role or scope is not enough; pages answer with their 403 page."""

    code = "not_allowed"


def signed_in(request: HttpRequest) -> User:
    """Return the account behind a request that a guard let through."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def role_of(viewer: object, team: Team) -> Role | None:
    """Return an account's role in a team, None for strangers; superusers own every team, tokens have no role."""
    if not isinstance(viewer, User) or not viewer.is_active:
        return None
    if viewer.is_superuser:
        return Role.OWNER
    if team.known_role is not None and team.known_role[0] == viewer.pk:
        return team.known_role[1]
    roles = Membership.objects.confirmed().filter(team=team, person__user=viewer).values_list("role", flat=True)
    role = roles.first()
    return Role(role) if role else None


def can_read(viewer: object, team: Team) -> bool:
    """Whether the team's things may be seen."""
    return _allows(viewer, team, Role.VIEWER, Scope.READ)


def can_import(viewer: object, team: Team) -> bool:
    """Whether tickets may be brought in."""
    return _allows(viewer, team, Role.MEMBER, Scope.IMPORT)


def can_work(viewer: object, team: Team) -> bool:
    """Whether items, logs, comments and the like may be changed."""
    return _allows(viewer, team, Role.MEMBER, Scope.WRITE)


def can_configure(viewer: object, team: Team) -> bool:
    """Whether the team's settings may be changed, but for its members and tokens."""
    return _allows(viewer, team, Role.OWNER, Scope.WRITE)


def can_own(viewer: object, team: Team) -> bool:
    """Whether members and tokens may be changed: never by a token."""
    return _allows(viewer, team, Role.OWNER, None)


def require_role(viewer: object, team: Team, role: Role) -> None:
    """Refuse an account whose role in a team that it may see is less than this."""
    if not _allows(viewer, team, role, None):
        raise RoleMissingError(refusal(role))


def require(allowed: bool, role: Role = Role.MEMBER) -> None:
    """Refuse with a sentence unless allowed: `require(can_work(request.user, team))`."""
    if not allowed:
        raise RoleMissingError(refusal(role))


def refusal(role: Role) -> str:
    """Say which role it takes."""
    if role == Role.OWNER:
        return _("Only an owner of the team may do this.")
    return _("You may look at this team, but not change anything in it. An owner can make you a member.")


def get_team_or_404(viewer: object, slug: str) -> Team:
    """Load a team that the viewer may see; to a stranger it does not exist."""
    teams = Team.objects.visible_to(viewer).select_related("calendar")
    if not isinstance(viewer, User):
        return get_object_or_404(teams, slug=slug)
    role = Membership.objects.confirmed().filter(team=OuterRef("pk"), person__user=viewer).values("role")[:1]
    team = get_object_or_404(teams.annotate(role_of_viewer=Subquery(role)), slug=slug)
    held = getattr(team, "role_of_viewer", None)
    team.known_role = (viewer.pk, Role(held) if held else None)
    return team


def team_view(
    role: Role = Role.VIEWER,
) -> Callable[[Callable[Concatenate[HttpRequest, Team, P], HttpResponseBase]], View]:
    """Guard a view of `/teams/<slug:slug>/…`: sign in first, strangers 404, too small a role 403.

    The view gets the team instead of the slug: `@team_view(Role.OWNER) def edit(request, team): …`.
    """

    def decorate(view: Callable[Concatenate[HttpRequest, Team, P], HttpResponseBase]) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, slug: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return _ask_to_sign_in(request)
            team = get_team_or_404(request.user, slug)
            if role != Role.VIEWER:
                require_role(request.user, team, role)
            return view(request, team, *args, **kwargs)

        return guarded

    return decorate


def _ask_to_sign_in(request: HttpRequest) -> HttpResponseBase:
    """Lead a person to the sign-in page; tell a script, which must not put that page into its own."""
    if request.headers.get("HX-Request") == "true":
        return error_response(401, "signed_out", _("You are signed out: sign in again in another tab, then try again."))
    return redirect_to_login(request.get_full_path())


def superuser_view(view: Callable[Concatenate[HttpRequest, P], HttpResponseBase]) -> View:
    """Guard a view of the administration: sign in first; to anybody but a superuser it is forbidden."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_superuser:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def _allows(viewer: object, team: Team, role: Role, scope: Scope | None) -> bool:
    if isinstance(viewer, ApiToken):
        return scope is not None and viewer.team_id == team.pk and SCOPE_RANK[Scope(viewer.scope)] >= SCOPE_RANK[scope]
    held = role_of(viewer, team)
    return held is not None and RANK[held] >= RANK[role]
