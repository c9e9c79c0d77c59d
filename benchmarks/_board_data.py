"""A board of so many open items as a team might have them, and somebody who is signed in to it."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

STAGES = {"Backlog": "queue", "Ready": "queue", "In progress": "active", "Waiting": "waiting", "Done": "done"}
DONE = 300
TITLES = [
    "Disk almost full on db-{n}",
    "Rotate the certificates of gateway {n}",
    "Restart the nightly export by hand after its lock file was left behind, as in week {n}",
    "Move the alert rules of cluster {n} into the repository and review who still gets them",
    "ディスク使用率のアラートに手動で対応する（サーバー{n}）",
    "Customer {n} cannot sign in",
]


@dataclass(frozen=True)
class Place:
    """The board that is looked at, and who does."""

    path: str
    team: str
    columns: list[int]
    items: list[int]
    session: str


def make_board(size: int, at: datetime) -> Place:
    """Make a team with a board of so many open items, and some done and archived ones; sign a member in."""
    from django.test import Client  # noqa: PLC0415 - Django has to be set up first

    from boards.models import Item, Stay  # noqa: PLC0415
    from boards.services import ColumnSpec, create_board  # noqa: PLC0415
    from teams.actors import SYSTEM  # noqa: PLC0415
    from teams.models import Team  # noqa: PLC0415
    from tests.factories import MembershipFactory, TeamFactory, UserFactory  # noqa: PLC0415

    slug = next(slug for n in count() if not Team.objects.filter(slug=(slug := f"size-{size}-{n}")).exists())
    team = TeamFactory(slug=slug, name=slug)
    users = [UserFactory(email=f"{name}@{slug}.example.com") for name in ("ada", "bo", "cleo", "dan", "eve")]
    for user in users:
        MembershipFactory(team=team, person=user.person, role="member")
    specs = [ColumnSpec(name=name, stage=stage) for name, stage in STAGES.items()]
    board = create_board(team=team, name="Operations", columns=specs, by=SYSTEM, at=at)
    columns = list(board.columns.in_order())
    dice = random.Random(size)
    people = [user.person for user in users]
    rows = [_item(dice, columns[n % 4], n, people, at) for n in range(size)]
    rows += [_item(dice, columns[4], size + n, people, at) for n in range(DONE)]
    items = Item.objects.bulk_create(rows)
    _label(items, team)
    Stay.objects.bulk_create(
        Stay(item=item, column=item.column, assignee=item.assignee, started_at=item.entered_column_at) for item in items
    )
    client = Client()
    client.force_login(users[0])
    return Place(
        path=f"/t/{slug}/b/{board.slug}/",
        team=slug,
        columns=[column.pk for column in columns],
        items=[item.pk for item in items[:size]],
        session=client.cookies["sessionid"].value,
    )


def _item(dice: random.Random, column: Any, n: int, people: list[Any], at: datetime) -> Any:
    from boards.models import Item  # noqa: PLC0415
    from boards.ranking import GAP  # noqa: PLC0415

    entered = at - timedelta(hours=dice.randrange(1, 24 * 13))
    return Item(
        board=column.board,
        column=column,
        rank=n * GAP,
        title=dice.choice(TITLES).format(n=n),
        description="The alert fired again; freed space by hand, as last week. " * 3,
        classification=dice.choice(["toil", "engineering", "overhead", "unclassified"]),
        service=dice.choice(["", "postgres", "gateway", "billing"]),
        assignee=dice.choice([None, *people]),
        is_interrupt=dice.random() < 0.1,
        is_blocked=dice.random() < 0.05,
        source="jira",
        external_id=f"OPS-{n}",
        created_at=entered,
        updated_at=entered,
        entered_column_at=entered,
        finished_at=entered if column.is_done else None,
        archived_at=at if column.is_done and n % 3 == 0 else None,
    )


def _label(items: list[Any], team: Any) -> None:
    from boards.models import ItemLabel, Label  # noqa: PLC0415

    labels = [Label.objects.create(team=team, name=name) for name in ("disk", "on-call", "security", "customer")]
    ItemLabel.objects.bulk_create(
        ItemLabel(item=item, label=labels[(item.pk + more) % 4]) for item in items for more in range(item.pk % 3)
    )
