from django.db import migrations
from django.db.models import Min


def note_sources(apps, schema_editor):
    """Keep of what was imported until now when it was."""
    Item = apps.get_model("boards", "Item")
    TeamSource = apps.get_model("boards", "TeamSource")
    rows = Item.objects.exclude(source="").order_by().values("board__team", "source")
    TeamSource.objects.bulk_create(
        [
            TeamSource(team_id=row["board__team"], name=row["source"], first_at=row["since"])
            for row in rows.annotate(since=Min("changes__recorded_at"))
            if row["since"] is not None
        ],
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [("boards", "0012_sources_of_teams")]

    operations = [migrations.RunPython(note_sources, migrations.RunPython.noop)]
