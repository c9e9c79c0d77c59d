"""Columns that a new board can begin with, each fit for another kind of work."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boards.models import Stage
from boards.services.columns import ColumnSpec


@dataclass(frozen=True, slots=True)
class TemplateColumn:
    """A column of a template; its name is translated when a board is made of it."""

    name: str | Promise
    stage: Stage
    wip_limit: int | None = None


@dataclass(frozen=True, slots=True)
class BoardTemplate:
    """What a new board can look like, and for whom that is meant."""

    key: str
    name: str | Promise
    why: str | Promise
    columns: Sequence[TemplateColumn]

    def specs(self) -> list[ColumnSpec]:
        """Return the columns as the services take them, in the language of whoever makes the board."""
        return [
            ColumnSpec(name=str(column.name), stage=column.stage, wip_limit=column.wip_limit) for column in self.columns
        ]


SERVICE = BoardTemplate(
    key="service",
    name=gettext_lazy("Service team"),
    why=gettext_lazy("Planned work and requests beside each other, with a review before it is done."),
    columns=(
        TemplateColumn(gettext_lazy("Backlog"), Stage.QUEUE),
        TemplateColumn(gettext_lazy("Ready"), Stage.QUEUE, 12),
        TemplateColumn(gettext_lazy("In progress"), Stage.ACTIVE, 6),
        TemplateColumn(gettext_lazy("Review"), Stage.ACTIVE, 4),
        TemplateColumn(gettext_lazy("Waiting"), Stage.WAITING),
        TemplateColumn(gettext_lazy("Done"), Stage.DONE),
    ),
)
ON_CALL = BoardTemplate(
    key="on-call",
    name=gettext_lazy("On-call"),
    why=gettext_lazy("What pages somebody, from the alert to what has to follow from it."),
    columns=(
        TemplateColumn(gettext_lazy("Triggered"), Stage.QUEUE),
        TemplateColumn(gettext_lazy("Investigating"), Stage.ACTIVE, 3),
        TemplateColumn(gettext_lazy("Mitigated, waiting"), Stage.WAITING),
        TemplateColumn(gettext_lazy("Follow-up"), Stage.ACTIVE, 4),
        TemplateColumn(gettext_lazy("Resolved"), Stage.DONE),
    ),
)
PLAIN = BoardTemplate(
    key="plain",
    name=gettext_lazy("Plain"),
    why=gettext_lazy("Three columns and no limits; the rest comes when it is missed."),
    columns=(
        TemplateColumn(gettext_lazy("To do"), Stage.QUEUE),
        TemplateColumn(gettext_lazy("Doing"), Stage.ACTIVE),
        TemplateColumn(gettext_lazy("Done"), Stage.DONE),
    ),
)
TEMPLATES = (SERVICE, ON_CALL, PLAIN)


def template_named(key: str) -> BoardTemplate:
    """Return a template; an unknown one is the plain one."""
    return next((template for template in TEMPLATES if template.key == key), PLAIN)


def stage_legend() -> list[tuple[str, str]]:
    """Return what each stage counts as, for whoever chooses one."""
    return [
        (str(Stage.QUEUE.label), _("not begun; nobody’s time")),
        (str(Stage.ACTIVE.label), _("counts as the assignee’s effort")),
        (str(Stage.WAITING.label), _("begun, but nobody’s time")),
        (str(Stage.DONE.label), _("finished; counts in throughput")),
    ]
