"""Looking at a page when it has come to rest: with axe, or at what it saved."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe as AxeAtOnce
from playwright.sync_api import Page, expect

# What is out of view is not animated, and never ends: there is an end to waiting.
COME_TO_REST = """() => {
    const ends = (one) => Number.isFinite(one.effect.getComputedTiming().endTime);
    const rest = Promise.allSettled(document.getAnimations().filter(ends).map((one) => one.finished));
    return Promise.race([rest, new Promise((resolve) => setTimeout(resolve, 1000))]).then(() => null);
}"""


class Axe(AxeAtOnce):
    """Axe that lets what fades in be there first: half-way its colours have no contrast."""

    def run(self, page: Page, *args: Any, **kwargs: Any) -> Any:
        """Return what axe finds."""
        page.evaluate(COME_TO_REST)
        return super().run(page, *args, **kwargs)


def settled(page: Page) -> None:
    """Wait until the server has answered every move."""
    expect(page.locator(".card.saving")).to_have_count(0)
