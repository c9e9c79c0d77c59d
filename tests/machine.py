"""What the machine that runs the suite has and lacks: browser, servers, and what to do without them."""

import os
import shutil
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from playwright.sync_api import expect

LACKING = "This machine lacks "
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
BROWSER_FIXTURES = {"page", "context", "browser", "new_context"}
DATABASE_FIXTURES = {"db", "transactional_db", "live_server", "postgresql"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--services", action="store_true", help="refuse to run on anything but PostgreSQL and REDIS_URL")
    parser.addoption(
        "--nothing-missing", action="store_true", help="fail when a test was skipped for want of a program"
    )


def pytest_configure(config: pytest.Config) -> None:
    # A busy machine is slow; that alone breaks no property.
    hypothesis.settings.register_profile(
        "suite",
        max_examples=examples(100),
        deadline=None,
        suppress_health_check=[hypothesis.HealthCheck.too_slow],
        print_blob=True,
    )
    hypothesis.settings.load_profile("suite")
    expect.set_options(timeout=15_000)
    if not config.getoption("--services"):
        return
    engine = settings.DATABASES["default"]["ENGINE"]
    if not engine.endswith("postgresql") or settings.IS_BROKER_PRIVATE or "TOILTRACKER_TESTS_BROKER" in os.environ:
        raise pytest.UsageError("--services needs DATABASE_URL and REDIS_URL.")


def pytest_report_header() -> list[str]:
    database = settings.DATABASES["default"]
    where = f"{database.get('HOST')}:{database.get('PORT')}" if database.get("HOST") else "a file"
    return [f"database: {database['ENGINE'].rsplit('.', 1)[1]} ({where}), broker: {settings.REDIS_URL.split('@')[-1]}"]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--services"):
        same = [item for item in items if not touches_a_database(item)]
        config.hook.pytest_deselected(items=same)
        items[:] = [item for item in items if touches_a_database(item)]
    for item in items:
        if BROWSER_FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker("browser")
        if item.get_closest_marker("browser") and chromium() is None:
            item.add_marker(pytest.mark.skip(reason=lacking("Chromium", "apt install chromium")))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter: Any = session.config.pluginmanager.get_plugin("terminalreporter")
    strict = session.config.getoption("--services") or session.config.getoption("--nothing-missing")
    if not strict or reporter is None:
        return
    if any(LACKING in str(report.longrepr) for report in reporter.stats.get("skipped", [])):
        reporter.write_line("\nTests were skipped for want of a program or a server: see the reasons below.", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def examples(usually: int) -> int:
    """Return how many examples hypothesis looks at: as many as TOILTRACKER_EXAMPLES says, to look longer."""
    return int(os.environ.get("TOILTRACKER_EXAMPLES", usually))


def touches_a_database(item: pytest.Item) -> bool:
    """Whether a test touches a database; arithmetic is the same beside any, and `make test` has run it."""
    named = DATABASE_FIXTURES & set(getattr(item, "fixturenames", ()))
    return bool(named) or any(item.get_closest_marker(name) for name in ("django_db", "processes"))


def lacking(what: str, how: str) -> str:
    """Return why a test is skipped here, and what would let it run."""
    return f"{LACKING}{what}: {how}."


def chromium() -> str | None:
    """Return the browser's program."""
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Launch the system's Chromium, as root in a container too."""
    # Playwright runs an event loop in the test's thread, and Django would refuse the database there.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]
    return {**browser_type_launch_args, "executable_path": chromium(), "args": quiet}


@pytest.fixture
def postgresql(db: None) -> None:
    """Let the test run on PostgreSQL only."""
    if not settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
        pytest.skip(lacking("PostgreSQL", "set DATABASE_URL (make test-services)"))
