"""The socket on which the web part answers; the parent opens it, so that a taken port is found out at once."""

import errno
import socket

from toiltracker.supervisor.refusals import CannotStart

BACKLOG = 2048


def open_socket(host: str, port: int) -> socket.socket:
    """Return a listening socket, or say in one sentence why there is none."""
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except socket.gaierror:
        raise CannotStart(f"HOST “{host}” is not the name or the number of an address of this machine.") from None
    listening = socket.socket(family, kind, protocol)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(address)
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        raise CannotStart(_sentence(error, host, port)) from None
    return listening


def _sentence(error: OSError, host: str, port: int) -> str:
    match error.errno:
        case errno.EADDRINUSE:
            return f"Port {port} of {host} is in use: stop what listens there, or set PORT to another one."
        case errno.EACCES:
            return f"Port {port} of {host} may not be used by this account: set PORT to one above 1023."
        case errno.EADDRNOTAVAIL:
            return f"HOST “{host}” is not an address of this machine."
        case _:
            return f"Port {port} of {host} cannot be used: {error.strerror}."
