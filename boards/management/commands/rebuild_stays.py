"""`manage.py rebuild_stays`: makes stays and milestones anew from the changes."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from boards.models import Item
from boards.services import rebuild_stays
from teams.models import Team


class Command(BaseCommand):
    """Rewrites what differs, and says how much did."""

    help = "Make the stays and milestones of items anew from their changes, and say how many items differed."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a team, and whether only to look."""
        parser.add_argument("--team", metavar="SLUG", help="only the items of this team")
        parser.add_argument("--check", action="store_true", help="change nothing; fail where an item differs")

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild batch by batch."""
        items = Item.objects.order_by("pk")
        if options["team"]:
            if not Team.objects.filter(slug=options["team"]).exists():
                raise CommandError(f"There is no team “{options['team']}”.")
            items = items.filter(board__team__slug=options["team"])
        ids = list(items.values_list("pk", flat=True))
        different = rebuild_stays(item_ids=ids, dry_run=options["check"])
        summary = f"{len(ids)} items, {len(different)} of them differed."
        if options["check"] and different:
            shown = ", ".join(map(str, different[:20]))
            raise CommandError(f"{summary} The first ones: {shown}")
        self.stdout.write(summary)
