"""What the reports' API takes and gives, for validation and for the schema."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from reports.models import DeliveryState, Way, WeeklyReport
from reports.periods import InvalidWeekError, Week, parse_week
from reports.queries import GroupBy
from reports.share import Denominator, Verdict

EARLIEST, LATEST = date(1900, 1, 1), date(2200, 1, 1)
LONGEST_DAYS = 3660


class PeriodQuerySerializer(serializers.Serializer[dict[str, Any]]):
    """A query about days `[start, end)` in the team's zone."""

    start = serializers.DateField()
    end = serializers.DateField()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse a period that is empty, turned round, or longer than anybody looks back."""
        start, end = attrs["start"], attrs["end"]
        if start >= end:
            raise serializers.ValidationError({"end": _("The end must be a later day than the start.")})
        for name, day in (("start", start), ("end", end)):
            if not EARLIEST <= day <= LATEST:
                raise serializers.ValidationError({name: _("The day must lie between 1900 and 2200.")})
        if (end - start).days > LONGEST_DAYS:
            raise serializers.ValidationError({"end": _("A period may be at most ten years long.")})
        return attrs


class ToilQuerySerializer(PeriodQuerySerializer):
    """The query of `teams/{slug}/toil/`."""

    denominator = serializers.ChoiceField([choice.value for choice in Denominator], required=False)
    by = serializers.ChoiceField([choice.value for choice in GroupBy], required=False)


class EffortHoursSerializer(serializers.Serializer[Any]):
    """Hours of effort by class."""

    toil = serializers.FloatField()
    engineering = serializers.FloatField()
    overhead = serializers.FloatField()
    unclassified = serializers.FloatField()


class FinishedItemsSerializer(serializers.Serializer[Any]):
    """Finished items by class."""

    toil = serializers.IntegerField()
    engineering = serializers.IntegerField()
    overhead = serializers.IntegerField()
    unclassified = serializers.IntegerField()


@extend_schema_field({"oneOf": [{"type": "string"}, {"type": "integer"}], "nullable": True})
class GroupKeyField(serializers.Field[Any, Any, Any, Any]):
    """A service, label, toil type, day or week as text, an item as its id; null for none."""


class GroupSerializer(serializers.Serializer[Any]):
    """The effort under one key."""

    key = GroupKeyField()
    effort_hours = EffortHoursSerializer()


class ToilSerializer(serializers.Serializer[Any]):
    """The answer of `teams/{slug}/toil/`: numbers are unrounded, shares are fractions."""

    team = serializers.CharField()
    start = serializers.DateField()
    end = serializers.DateField()
    timezone = serializers.CharField()
    denominator = serializers.ChoiceField([choice.value for choice in Denominator])
    effort_hours = EffortHoursSerializer()
    capacity_hours = serializers.FloatField()
    coverage = serializers.FloatField(allow_null=True)
    toil_share = serializers.FloatField(allow_null=True)
    toil_share_low = serializers.FloatField(allow_null=True)
    toil_share_high = serializers.FloatField(allow_null=True)
    target_low = serializers.FloatField()
    target_high = serializers.FloatField()
    verdict = serializers.ChoiceField([choice.value for choice in Verdict])
    certain = serializers.BooleanField()
    finished_items = FinishedItemsSerializer()
    groups = GroupSerializer(many=True, required=False)


class WeekField(serializers.CharField):
    """An ISO week, such as 2026-W46."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the week, or refuse with a sentence."""
        try:
            return parse_week(super().to_internal_value(data))
        except InvalidWeekError as error:
            raise serializers.ValidationError(str(error)) from error

    def to_representation(self, value: Any) -> str:
        """Write the week."""
        return str(value)


class BuildSerializer(serializers.Serializer[dict[str, Any]]):
    """Which week's report to build, and whether to send it to whoever did not get it."""

    week = WeekField()
    send = serializers.BooleanField(default=False)

    @property
    def given_week(self) -> Week:
        """The week, once the data is valid."""
        week: Week = self.validated_data["week"]
        return week


@extend_schema_field(ToilSerializer)
class KeptFiguresField(serializers.Field[Any, Any, Any, Any]):
    """Figures as `toil/` gave them when they were kept, whatever it gives since."""

    def to_representation(self, value: Any) -> Any:
        """Give them as they are."""
        return value


class RevisionSerializer(serializers.Serializer[Any]):
    """What later edits made of a report."""

    at = serializers.DateTimeField(source="found_at")
    figures = KeptFiguresField()
    causes = serializers.DictField(child=serializers.IntegerField())


class DeliverySerializer(serializers.Serializer[Any]):
    """How far a report got to a recipient, or to the channel that `recipient` names."""

    recipient = serializers.CharField(source="address")
    way = serializers.ChoiceField(choices=Way.choices)
    state = serializers.ChoiceField(choices=DeliveryState.choices)
    at = serializers.DateTimeField(source="state_at")


class WeeklyReportSerializer(serializers.Serializer[WeeklyReport]):
    """A week as it was reported."""

    week = serializers.CharField()
    start_at = serializers.DateTimeField()
    end_at = serializers.DateTimeField()
    built_at = serializers.DateTimeField()
    formula_version = serializers.IntegerField()
    subject = serializers.CharField()
    figures = KeptFiguresField()
    revisions = RevisionSerializer(many=True)
    deliveries = DeliverySerializer(many=True)
