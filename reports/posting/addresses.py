"""Where something may be posted to: an address that is written well, on a machine that is not one of our own network.

Names are resolved once, just before connecting, and the connection goes to the very address that was checked: a name
that answers differently the next time (DNS rebinding) leads nowhere else. Plain: no database, no settings.
"""

import ipaddress
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

LONGEST = 2000
_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")
"""IPv4 addresses as a translating gateway writes them (RFC 6052)."""


class UnusableAddressError(ValueError):
    """An address that nothing can be posted to; the message is a sentence that repeats no secret part of it."""


class ForbiddenAddressError(Exception):
    """A name leads to machines that nothing may be posted to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """An address in its parts; `path` may be a secret, `origin` is none."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def is_tls(self) -> bool:
        """Whether the other side must prove who it is."""
        return self.scheme == "https"

    @property
    def authority(self) -> str:
        """Host and port as they stand in a request."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.is_tls else 80) else f"{host}:{self.port}"


def parse_target(url: str) -> Target:
    """Take an address apart; raises UnusableAddressError."""
    try:
        parts = urlsplit(url.strip())
        host, port = (parts.hostname or "").rstrip("."), parts.port
        host = host if host.isascii() else host.encode("idna").decode("ascii")
    except (ValueError, UnicodeError):
        raise UnusableAddressError(_("This is no address of the form https://example.com/….")) from None
    if parts.scheme not in {"http", "https"} or not host or port == 0:
        raise UnusableAddressError(_("This is no address of the form https://example.com/…."))
    if parts.username is not None or parts.password is not None:
        raise UnusableAddressError(_("The address must not hold a user name or password."))
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if len(url) > LONGEST or not path.isascii() or not path.isprintable() or " " in path or not host.isprintable():
        raise UnusableAddressError(_("The address holds characters that have to be written as %XX, or is too long."))
    port = port or (443 if parts.scheme == "https" else 80)
    return Target(scheme=parts.scheme, host=host, port=port, path=path)


def check_target(target: Target, allowed: Sequence[Network]) -> None:
    """Refuse what can be told without asking a name server; raises UnusableAddressError."""
    if target.scheme == "http" and not allowed:
        raise UnusableAddressError(_("The address has to begin with https://."))
    try:
        address = ipaddress.ip_address(target.host)
    except ValueError:
        return
    if not may_reach(address, target, allowed):
        raise UnusableAddressError(_("This address lies in a network that nothing is sent to."))


def reachable_addresses(target: Target, allowed: Sequence[Network]) -> list[Address]:
    """Resolve a name, and return where it may be posted to.

    Raises OSError where it cannot be resolved, and ForbiddenAddressError where nothing is left.
    """
    found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found))
    good = [address for address in addresses if may_reach(address, target, allowed)]
    if not good:
        raise ForbiddenAddressError
    return good


def may_reach(address: Address, target: Target, allowed: Sequence[Network]) -> bool:
    """Whether something may be posted to a machine: one of the public network, by TLS, or one that is allowed."""
    inner = _inner(address)
    if any(one.version == network.version and one in network for one in {address, inner} for network in allowed):
        return True
    return target.is_tls and address.is_global and inner.is_global and not inner.is_multicast


def _inner(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 address stands for, the address itself where it stands for none."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _TRANSLATED:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else address)
