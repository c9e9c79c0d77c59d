"""Rules and toil types that an owner deletes while imports let them decide, on either database."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor

import pytest
from django.db import connections
from django.utils import timezone
from rest_framework.test import APIClient

from boards import services
from boards.models import Item
from teams.actors import SYSTEM
from teams.models import Team
from tests.factories import ApiTokenFactory, BoardFactory

pytestmark = pytest.mark.django_db(transaction=True)

ROWS = 50
TIMES = 6


def send_tickets(board_id, source):
    """Import tickets that are new each time, and return how many were taken."""
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION="Bearer tt_of-the-team")
    created = 0
    for time in range(TIMES):
        items = [
            {"external_id": f"OPS-{time}-{number}", "title": f"Disk full on db-{number}"} for number in range(ROWS)
        ]
        body = {"board": board_id, "source": source, "items": items}
        created += client.post("/api/v1/imports/", body, format="json").json()["created"]
    return created


def make_and_delete_rules(team_id):
    """Make rules with toil types, and delete both."""
    team = Team.objects.get(pk=team_id)
    for number in range(12):
        at = timezone.now()
        toil_type = services.create_toil_type(team=team, name=f"Type {number}", by=SYSTEM, at=at)
        fields = {"name": f"R {number}", "title_contains": "disk", "classification": "toil", "toil_type": toil_type}
        rule = services.create_rule(team=team, fields={**fields, "labels": ["disk"]}, by=SYSTEM, at=at)
        services.delete_toil_type(toil_type=toil_type, by=SYSTEM, at=at)
        services.delete_rule(rule=rule, by=SYSTEM, at=at)
    return 0


def test_an_import_loses_no_ticket_to_a_rule_that_goes_meanwhile():
    board = BoardFactory()
    ApiTokenFactory(team=board.team, secret="tt_of-the-team")
    for connection in connections.all():
        connection.close()
        if connection.vendor == "postgresql":
            connection.close_pool()

    with ProcessPoolExecutor(3, mp_context=multiprocessing.get_context("fork")) as pool:
        done = [
            pool.submit(send_tickets, board.pk, "one"),
            pool.submit(send_tickets, board.pk, "two"),
            pool.submit(make_and_delete_rules, board.team_id),
        ]
        created = sum(each.result(timeout=120) for each in done)

    assert created == 2 * TIMES * ROWS
    assert Item.objects.count() == created
    assert not Item.objects.exclude(rule=None).exists()
