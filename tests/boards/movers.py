"""A program that moves items at random over HTTP, in a process of its own: without Django, so it starts at once."""

import http.client
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass
class Told:
    """What one program was told: items with what was asked and answered, and refusals by their codes."""

    answers: list[tuple[int, int | None, dict[str, object]]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def move_at_random(
    port: int, secret: str, items: Sequence[int], columns: Sequence[int], moves: int, *, seed: int
) -> Told:
    """Move items to the ends of columns and beside one another, some of them again and again."""
    chance, told = random.Random(seed), Told()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
    for _ in range(moves):
        item, neighbour = chance.sample(items, 2)
        side = chance.choice(["before", "after", None])
        body = {"column": chance.choice(columns), **({side: neighbour} if side else {})}
        connection.request("POST", f"/api/v1/items/{item}/move/", json.dumps(body), headers)
        response = connection.getresponse()
        answer = json.loads(response.read())
        if response.status == 200:
            told.answers.append((item, neighbour if side else None, answer))
        else:
            told.refused.append(answer["error"]["code"])
    connection.close()
    return told
