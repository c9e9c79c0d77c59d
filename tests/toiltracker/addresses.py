"""Every address of the pages, with what stands in it filled in."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import product

from django.urls import URLPattern, URLResolver, get_resolver, reverse

ROOMS = ("teams", "boards", "imports", "reports")
SIGN_IN = {"account_login", "account_logout", "account_change_password", "account_reset_password", "account_signup"}


def patterns() -> Iterator[tuple[str, frozenset[str]]]:
    """Yield the name of every address of the rooms, and what has to be filled in."""
    for namespace in ROOMS:
        _prefix, resolver = get_resolver().namespace_dict[namespace]
        yield from _below(resolver.url_patterns, f"{namespace}:")
    yield from ((name, frozenset()) for name in SIGN_IN)


def _below(found: Iterable[URLPattern | URLResolver], prefix: str) -> Iterator[tuple[str, frozenset[str]]]:
    for pattern in found:
        if isinstance(pattern, URLPattern):
            yield f"{prefix}{pattern.name}", frozenset(pattern.pattern.converters)


def addresses(known: Mapping[str, Iterable[object]]) -> list[str]:
    """Return every address whose parts are known, once for each value of a part."""
    found = []
    for name, parts in patterns():
        if parts <= known.keys():
            names = sorted(parts)
            found += [
                reverse(name, kwargs=dict(zip(names, values, strict=True)))
                for values in product(*(known[part] for part in names))
            ]
    return found
