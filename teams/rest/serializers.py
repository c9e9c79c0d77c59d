"""What the serializers of every room share."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.utils.translation import gettext as _
from rest_framework import serializers

Row = TypeVar("Row")


class StrictSerializer(serializers.Serializer[Row]):
    """Refuses fields that it does not know, by name; those that are only given, it ignores."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the values; a misspelt field is an error and not a silence."""
        if isinstance(data, Mapping) and (unknown := sorted(str(name) for name in set(data) - set(self.fields))):
            raise serializers.ValidationError({name: [_("There is no such field.")] for name in unknown})
        return super().to_internal_value(data)
