"""Puts what a service refuses beside the field that it is about."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.forms import BaseForm

from teams.errors import ToilTrackerError


@contextmanager
def errors_in(form: BaseForm) -> Iterator[None]:
    """Run a service; its refusal becomes the form's errors: `with errors_in(form): change_team(...)`."""
    try:
        yield
    except ToilTrackerError as error:
        placed = {name: sentences for name, sentences in error.fields.items() if name in form.fields}
        for name, sentences in placed.items():
            form.add_error(name, list(sentences))
        if not placed:
            form.add_error(None, error.message)
