"""Who: accounts, people, teams, calendars and what lets a program in."""

from teams.models.access import ApiToken, IdempotencyRecord, Scope
from teams.models.calendars import Calendar, TimeOff
from teams.models.mail import KeptMail
from teams.models.people import Handle, Person, Theme, User
from teams.models.teams import Denominator, Invitation, Membership, Role, TargetChange, Team

__all__ = [
    "ApiToken",
    "Calendar",
    "Denominator",
    "Handle",
    "IdempotencyRecord",
    "Invitation",
    "KeptMail",
    "Membership",
    "Person",
    "Role",
    "Scope",
    "TargetChange",
    "Team",
    "Theme",
    "TimeOff",
    "User",
]
