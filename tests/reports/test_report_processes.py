"""Real beats and workers, a real broker and a real mail server: each report once, each mail once."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from reports.mailing.server import MailServer
from reports.models import Delivery, DeliveryState, WeeklyReport
from reports.services.queue import mail_was_delivered
from tests.factories import TeamFactory
from tests.reports.kept import RecipientFactory
from tests.reports.mail_servers import Rude, Sink, running, running_rude

pytestmark = [pytest.mark.processes, pytest.mark.services, pytest.mark.django_db(transaction=True)]

WORKER = ["worker", "--concurrency=1"]
BEAT = ["beat"]


@contextmanager
def celery(arguments: list[str], server: MailServer) -> Iterator[subprocess.Popen[bytes]]:
    """Run a beat or a worker in a session of its own, on the test's database, broker and mail server."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.reports.worker_settings",
        "TOILTRACKER_TEST_DATABASE": str(connection.settings_dict["NAME"]),
        "TOILTRACKER_TEST_MAIL_PORT": str(server.port),
    }
    command = [sys.executable, "-m", "celery", "-A", "toiltracker", *arguments, "--loglevel=ERROR"]
    process = subprocess.Popen(command, env=environment, start_new_session=True)
    try:
        yield process
    finally:
        kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """End a process and its children with kill -9."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    process.wait()


def until(holds: Callable[[], bool], *, seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, list(Delivery.objects.values("state", "attempts", "last_error"))
        time.sleep(0.02)


def due_teams(count: int, recipients: int) -> None:
    """Make teams that were created a week ago, in a zone where Monday's hour has come."""
    for __ in range(count):
        team = TeamFactory(created_at=timezone.now() - timedelta(days=7), report_time="00:00")
        for __ in range(recipients):
            RecipientFactory(team=team)


def states() -> set[str]:
    return set(Delivery.objects.values_list("state", flat=True))


def leases_run_out() -> None:
    """Let the time be over for which a dead worker counts as alive, so that the beat asks for its work anew."""
    mail_was_delivered()
    held = Delivery.objects.filter(lease_until__isnull=False)
    held.update(lease_until=timezone.now() - timedelta(seconds=1))


def test_two_beats_and_two_workers_build_and_send_each_report_once() -> None:
    sink = Sink()
    due_teams(8, recipients=3)
    all_weeks = WeeklyReport.objects.filter(released_at__isnull=False)

    with running(sink) as server, ExitStack() as processes:
        for arguments in (WORKER, WORKER, BEAT, BEAT):
            processes.enter_context(celery([*arguments], server))
        until(lambda: Delivery.objects.filter(state=DeliveryState.SENT).count() == 24)

    assert all_weeks.count() == 8
    assert Counter(sink.recipients) == Counter(Delivery.objects.values_list("address", flat=True))
    assert len({mail["Message-ID"] for mail in sink.mails}) == 24
    assert states() == {DeliveryState.SENT}


def test_a_worker_that_is_killed_between_building_and_sending_is_followed_by_another() -> None:
    sink = Sink()
    due_teams(1, recipients=2)

    with running_rude(Rude("connect", "hang")) as mute, celery(BEAT, mute), celery(WORKER, mute):
        until(lambda: Delivery.objects.filter(lease_token__isnull=False).count() == 2)
    built = WeeklyReport.objects.get()
    leases_run_out()
    with running(sink) as server, celery(BEAT, server), celery(WORKER, server):
        until(lambda: states() == {DeliveryState.SENT})

    assert WeeklyReport.objects.get() == built
    assert Counter(sink.recipients) == Counter(Delivery.objects.values_list("address", flat=True))


def test_a_worker_that_is_killed_after_handing_over_leaves_the_mail_to_a_person() -> None:
    sink = Sink()
    due_teams(1, recipients=1)

    with running_rude(Rude("end", "hang")) as mute, celery(BEAT, mute), celery(WORKER, mute):
        until(lambda: states() == {DeliveryState.SENDING})
    leases_run_out()
    with running(sink) as server, celery(BEAT, server), celery(WORKER, server):
        until(lambda: states() == {DeliveryState.UNCERTAIN})

    assert sink.mails == []
    assert "before the mail server answered" in Delivery.objects.get().last_error
