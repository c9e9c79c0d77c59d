"""What `teams/{slug}/flow/` takes and gives, for validation and for the schema."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from boards.models import Classification, Stage
from boards.services.values import MAX_ID
from reports.flow_filter import FlowFilter
from reports.periods import ONE_DAY
from reports.serializers import FinishedItemsSerializer, PeriodQuerySerializer

LONGEST_FORECAST_DAYS = 366
MOST_ITEMS = 10_000


class FlowQuerySerializer(PeriodQuerySerializer):
    """The query of `teams/{slug}/flow/`: days `[start, end)` in the team's zone, and which items it is about."""

    classification = serializers.ChoiceField(choices=Classification.choices, required=False)
    service = serializers.CharField(max_length=100, required=False, allow_blank=True)
    label = serializers.CharField(  # type: ignore[assignment] # a field of the query, not the label of this one
        max_length=100, required=False, allow_blank=True
    )
    toil_type = serializers.CharField(max_length=100, required=False, allow_blank=True)
    board = serializers.IntegerField(min_value=1, max_value=MAX_ID, required=False)
    until = serializers.DateField(required=False, help_text="The last day of “how many by”; four weeks if not given.")
    items = serializers.IntegerField(
        min_value=1, max_value=MOST_ITEMS, required=False, help_text="The n of “when for n items”; those in progress."
    )

    def validate_until(self, until: date) -> date:
        """Refuse a day that is over, or further off than a year."""
        today = self.context["today"]
        if not today <= until <= today + LONGEST_FORECAST_DAYS * ONE_DAY:
            raise serializers.ValidationError(_("A forecast goes from today to at most a year from now."))
        return until

    @property
    def asked(self) -> dict[str, Any]:
        """What the query asks for, once it is valid."""
        given = dict(self.validated_data)
        names = ("classification", "service", "label", "toil_type", "board")
        return {"narrowed": FlowFilter(**{name: given.pop(name) for name in names if name in given}), **given}


class PercentilesSerializer(serializers.Serializer[Any]):
    """Days of 24 hours by nearest rank; null where nothing has such a time."""

    p50 = serializers.FloatField(allow_null=True)
    p85 = serializers.FloatField(allow_null=True)
    p95 = serializers.FloatField(allow_null=True)


class TimesSerializer(serializers.Serializer[Any]):
    """Percentiles by class, and of all items."""

    toil = PercentilesSerializer()
    engineering = PercentilesSerializer()
    overhead = PercentilesSerializer()
    unclassified = PercentilesSerializer()

    def get_fields(self) -> dict[str, Any]:
        """Add `all`, which would hide a builtin name in the class."""
        return {"all": PercentilesSerializer(), **super().get_fields()}


class EfficiencySerializer(serializers.Serializer[Any]):
    """Active time over cycle time, a fraction, by class; null where nothing took any time."""

    toil = serializers.FloatField(allow_null=True)
    engineering = serializers.FloatField(allow_null=True)
    overhead = serializers.FloatField(allow_null=True)
    unclassified = serializers.FloatField(allow_null=True)

    def get_fields(self) -> dict[str, Any]:
        """Add `all`, which would hide a builtin name in the class."""
        return {"all": serializers.FloatField(allow_null=True), **super().get_fields()}


class WipSerializer(FinishedItemsSerializer):
    """Items in progress now, by class."""

    def get_fields(self) -> dict[str, Any]:
        """Add `all`, which would hide a builtin name in the class."""
        return {"all": serializers.IntegerField(), **super().get_fields()}


class DailyCountsSerializer(serializers.Serializer[Any]):
    """Finished items on each of the days, by class."""

    toil = serializers.ListField(child=serializers.IntegerField())
    engineering = serializers.ListField(child=serializers.IntegerField())
    overhead = serializers.ListField(child=serializers.IntegerField())
    unclassified = serializers.ListField(child=serializers.IntegerField())


class OpenWorkSerializer(serializers.Serializer[Any]):
    """An item in progress and how old it is; `age_days` is null where it was never active."""

    item = serializers.IntegerField()
    key = serializers.CharField()
    title = serializers.CharField()
    classification = serializers.ChoiceField(choices=Classification.choices)
    column = serializers.CharField()
    stage = serializers.ChoiceField(choices=Stage.choices)
    is_blocked = serializers.BooleanField()
    age_days = serializers.FloatField(allow_null=True)
    in_column_days = serializers.FloatField()


class AgesSerializer(serializers.Serializer[Any]):
    """The ages of all items in progress by percentile, and the oldest of the items."""

    days = PercentilesSerializer()
    items = OpenWorkSerializer(many=True)


class FlowColumnSerializer(serializers.Serializer[Any]):
    """A column, and how many items stood in it at the end of each of the days."""

    column = serializers.IntegerField()
    name = serializers.CharField()
    stage = serializers.ChoiceField(choices=Stage.choices)
    board = serializers.IntegerField()
    items = serializers.ListField(child=serializers.IntegerField())


class ItemsUntilSerializer(serializers.Serializer[Any]):
    """At least how many items, with 50, 85 and 95 %."""

    p50 = serializers.IntegerField()
    p85 = serializers.IntegerField()
    p95 = serializers.IntegerField()


class FinishedOnSerializer(serializers.Serializer[Any]):
    """By the end of which day, with 50, 85 and 95 %; null where it is more than two years off."""

    p50 = serializers.DateField(allow_null=True)
    p85 = serializers.DateField(allow_null=True)
    p95 = serializers.DateField(allow_null=True)


class ForecastSerializer(serializers.Serializer[Any]):
    """How many items will be finished from `start` to the end of `until`, and when `items` will be."""

    start = serializers.DateField()
    sampled_days = serializers.IntegerField()
    until = serializers.DateField()
    items_until = ItemsUntilSerializer()
    items = serializers.IntegerField()
    finished_on = FinishedOnSerializer()


class FlowSerializer(serializers.Serializer[Any]):
    """The answer of `teams/{slug}/flow/`; `forecast` is null where too little was finished to tell."""

    team = serializers.CharField()
    start = serializers.DateField()
    end = serializers.DateField()
    timezone = serializers.CharField()
    days = serializers.ListField(child=serializers.DateField())
    throughput = DailyCountsSerializer()
    finished_items = FinishedItemsSerializer()
    cycle_time_days = TimesSerializer()
    lead_time_days = TimesSerializer()
    waiting_days = TimesSerializer()
    flow_efficiency = EfficiencySerializer()
    wip = WipSerializer()
    ages = AgesSerializer()
    cumulative_flow = FlowColumnSerializer(many=True)
    forecast = ForecastSerializer(allow_null=True)
