"""All teams' weekly reports, built and handed to a mail server by one worker and by two, in a database of 200 teams.

`python -m benchmarks reports` on SQLite, with DATABASE_URL on PostgreSQL. What it builds it takes away again. The bare
limit of the mail is the same number of messages of the same size through one connection of `smtplib`.
"""

import argparse
import logging
import multiprocessing
import os
import queue
import smtplib
import statistics
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from time import process_time
from typing import Any

from aiosmtpd.controller import Controller

from benchmarks.setting import database_name, milliseconds, say, set_up
from benchmarks.toil import AT

RECIPIENTS = 3


class _Taker(Controller):
    """A mail server on a free port that takes everything."""

    def __init__(self) -> None:
        super().__init__(self, hostname="127.0.0.1", port=0)

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]  # type: ignore[union-attr] - it has been started
        super()._trigger_server()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        return "250 Taken"


def main(argv: Sequence[str]) -> None:
    """Fill the database where it is empty, and print the times."""
    arguments = argparse.ArgumentParser(prog="python -m benchmarks reports", description=__doc__)
    arguments.add_argument("--teams", type=int, default=200)
    arguments.add_argument("--items", type=int, default=5000)
    arguments.add_argument("--runs", type=int, default=3)
    given = arguments.parse_args(argv)
    if not os.environ.get("REDIS_URL"):
        from tests import broker  # noqa: PLC0415 - only what starts it

        os.environ["REDIS_URL"] = broker.start()
    set_up(f"big-{given.teams}x{given.items}")
    from benchmarks.big_database import fill  # noqa: PLC0415 - after Django is set up

    say(f"{database_name()}, {given.teams} teams of {given.items} items, {RECIPIENTS} recipients each")
    fill(teams=given.teams, items=given.items, at=AT)
    keep_all()
    for __ in range(given.runs):
        with clean():
            build_all()
            deliver_all()
        with clean():
            share_all(workers=2)


def keep_all() -> None:
    """Keep the past weeks of all teams, as beat has it done all week long before the reports are due."""
    from reports.services.snapshots import keep_weeks, settle_all_edits  # noqa: PLC0415
    from teams.models import Team  # noqa: PLC0415

    settle_all_edits()
    for team in Team.objects.select_related("calendar"):
        while keep_weeks(team=team, at=AT):
            pass


@contextmanager
def clean() -> Iterator[None]:
    """Begin with recipients and without reports, and leave neither."""
    from reports.models import Recipient, WeeklyReport  # noqa: PLC0415
    from teams.models import Team  # noqa: PLC0415

    def empty() -> None:
        WeeklyReport.objects.all().delete()
        Recipient.objects.all().delete()

    empty()
    teams = Team.objects.values_list("pk", flat=True)
    rows = [Recipient(team_id=pk, email=f"r{n}@example.com") for pk in teams for n in range(RECIPIENTS)]
    Recipient.objects.bulk_create(rows)
    yield
    empty()


def build_all() -> None:
    """Print how long one worker takes to build, keep and release all teams' reports of last week."""
    from django.conf import settings  # noqa: PLC0415

    from reports.periods import last_full_week  # noqa: PLC0415
    from reports.services.reports import build_report, release_report  # noqa: PLC0415
    from teams.models import Team  # noqa: PLC0415

    settings.IS_MAIL_SENT = True
    week = last_full_week(AT, "UTC")

    def build(team: Team) -> None:
        release_report(report=build_report(team=team, week=week, at=AT), at=AT)

    teams = Team.objects.select_related("calendar").order_by("slug")
    started = process_time()
    times = [milliseconds(lambda team=team: build(team)) for team in teams]
    worked, each = process_time() - started, statistics.median(times)
    say(f"  {len(times)} reports built: {sum(times) / 1000:.1f} s ({worked:.1f} s of processor), median {each:.0f} ms")


def share_all(workers: int) -> None:
    """Print how long several workers take for reports and mail: as in the product, one at a time has the mail."""
    from django.db import connections  # noqa: PLC0415

    from reports.models import Delivery  # noqa: PLC0415
    from teams.models import Team  # noqa: PLC0415

    logging.getLogger("mail.log").setLevel(logging.ERROR)
    taker = _Taker()
    taker.start()
    context = multiprocessing.get_context("fork")
    teams: Any = context.Queue()
    for pk in Team.objects.order_by("slug").values_list("pk", flat=True):
        teams.put(pk)
    lock = context.Lock()
    connections.close_all()
    processes = [context.Process(target=_work, args=(teams, lock, taker.port)) for __ in range(workers)]

    def all_of_it() -> None:
        for process in processes:
            process.start()
        for process in processes:
            process.join()

    took = milliseconds(all_of_it)
    taker.stop()
    sent = Delivery.objects.filter(state="sent").count()
    say(f"  {workers} workers, reports and {sent} mails: {took / 1000:.1f} s")


def _work(teams: Any, lock: Any, port: int) -> None:
    """Build what is left to build; whoever finds the mail free delivers a batch of it first."""
    from django.conf import settings  # noqa: PLC0415
    from django.db import connections  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from reports.mailing.server import MailServer  # noqa: PLC0415
    from reports.models import Delivery  # noqa: PLC0415
    from reports.periods import last_full_week  # noqa: PLC0415
    from reports.services.deliveries import deliver_due  # noqa: PLC0415
    from reports.services.reports import build_report, release_report  # noqa: PLC0415
    from teams.models import Team  # noqa: PLC0415

    settings.IS_MAIL_SENT = True
    server, week = MailServer(host="127.0.0.1", port=port), last_full_week(AT, "UTC")
    is_building = True
    while is_building or Delivery.objects.filter(state="queued").exists():
        if lock.acquire(block=not is_building):
            try:
                while deliver_due(server=server, clock=timezone.now):
                    pass
            finally:
                lock.release()
        try:
            team = Team.objects.select_related("calendar").get(pk=teams.get(timeout=0.2))
        except queue.Empty:
            is_building = False
            continue
        release_report(report=build_report(team=team, week=week, at=AT), at=AT)
    connections.close_all()


def deliver_all() -> None:
    """Print how long one worker takes to hand over all mail, beside a program that does nothing else."""
    from django.utils import timezone  # noqa: PLC0415

    from reports.mailing.message import compose_message  # noqa: PLC0415
    from reports.mailing.server import MailServer  # noqa: PLC0415
    from reports.models import Delivery  # noqa: PLC0415
    from reports.services.deliveries import deliver_due  # noqa: PLC0415

    def deliver(server: MailServer) -> None:
        while deliver_due(server=server, clock=timezone.now):
            pass

    def bare(server: MailServer, mails: int) -> None:
        delivery = Delivery.objects.select_related("report__team", "recipient")[0]
        message = compose_message(delivery=delivery, recipient=delivery.recipient)
        with smtplib.SMTP(server.host, server.port, "localhost") as smtp:
            for __ in range(mails):
                smtp.sendmail("toil@example.com", ["lead@example.com"], message)

    logging.getLogger("mail.log").setLevel(logging.ERROR)
    taker = _Taker()
    taker.start()
    server = MailServer(host="127.0.0.1", port=taker.port)
    took = milliseconds(lambda: deliver(server))
    mails = Delivery.objects.filter(state="sent").count()
    least = milliseconds(lambda: bare(server, mails))
    taker.stop()
    say(f"  {mails} mails handed over: {took / 1000:.1f} s; the bare limit is {least / 1000:.1f} s")
