"""The base of every API view: who asks, when, and as whom they write."""

from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.viewsets import GenericViewSet

from teams.actors import Actor, Via
from teams.models import ApiToken
from teams.rest import schema  # noqa: F401 - with it the schema knows the ways of signing in
from teams.rest.idempotency import IdempotencyMixin


class ApiViewSet(IdempotencyMixin, GenericViewSet[Any]):
    """A viewset whose `viewer` is an account or a token, and whose writes are by an `actor` at a `now`."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Answer in UTC whatever the reader's zone, and refuse what no database can hold before it is looked up."""
        timezone.activate(UTC)
        if any("\0" in value for values in request.query_params.lists() for value in (values[0], *values[1])):
            raise exceptions.ParseError(_("The address contains a NUL character."))
        super().initial(request, *args, **kwargs)

    @property
    def viewer(self) -> Any:
        """Return the account or ApiToken that asks."""
        return self.request.user

    @cached_property
    def now(self) -> datetime:
        """Return the one instant at which this request happens."""
        return timezone.now()

    @cached_property
    def actor(self) -> Actor:
        """Return who writes, for the services."""
        if isinstance(self.request.auth, ApiToken):
            return Actor(token=self.request.auth, via=Via.API)
        return Actor(person=getattr(self.request.user, "person", None), via=Via.API)
