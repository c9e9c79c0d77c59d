"""Every write of the boards room: pages, API, imports, tasks and commands call these."""

from boards.services.actions import one_action
from boards.services.boards import (
    archive_board,
    create_board,
    delete_board,
    restore_board,
    unarchive_board,
    update_board,
)
from boards.services.classes import classify_items
from boards.services.column_order import place_column, reorder_columns, shift_column
from boards.services.column_trash import delete_column, restore_column
from boards.services.columns import (
    ColumnSpec,
    add_column,
    arrange_columns,
    edit_column,
)
from boards.services.comments import add_comment, delete_comment, edit_comment, restore_comment
from boards.services.errors import (
    ArchivedError,
    BoardArchivedError,
    ColumnChangedError,
    ColumnNotEmptyError,
    ExternalIdTakenError,
    InTrashError,
    LastColumnError,
    LinkError,
    NotUndoableError,
    RuleGoneError,
    StaleError,
    TimerRunningError,
    TimerStoppedError,
    TooLongAgoError,
    TooShortError,
    WipLimitReachedError,
)
from boards.services.feed import purge_feed
from boards.services.items import create_item, edit_item
from boards.services.links import add_link, remove_link
from boards.services.logs import add_log, delete_log, edit_log, restore_log
from boards.services.moves import Moved, move_item
from boards.services.places import Landed
from boards.services.purge import purge_trash
from boards.services.rebuild import rebuild_stays
from boards.services.rules import create_rule, delete_rule, edit_rule, shift_rule
from boards.services.ruling import apply_rules, begin_applying
from boards.services.timers import discard_timer, start_timer, stop_timer
from boards.services.together import archive_items, assign_items, delete_items, label_items, move_items
from boards.services.toil_types import create_toil_type, delete_toil_type, edit_toil_type
from boards.services.trash import archive_item, delete_item, restore_item, unarchive_item
from boards.services.undo import Undone, undo_action

__all__ = [
    "ArchivedError",
    "BoardArchivedError",
    "ColumnChangedError",
    "ColumnNotEmptyError",
    "ColumnSpec",
    "ExternalIdTakenError",
    "InTrashError",
    "Landed",
    "LastColumnError",
    "LinkError",
    "Moved",
    "NotUndoableError",
    "RuleGoneError",
    "StaleError",
    "TimerRunningError",
    "TimerStoppedError",
    "TooLongAgoError",
    "TooShortError",
    "Undone",
    "WipLimitReachedError",
    "add_column",
    "add_comment",
    "add_link",
    "add_log",
    "apply_rules",
    "archive_board",
    "archive_item",
    "archive_items",
    "arrange_columns",
    "assign_items",
    "begin_applying",
    "classify_items",
    "create_board",
    "create_item",
    "create_rule",
    "create_toil_type",
    "delete_board",
    "delete_column",
    "delete_comment",
    "delete_item",
    "delete_items",
    "delete_log",
    "delete_rule",
    "delete_toil_type",
    "discard_timer",
    "edit_column",
    "edit_comment",
    "edit_item",
    "edit_log",
    "edit_rule",
    "edit_toil_type",
    "label_items",
    "move_item",
    "move_items",
    "one_action",
    "place_column",
    "purge_feed",
    "purge_trash",
    "rebuild_stays",
    "remove_link",
    "reorder_columns",
    "restore_board",
    "restore_column",
    "restore_comment",
    "restore_item",
    "restore_log",
    "shift_column",
    "shift_rule",
    "start_timer",
    "stop_timer",
    "unarchive_board",
    "unarchive_item",
    "undo_action",
    "update_board",
]
