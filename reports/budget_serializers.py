"""What `teams/{slug}/budget/` and `teams/{slug}/alerts/` give, for the schema."""

from typing import Any

from rest_framework import serializers

from reports.budget import PAIRS, AlertKind
from reports.models import BudgetAlert
from reports.share import Denominator


class WindowSerializer(serializers.Serializer[Any]):
    """The last so many days before a midnight; null where there is nothing to divide by."""

    days = serializers.IntegerField()
    toil_share = serializers.FloatField(allow_null=True)
    burn_rate = serializers.FloatField(allow_null=True)
    coverage = serializers.FloatField(allow_null=True)
    effort_hours = serializers.FloatField()


class PairSerializer(serializers.Serializer[Any]):
    """How the two windows of an alert burn, and at which rate it fires."""

    kind = serializers.ChoiceField([pair.kind.value for pair in PAIRS])
    threshold = serializers.FloatField()
    long = WindowSerializer()
    short = WindowSerializer()
    fires = serializers.BooleanField()


class LowSideSerializer(serializers.Serializer[Any]):
    """The last week and the week before, and whether toil seems to go unrecorded."""

    weeks = WindowSerializer(many=True)
    fires = serializers.BooleanField()


class QuarterSerializer(serializers.Serializer[Any]):
    """The budget of a quarter at a midnight: hours, and hours a week."""

    denominator = serializers.ChoiceField([choice.value for choice in Denominator])
    target_low = serializers.FloatField()
    target_high = serializers.FloatField()
    quarter = serializers.CharField(help_text="2026-Q4")
    budget_hours = serializers.FloatField()
    used_hours = serializers.FloatField()
    left_hours = serializers.FloatField()
    pace_hours_a_week = serializers.FloatField(allow_null=True)
    lasting_pace_hours_a_week = serializers.FloatField(allow_null=True)
    runs_out_on = serializers.DateField(allow_null=True)


class BudgetSerializer(QuarterSerializer):
    """The answer of `teams/{slug}/budget/`: as it stood at the midnight with which `day` began."""

    team = serializers.CharField()
    day = serializers.DateField()
    timezone = serializers.CharField()
    expected_use_hours = serializers.FloatField()
    elapsed = serializers.FloatField(help_text="The part of the quarter's days that are over.")
    burn_rate = serializers.FloatField(allow_null=True, help_text="Of the quarter so far.")
    pairs = PairSerializer(many=True)
    low_side = LowSideSerializer()


class AlertFiguresSerializer(QuarterSerializer):
    """What an alert fired on: its long and its short window, or the last week and the week before."""

    windows = WindowSerializer(many=True)
    threshold = serializers.FloatField(allow_null=True)


class BudgetAlertSerializer(serializers.ModelSerializer[BudgetAlert]):
    """An alert that fired; `cleared_at` is null while it stands."""

    kind = serializers.ChoiceField([kind.value for kind in AlertKind])
    figures = AlertFiguresSerializer()

    class Meta:
        model = BudgetAlert
        fields = ("id", "kind", "fired_on", "fired_at", "cleared_at", "seen_at", "figures")
        read_only_fields = fields
