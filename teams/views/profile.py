"""One's own profile: name, zone, language, theme, shortcuts, own calendar and time off."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from teams.forms.accounts import ProfileForm
from teams.forms.calendars import PersonCalendarForm, TimeOffForm
from teams.forms.errors import errors_in
from teams.models import Calendar, Person, TimeOff
from teams.permissions import signed_in
from teams.queries import person_of
from teams.services.accounts import change_profile
from teams.services.calendars import add_time_off, base_calendar, remove_time_off, set_person_calendar
from teams.services.people import claim_person
from teams.views.choices import holiday_codes, zone_names

YEAR = 365 * 24 * 3600


@require_GET
@login_required
def show(request: HttpRequest) -> HttpResponse:
    """Show everything that is about oneself."""
    return _page(request)


@require_POST
@login_required
def change(request: HttpRequest) -> HttpResponse:
    """Change name, zone, language, theme and shortcuts."""
    form = ProfileForm(request.POST)
    if form.is_valid():
        with errors_in(form):
            change_profile(user=signed_in(request), **form.cleaned_data, at=timezone.now())
            messages.success(request, _("Your profile is saved."))
            return _with_theme(redirect("teams:profile"), form.cleaned_data["theme"], request)
    return _page(request, profile_form=form)


@require_POST
@login_required
def change_calendar(request: HttpRequest) -> HttpResponse:
    """Give oneself a calendar; what is left empty is the team's."""
    form = PersonCalendarForm(request.POST)
    if form.is_valid():
        with errors_in(form):
            set_person_calendar(person=_person(request), given=form.given())
            messages.success(request, _("Your calendar is saved."))
            return redirect("teams:profile")
    return _page(request, calendar_form=form)


@require_POST
@login_required
def add_absence(request: HttpRequest) -> HttpResponse:
    """Record time off."""
    form = TimeOffForm(request.POST)
    if form.is_valid():
        with errors_in(form):
            add_time_off(person=_person(request), **form.cleaned_data)
            messages.success(request, _("Your time off is recorded."))
            return redirect("teams:profile")
    return _page(request, time_off_form=form)


@require_POST
@login_required
def remove_absence(request: HttpRequest, absence_id: int) -> HttpResponse:
    """Take time off back."""
    absence = get_object_or_404(TimeOff, person=_person(request), pk=absence_id)
    remove_time_off(absence=absence)
    messages.success(request, _("You work from %(first_date)s to %(last_date)s again.") % absence.__dict__)
    return redirect("teams:profile")


def _person(request: HttpRequest) -> Person:
    user = signed_in(request)
    return person_of(user) or claim_person(user=user, at=timezone.now())


def _with_theme(response: HttpResponse, theme: str, request: HttpRequest) -> HttpResponse:
    """Set the cookie that the frame reads, so that the next page has the chosen theme at once."""
    if theme:
        response.set_cookie("theme", theme, max_age=YEAR, samesite="Lax", secure=request.is_secure())
    else:
        response.delete_cookie("theme", samesite="Lax")
    return response


def _page(
    request: HttpRequest,
    *,
    profile_form: ProfileForm | None = None,
    calendar_form: PersonCalendarForm | None = None,
    time_off_form: TimeOffForm | None = None,
) -> HttpResponse:
    user, person = signed_in(request), _person(request)
    calendar = Calendar.objects.filter(person=person).first()
    context = {
        "person": person,
        "profile_form": profile_form or ProfileForm(initial=ProfileForm.initial_of(user, person)),
        "calendar_form": calendar_form or PersonCalendarForm(initial=PersonCalendarForm.initial_of_person(calendar)),
        "time_off_form": time_off_form or TimeOffForm(),
        "base": base_calendar(person),
        "absences": person.time_off.order_by("-first_date", "-pk"),
        "zones": zone_names(),
        "holidays": holiday_codes(),
    }
    status = 422 if profile_form or calendar_form or time_off_form else 200
    return render(request, "teams/profile.html", context, status=status)
