"""How lists of imports are narrowed."""

import django_filters

from imports.models import ConnectionKind, State


class ImportFilter(django_filters.FilterSet):
    """What a list of imports can be narrowed to; a board that the caller may not see is like one that is not there."""

    board = django_filters.NumberFilter(field_name="board_id")
    state = django_filters.ChoiceFilter(choices=State.choices)
    source = django_filters.CharFilter()


class ConnectionFilter(django_filters.FilterSet):
    """What a list of connections can be narrowed to."""

    board = django_filters.NumberFilter(field_name="board_id")
    kind = django_filters.ChoiceFilter(choices=ConnectionKind.choices)
    source = django_filters.CharFilter()
