"""What: boards, columns, work items, what happened to them, and what classifies them."""

from boards.models.boards import Board, BoardQuerySet, Column, FormerAddress, Stage
from boards.models.classification import Classification, ClassifiedBy, Rule, ToilType
from boards.models.eliminations import Elimination, EliminationItem, Part, Way
from boards.models.feed import FeedEvent, FeedHead, FeedKind
from boards.models.history import Action, Change, Stay
from boards.models.items import Item, ItemLabel, ItemQuerySet, Label, Priority
from boards.models.links import ItemLink, LinkKind
from boards.models.sources import TeamSource
from boards.models.views import OpeningView, SavedView, SavedViewQuerySet
from boards.models.work import Comment, Timer, WorkLog

__all__ = [
    "Action",
    "Board",
    "BoardQuerySet",
    "Change",
    "Classification",
    "ClassifiedBy",
    "Column",
    "Comment",
    "Elimination",
    "EliminationItem",
    "FeedEvent",
    "FeedHead",
    "FeedKind",
    "FormerAddress",
    "Item",
    "ItemLabel",
    "ItemLink",
    "ItemQuerySet",
    "Label",
    "LinkKind",
    "OpeningView",
    "Part",
    "Priority",
    "Rule",
    "SavedView",
    "SavedViewQuerySet",
    "Stage",
    "Stay",
    "TeamSource",
    "Timer",
    "ToilType",
    "Way",
    "WorkLog",
]
