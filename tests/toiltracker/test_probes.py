"""What load balancers and Prometheus are told."""

import pytest
import redis
from django.conf import settings
from django.test import Client
from prometheus_client.core import GaugeMetricFamily

from toiltracker import heartbeat, metrics


@pytest.fixture
def alive(redis_server: redis.Redis) -> None:
    """A worker has just given a sign of life."""
    redis_server.set(heartbeat.key(), "alive", ex=5)


def test_health_needs_neither_database_nor_known_host_name(client: Client):
    response = client.get("/healthz", headers={"host": "10.0.0.7:8000"})

    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert response["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_ready_when_everything_is_there(client: Client, alive: None):
    response = client.get("/readyz")

    assert response.status_code == 200
    assert response.json() == {
        "status": "ok",
        "checks": {"database": "ok", "migrations": "ok", "broker": "ok", "worker": "ok"},
    }


@pytest.mark.django_db
def test_not_ready_without_a_worker(client: Client):
    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["status"] == "unready"
    assert response.json()["checks"]["worker"] == "No worker has given a sign of life in the last 20 seconds."


@pytest.mark.django_db
def test_not_ready_without_a_broker(client: Client, settings, tmp_path):
    settings.REDIS_URL = f"unix://{tmp_path}/nothing.sock"

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["checks"]["broker"] == "The Redis server does not answer."


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_probes_are_only_read(client: Client, path: str):
    response = client.post(path)

    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD"


def test_figures_count_requests_by_view_and_status(client: Client):
    client.get("/no-such-page/")

    figures = client.get("/metrics").content.decode()

    assert 'toiltracker_requests_total{method="GET",status="404",view="none"}' in figures
    assert "toiltracker_process_cpu_seconds_total" in figures
    assert "toiltracker_tasks_waiting 0.0" in figures


def test_tasks_that_wait_are_counted(client: Client, redis_server: redis.Redis):
    redis_server.rpush(f"{settings.REDIS_KEY_PREFIX}celery", "a task", "another")

    figures = client.get("/metrics").content.decode()

    assert "toiltracker_tasks_waiting 2.0" in figures


def test_a_room_adds_figures_for_those_who_may_see_them(client: Client, monkeypatch: pytest.MonkeyPatch):
    def of_team(request):
        if request.headers.get("Authorization") == "Bearer right":
            yield GaugeMetricFamily("toiltracker_team_toil_share", "Toil share.", value=0.09)

    monkeypatch.setattr(metrics, "_more", [of_team])

    without = client.get("/metrics").content.decode()
    with_token = client.get("/metrics", headers={"authorization": "Bearer right"}).content.decode()

    assert "toil_share" not in without
    assert "toiltracker_team_toil_share 0.09" in with_token
