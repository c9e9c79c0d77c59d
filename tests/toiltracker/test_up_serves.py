"""`manage.py up` serves, keeps its parts alive, and refuses what cannot work."""

import os
import signal
import stat
from pathlib import Path

import pytest
import redis

from tests.toiltracker.installation import Installation, eventually, free_port

pytestmark = [pytest.mark.processes]


def test_it_says_where_it_serves(running: Installation):
    said = running.said()

    assert f"Toil Tracker serves at http://127.0.0.1:{running.port}/" in said
    assert "Sign in as" not in said  # there is no sample data here


def test_every_part_runs_in_a_session_of_its_own(running: Installation):
    leaders = [running.leader(part) for part in ("web", "worker", "beat", "valkey", "guardian")]

    assert all(leaders)
    assert [os.getsid(pid) for pid in leaders] == leaders


def test_health_readiness_and_figures_are_answered(running: Installation):
    health, ready, figures = running.get("/healthz"), running.get("/readyz"), running.get("/metrics")

    assert health == (200, {"status": "ok"})
    assert ready[0] == 200
    assert set(ready[1]["checks"].values()) == {"ok"}
    assert 'toiltracker_requests_total{method="GET",status="200",view="none"}' in figures[1]


def test_static_files_are_served_compressed_and_by_their_content(running: Installation):
    compressed = next((running.folder / "data" / "static").glob("**/base.*.css.gz"))
    name = compressed.relative_to(running.folder / "data" / "static").with_suffix("")

    status, _ = running.get(f"/static/{name}")

    assert status == 200


def test_the_broker_listens_on_no_network(running: Installation):
    socket_file = running.broker

    assert stat.S_ISSOCK(socket_file.stat().st_mode)
    assert stat.S_IMODE(socket_file.stat().st_mode) == 0o600
    with redis.Redis(unix_socket_path=str(socket_file)) as client:
        assert client.config_get("port")["port"] == "0"


def test_the_secret_key_is_for_its_owner_alone(running: Installation):
    key = running.folder / "data" / "secret_key"

    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert len(key.read_text()) >= 50


@pytest.mark.parametrize("part", ["web", "worker", "beat", "valkey", "guardian"])
def test_a_part_that_is_killed_comes_back(running: Installation, part: str):
    leader = eventually(lambda: running.leader(part), f"a {part}")
    its_own = [pid for pid in running.processes() if os.getsid(pid) == leader]

    killed = running.kill(part)

    eventually(lambda: running.leader(part) not in {None, killed}, f"a new {part}")
    eventually(lambda: not set(its_own) & set(running.processes()), f"the old {part}'s processes are gone")
    eventually(lambda: running.get("/healthz")[0] == 200, "it serves")
    eventually(lambda: running.get("/readyz")[0] == 200, "it is ready")


def test_tasks_from_before_and_after_the_broker_was_killed_are_done(running: Installation, tmp_path: Path):
    before, after = tmp_path / "before", tmp_path / "after"
    for folder in (before, after):
        folder.mkdir()
        (folder / "may-end").touch()
    os.kill(running.leader("worker"), signal.SIGSTOP)
    with redis.Redis(unix_socket_path=str(running.broker)) as client:
        # What the broker hands to a worker that still asks is no longer the broker's to keep.
        eventually(lambda: client.info("clients")["blocked_clients"] == 0, "the worker's last question is over")
    running.enqueue_slow_task(before)
    running.kill("valkey")
    os.kill(running.leader("worker"), signal.SIGCONT)
    eventually(lambda: running.get("/readyz")[0] == 200, "the broker is back")

    running.enqueue_slow_task(after)

    eventually((before / "ended").exists, "the task that the broker had kept was done")
    eventually((after / "ended").exists, "the task that came afterwards was done")


def test_a_second_start_in_the_same_folder_is_refused_with_one_sentence(running: Installation):
    second = running.run("up", PORT=str(free_port()))

    assert second.returncode == 1
    assert second.stderr.strip() == (
        f"Toil Tracker already runs in {running.folder / 'data'} (process {running.parent.pid}): "
        "stop it, or set another DATA_DIR."
    )


def test_a_port_in_use_is_refused_with_one_sentence(running: Installation):
    second = running.run("up", DATA_DIR=str(running.folder / "other"))

    assert second.returncode == 1
    assert second.stderr.strip() == (
        f"Port {running.port} of 127.0.0.1 is in use: stop what listens there, or set PORT to another one."
    )
