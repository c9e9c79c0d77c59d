"""Columns of a CSV file under names of its own: which field of a ticket each is, guessed, and a row read by it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import tzinfo
from functools import partial
from typing import Any, Final

from imports.sources.moments import day_of, local_time

REQUIRED: Final = ("external_id", "title")
TIMES: Final = ("created_at", "started_at", "finished_at", "updated_at", "acknowledged_at")
NESTED_TIMES: Final[Mapping[str, Sequence[str]]] = {"history": ("at",), "logs": ("started_at", "ended_at")}
MANY: Final = frozenset({"labels"})

# What exports of trackers and people call the fields; of several columns the word that stands first here wins.
USUAL_HEADERS: Final[Mapping[str, tuple[str, ...]]] = {
    field: (field, *words.split("|"))
    for field, words in {
        "external_id": (
            "issue key|key|ticket id|ticket number|issue id|card id|task id|incident number|case number|number|id|#|"
            "ticket|issue|no.|no|nr|nr.|番号|チケット番号|编号|キー"
        ),
        "title": (
            "summary|subject|short description|name|card name|task name|headline|topic|ticket title|issue title|"
            "betreff|titel|titre|件名|タイトル|概要|标题|主题"
        ),
        "description": "body|details|notes|card description|text|long description|beschreibung|説明|内容|描述",
        "url": "link|web url|html url|card url|permalink|address|リンク|链接",
        "status": "state|stage|list|list name|column|phase|status name|zustand|statut|ステータス|状態|状态",
        "classification": "class|kind of work|分類|分类",
        "labels": "label|tags|tag|categories|components|ラベル|タグ|标签",
        "service": "component|system|application|app|product|サービス|サービス名|服务|应用|コンポーネント|组件|模块",
        "assignee": (
            "assignee email|assigned to|assignee name|owner|responsible|members|agent|assignees|zugewiesen an|"
            "担当者|負責人|负责人|经办人"
        ),
        "reporter": (
            "reporter email|reporter|reporter name|reported by|created by|creator|creator name|opened by|requester|"
            "requester name|caller|author|submitter|報告者|起票者|作成者|报告人|创建人|创建者"
        ),
        "project": "project key|project|project name|プロジェクト|プロジェクト名|项目|项目名称",
        "responder": "acknowledged by|answered by|対応者",
        "acknowledged_at": "ack time",
        "is_interrupt": "interrupt|is interrupt|unplanned",
        "priority": "prio|urgency|severity|priorität|優先度|优先级",
        "estimate_hours": "estimate|estimated hours|hours|original estimate|見積|预估",
        "due_date": "due|due on|deadline|due at|期限|期日|截止日期",
        "created_at": (
            "created|created on|created date|date created|opened|opened at|opened on|reported|作成日|创建时间"
        ),
        "started_at": "started|started on|start date|in progress since|acknowledged at|開始日|开始时间",
        "finished_at": (
            "resolved|resolved at|closed|closed at|finished|completed|completed at|done at|resolution date|"
            "date closed|解決日|完了日|完成时间"
        ),
        "updated_at": "updated|updated on|last updated|modified|last modified|changed|更新日|更新时间",
    }.items()
}
FIELDS: Final = tuple(USUAL_HEADERS)

URGENCIES: Final[Mapping[str, str]] = {
    word: priority
    for priority, words in {
        "urgent": "urgent|critical|blocker|highest|p0|p1|1|1 - critical|緊急|紧急",
        "high": "high|major|p2|2|2 - high|高",
        "normal": "normal|medium|moderate|p3|3|3 - moderate|中",
        "low": "low|lowest|minor|trivial|planning|p4|p5|4|5|4 - low|5 - planning|低",
    }.items()
    for word in words.split("|")
}
# What databases and spreadsheets write where there is nothing.
EMPTY: Final = frozenset({"NULL", "null", "(null)", "\\N", "#N/A", "NaN", "nan"})
FLAGS: Final = {"true": True, "1": True, "yes": True, "x": True, "false": False, "0": False, "no": False}


def guess_columns(names: Iterable[str], known: Mapping[str, str]) -> list[list[str]]:
    """Return each column with the field that it is, empty where it is left out; `known` is what was said before."""
    headers = list(dict.fromkeys(name for name in names if name))
    found = {name: field for name in headers if (field := known.get(name)) in FIELDS}
    taken = set(found.values())
    for field, words in USUAL_HEADERS.items():
        if field in taken:
            continue
        free = [
            name
            for word in words
            for name in headers
            if _plain(name) == word and name not in known and name not in found
        ]
        for name in free if field in MANY else free[:1]:
            found[name] = field
    return [[name, found.get(name, "")] for name in headers]


def ticket_of(cells: Mapping[str, Sequence[str]], *, columns: Mapping[str, str], zone: tzinfo) -> dict[str, Any]:
    """Return a row of cells as the ticket of the API; of two columns of a field the first that is not empty counts."""
    ticket: dict[str, Any] = {}
    for name, found in cells.items():
        field = columns.get(name)
        if not field:
            continue
        for cell in found:
            if cell.strip() in EMPTY and field not in REQUIRED:
                continue
            value = _reader(field, zone)(cell.strip())
            if field in MANY:
                ticket[field] = [*ticket.get(field, []), *value]
            else:
                ticket.setdefault(field, value)
    return ticket


def in_zone(row: Any, zone: tzinfo) -> Any:
    """Return a ticket of the API whose times that name no zone are of this one."""
    if not isinstance(row, Mapping):
        return row
    placed = _placed(row, TIMES, zone)
    for name, times in NESTED_TIMES.items():
        entries = row.get(name)
        if isinstance(entries, list):
            placed[name] = [_placed(each, times, zone) if isinstance(each, Mapping) else each for each in entries]
    return placed


def _placed(row: Mapping[str, Any], names: Sequence[str], zone: tzinfo) -> dict[str, Any]:
    times = {name: _time(row[name], zone) for name in names if isinstance(row.get(name), str)}
    return {**row, **times}


def _reader(field: str, zone: tzinfo) -> Callable[[str], Any]:
    if field in TIMES:
        return partial(_time, zone=zone)
    if field == "due_date":
        return lambda cell: day_of(cell, zone) or cell
    return READERS.get(field, str)


def _time(cell: str, zone: tzinfo) -> str:
    """Return a time in UTC; one that cannot be read stays as it is, to be refused with a sentence."""
    return local_time(cell, zone) or local_time(cell.replace("T", " ", 1), zone) or cell


def _labels(cell: str) -> list[str]:
    separator = ";" if ";" in cell else ","
    return [label for label in (part.strip() for part in cell.split(separator)) if label]


def _hours(cell: str) -> Any:
    try:
        return float(cell.replace(",", "."))
    except ValueError:
        return cell


def _plain(name: str) -> str:
    return " ".join(name.replace("_", " ").split()) if name not in FIELDS else name


READERS: Final[Mapping[str, Callable[[str], Any]]] = {
    "labels": _labels,
    "estimate_hours": _hours,
    "is_interrupt": lambda cell: FLAGS.get(cell.lower(), cell),
    "priority": lambda cell: URGENCIES.get(cell.lower(), cell.lower()),
    "classification": str.lower,
}
