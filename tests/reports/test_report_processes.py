"""Real beats and workers, a real broker and a real mail server: each report once, each mail once."""

import os
import random
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
from django.db.models import Sum
from django.utils import timezone

from reports.mailing.server import MailServer
from reports.models import Delivery, DeliveryState, WeeklyReport
from reports.services.queue import mail_was_delivered, posts_were_sent
from tests.factories import TeamFactory
from tests.reports.kept import ChannelFactory, RecipientFactory
from tests.reports.mail_servers import Rude, Sink, running, running_rude
from tests.reports.web_receivers import LOOPBACK, Receiver, receiving

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


def tries() -> int:
    """Count the tries that were begun."""
    return Delivery.objects.aggregate(all=Sum("attempts"))["all"] or 0


def is_done(count: int) -> bool:
    """Whether so many deliveries are made, and none of them is open."""
    return Delivery.objects.count() == count and not Delivery.objects.filter(state__in=["queued", "sending"]).exists()


def due_teams(count: int, recipients: int, url: str = "") -> None:
    """Make teams that were created a week ago, in a zone where Monday's hour has come."""
    for __ in range(count):
        team = TeamFactory(created_at=timezone.now() - timedelta(days=7), report_time="00:00")
        if url:
            ChannelFactory(team=team, url=url)
        for __ in range(recipients):
            RecipientFactory(team=team)


def states() -> set[str]:
    return set(Delivery.objects.values_list("state", flat=True))


def leases_run_out() -> None:
    """Let the time be over for which a dead worker counts as alive, so that the beat asks for its work anew."""
    mail_was_delivered()
    posts_were_sent()
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


def test_workers_that_are_killed_at_random_bring_each_mail_and_each_post_once(settings) -> None:
    """Whoever dies between handing over and hearing the answer leaves a mail to a person, and a post to the next."""
    settings.OUTGOING_NETWORKS = list(LOOPBACK)
    sink, receiver, dice = Sink(answers=["451 Later"]), Receiver(answers=["503 Later"]), random.Random(7)
    with receiving(receiver), running(sink) as server:
        due_teams(3, recipients=3, url=receiver.url)
        with celery(BEAT, server):
            for __ in range(3):
                goal = tries() + dice.randint(1, 4)
                with celery(WORKER, server):
                    until(lambda goal=goal: tries() >= goal or is_done(12))
                leases_run_out()
                Delivery.objects.filter(state=DeliveryState.QUEUED).update(next_attempt_at=timezone.now())
            with celery(WORKER, server):
                until(lambda: is_done(12))
    uncertain = set(Delivery.objects.filter(state=DeliveryState.UNCERTAIN).values_list("address", flat=True))
    mailed = set(Delivery.objects.filter(way="mail").values_list("address", flat=True))
    posted = set(Delivery.objects.filter(way="webhook").values_list("message_id", flat=True))
    taken = Counter(sink.recipients)

    assert len(mailed) == 9
    assert set(taken.values()) == {1}
    assert mailed - uncertain <= taken.keys()
    assert states() <= {DeliveryState.SENT, DeliveryState.UNCERTAIN}
    assert set(receiver.ids) == posted
    assert len(posted) == 3


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
    assert "before the other side answered" in Delivery.objects.get().last_error
