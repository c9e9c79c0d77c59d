"""Figures for Prometheus: of the processes here, and of whatever a room registers for those who may see it."""

import os
import resource
import time
from collections.abc import Callable, Iterable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from redis.exceptions import RedisError

from toiltracker.broker import connect

CONTENT_TYPE = CONTENT_TYPE_LATEST
UNKNOWN_VIEW = "none"

REQUESTS = Counter("toiltracker_requests", "Requests answered.", ["method", "view", "status"])
SECONDS = Histogram("toiltracker_request_seconds", "Time to answer a request.", ["view"])

MoreFigures = Callable[[HttpRequest], Iterable[Metric]]
_more: list[MoreFigures] = []


def register(figures: MoreFigures) -> None:
    """Add figures that depend on who asks; without a right to them the function yields nothing."""
    _more.append(figures)


def exposition(request: HttpRequest) -> bytes:
    """Return all figures that this request may see."""
    registry = CollectorRegistry()
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call] # the library leaves it untyped
    else:
        registry.register(_Given(metric for metric in REGISTRY.collect() if metric.name.startswith("toiltracker_")))
    registry.register(_Given(_process_figures()))
    for figures in _more:
        registry.register(_Given(figures(request)))
    return generate_latest(registry)


def measure_requests(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Count and time every request."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        started = time.perf_counter()
        response = get_response(request)
        match = request.resolver_match
        view = (match.view_name if match else None) or UNKNOWN_VIEW
        method = request.method if request.method in {"GET", "POST", "PATCH", "DELETE", "HEAD"} else "OTHER"
        REQUESTS.labels(method, view, str(response.status_code)).inc()
        SECONDS.labels(view).observe(time.perf_counter() - started)
        return response

    return middleware


class _Given:
    """A collector of figures that are already there."""

    def __init__(self, metrics: Iterable[Metric]) -> None:
        self._metrics = list(metrics)

    def collect(self) -> Iterable[Metric]:
        return self._metrics


def _process_figures() -> Iterable[Metric]:
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = CounterMetricFamily(
        "toiltracker_process_cpu_seconds", "Processor time of the web process that answers.", labels=["pid"]
    )
    seconds.add_metric([str(os.getpid())], used.ru_utime + used.ru_stime)
    yield seconds
    memory = GaugeMetricFamily(
        "toiltracker_process_peak_memory_bytes",
        "Most memory that the web process that answers has held.",
        labels=["pid"],
    )
    memory.add_metric([str(os.getpid())], used.ru_maxrss * 1024)
    yield memory
    try:
        with connect() as client:
            waiting = client.llen(f"{settings.REDIS_KEY_PREFIX}celery")
    except RedisError:
        return
    yield GaugeMetricFamily("toiltracker_tasks_waiting", "Tasks that no worker has taken yet.", value=waiting)
