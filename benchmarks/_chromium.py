"""A headless Chromium whose processor is slowed down, and what it measures of a page."""

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

SLOWER = 4
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
GIVES_UP_AFTER = 60.0

# Runs before the page's own scripts.
WATCH = """
window.seen = { interactive: null, painted: null, tasks: 0, key: 0 };
document.addEventListener("focusin", (event) => {
  if (event.target.closest(".card")) window.seen.interactive ??= performance.now();
});
new PerformanceObserver((list) => (seen.painted = list.getEntries().at(-1).startTime))
  .observe({ type: "paint", buffered: true });
new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) seen.tasks += duration - 50;
}).observe({ type: "longtask", buffered: true });
new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) seen.key = Math.max(seen.key, duration);
}).observe({ type: "event", durationThreshold: 16 });
"""


@dataclass(frozen=True)
class Seen:
    """Milliseconds: until a key moved the focus, until the first paint, tasks beyond 50 ms, work, the slowest key.

    `worked` is the processor's time of the page's thread until the page had loaded, slowed down too.
    """

    interactive: float
    painted: float
    blocked: float
    worked: float
    key: float


@contextmanager
def chromium() -> Iterator[Any]:
    """Start the browser."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - other benchmarks do without

    program = next((found for name in PROGRAMS if (found := shutil.which(name))), None)
    if program is None:
        raise SystemExit("This benchmark needs Chromium (apt install chromium).")
    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=program, args=options)
        yield browser
        browser.close()


def look(
    browser: Any, address: str, cookies: list[dict[str, str]], and_then: Callable[[Any], None] | None = None
) -> Seen:
    """Open a page in a fresh, slowed-down window, press keys until one moves the focus, and do more there."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.add_cookies(cookies)
    page = context.new_page()
    page.add_init_script(WATCH)
    wire = context.new_cdp_session(page)
    wire.send("Performance.enable", {"timeDomain": "threadTicks"})
    wire.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(address, wait_until="commit", timeout=GIVES_UP_AFTER * 1000)
    deadline = time.monotonic() + GIVES_UP_AFTER
    while page.evaluate("window.seen.interactive") is None:
        page.keyboard.press("ArrowDown")
        if time.monotonic() > deadline:
            raise SystemExit(f"No key was answered within {GIVES_UP_AFTER:.0f} s at {address}.")
    page.wait_for_load_state("networkidle")
    first = page.evaluate("window.seen")
    metrics = {one["name"]: one["value"] for one in wire.send("Performance.getMetrics")["metrics"]}
    if and_then:
        and_then(page)
    key = _slowest_key(page)
    context.close()
    return Seen(first["interactive"], first["painted"] or 0.0, first["tasks"], metrics["TaskDuration"] * 1000, key)


def _slowest_key(page: Any) -> float:
    """Return how long the slowest of ten key presses took until it was painted."""
    page.evaluate("window.seen.key = 0")
    for _ in range(10):
        page.keyboard.press("ArrowDown")
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 50)))")
    return float(page.evaluate("window.seen.key"))
