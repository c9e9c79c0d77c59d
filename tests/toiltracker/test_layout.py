"""The house stands: the checks pass, and the migrations say what the models say."""

import pytest
from django.core.management import call_command


def test_the_system_checks_find_nothing():
    call_command("check", fail_level="WARNING")


@pytest.mark.django_db
def test_no_model_differs_from_its_migrations():
    call_command("makemigrations", check=True, dry_run=True)
