"""A real Prometheus and Alertmanager fire and resolve into a running instance that cannot be reached for a while."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.machine import lacking
from tests.toiltracker.alerting import ALERTMANAGER, PROMETHEUS, Disks, Gateway, serving, watched
from tests.toiltracker.installation import Installation, eventually
from tests.toiltracker.test_main_job import TEAM, Program

SECRET = "shared with Alertmanager"
INSTALL = "apt install prometheus prometheus-alertmanager"

pytestmark = [
    pytest.mark.processes,
    pytest.mark.skipif(not (PROMETHEUS and ALERTMANAGER), reason=lacking("Prometheus and Alertmanager", INSTALL)),
]


def test_each_occurrence_is_one_item_that_ends_closed(install: Callable[..., Installation], tmp_path: Path) -> None:
    installation = install()
    installation.start()
    installation.wait_until_it_serves()
    (tmp_path / "team.toml").write_text(TEAM)
    assert installation.run("apply", str(tmp_path / "team.toml")).returncode == 0
    token = installation.run("create_token", "--team", "sre", "--name", "test", "--scope", "write").stdout.strip()
    program = Program(installation, token)
    board = program.call("boards/")["results"][0]
    connection = program.call("connections/", {"board": board["id"], "kind": "alertmanager", "secret": SECRET})
    path = "/" + connection["url"].split("/", 3)[3]

    def stages() -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for item in program.call(f"items/?board={board['id']}&source=alertmanager")["results"]:
            found.setdefault(item["title"], []).append(item["stage"])
        return {host: sorted(each) for host, each in found.items()}

    def until(what: str, **expected: list[str]) -> None:
        eventually(lambda: stages() == expected, f"{what}: {expected}")

    disks, gateway = Disks(), Gateway(installation.port)
    with serving(gateway):
        url = f"http://127.0.0.1:{gateway.server_port}{path}"
        with watched(disks, url=url, secret=SECRET, folder=tmp_path):
            disks.full = frozenset({"db1", "db2", "db3"})
            until("an item for each alert", db1=["queue"], db2=["queue"], db3=["queue"])
            disks.full = frozenset({"db2", "db3"})
            until("an end is told", db1=["done"], db2=["queue"], db3=["queue"])

            gateway.is_down = True
            disks.full = frozenset({"db1", "db3", "db4"})
            eventually(lambda: gateway.refused > 5, "that Alertmanager tries in vain")
            disks.full = frozenset({"db1", "db2", "db3", "db4"})  # db2 fires again before anybody heard of its end
            seen = gateway.refused
            eventually(lambda: gateway.refused > seen + 3, "that Alertmanager goes on trying")
            assert stages() == {"db1": ["done"], "db2": ["queue"], "db3": ["queue"]}
            gateway.is_down = False
            until(
                "what was missed meanwhile", db1=["done", "queue"], db2=["done", "queue"], db3=["queue"], db4=["queue"]
            )

            disks.full = frozenset()
            until("all are closed", db1=["done", "done"], db2=["done", "done"], db3=["done"], db4=["done"])
