"""Whether cards stand where the server said that it put them, after many moved at once: pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the server said about one move; `number` grows with the order in which a column took them."""

    number: int
    item: int
    column: int
    landed: str
    neighbour: int | None = None


def misplaced(answers: Iterable[Answer], places: Mapping[int, tuple[int, int]]) -> list[str]:
    """Return a sentence for each item that does not stand where its last answer puts it.

    `places` are column and rank of every item now. An answer still binds what has not been moved since: the
    neighbour beside which the item was put, and for one put at the end, all that came to the column before it.
    """
    last: dict[int, Answer] = {}
    for answer in sorted(answers, key=lambda each: each.number):
        last[answer.item] = answer
    problems = []
    for item, answer in last.items():
        column, rank = places[item]
        if column != answer.column:
            problems.append(f"{item} is in {column}, answered was {answer.column}")
        elif answer.landed == "end":
            ahead = [other for other, earlier in last.items() if earlier.number < answer.number]
            problems += [
                f"{item} is not behind {other}"
                for other in ahead
                if places[other][0] == column and places[other][1] > rank
            ]
        elif answer.neighbour is not None and _rests(answer, last, places):
            is_before = rank < places[answer.neighbour][1]
            if is_before != (answer.landed == "before"):
                problems.append(f"{item} is not {answer.landed} {answer.neighbour}")
    return problems


def _rests(answer: Answer, last: Mapping[int, Answer], places: Mapping[int, tuple[int, int]]) -> bool:
    """Whether the neighbour is still where it was when the answer was given."""
    neighbour = answer.neighbour
    if neighbour is None or places[neighbour][0] != answer.column:
        return False
    return neighbour not in last or last[neighbour].number < answer.number
