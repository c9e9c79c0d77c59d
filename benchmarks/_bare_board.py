"""What the board page is compared with: all the same rows in one page, written by a plain loop, without any styles."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

SCRIPT = """
document.addEventListener("keydown", (event) => {
  const next = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
  if (next) (document.activeElement.closest(".card")?.[next] ?? document.querySelector(".card")).focus();
});
"""


def bare_page(columns: list[int]) -> str:
    """Return the page: for each column a list of cards with key, class, title, service, assignee and date."""
    from boards.models import Item  # noqa: PLC0415 - after Django is set up

    rows = Item.objects.filter(column__in=columns, archived_at__isnull=True).order_by("rank")
    lists: dict[int, list[str]] = defaultdict(list)
    names = ("column_id", "external_id", "classification", "title", "service", "assignee__name", "entered_column_at")
    for column, key, kind, title, service, name, entered in rows.values_list(*names):
        texts = (escape(text or "") for text in (key, kind, title, service, name, f"{entered:%Y-%m-%d}"))
        lists[column].append('<li class="card" tabindex="-1">' + "".join(f"<p>{text}</p>" for text in texts) + "</li>")
    body = "".join(f"<ol>{''.join(cards)}</ol>" for cards in lists.values())
    return f"<!doctype html><meta charset=utf-8><title>Bare</title>{body}<script>{SCRIPT}</script>"


@contextmanager
def bare_server(columns: list[int]) -> Iterator[str]:
    """Serve the page, made anew for each request, and give its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page = bare_page(columns).encode() if self.path == "/" else b""
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_: Any) -> None:
            pass

    served = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=served.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{served.server_port}/"
    served.shutdown()
