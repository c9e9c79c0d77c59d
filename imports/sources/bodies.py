"""The JSON object in a webhook's body, which some senders wrap into a form."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qs

from django.utils.translation import gettext as _

from imports.readers import BOM, Unreadable, read_json

# The names in the forms that Slack sends for a command, and to look whether an address has a certificate.
COMMANDS: Final = frozenset({"command", "ssl_check"})


def payload_of(headers: Mapping[str, str], body: bytes) -> dict[str, Any] | Unreadable:
    """Return the object that a body holds, or why there is none.

    GitHub and Slack can send it as `payload=` of a form; of a slash command of Slack it is the form's fields.
    """
    if headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        try:
            fields = parse_qs(body.decode("ascii"), max_num_fields=50)
        except ValueError:
            return Unreadable("", _("This is not a form."))
        if "payload" not in fields and fields.keys() & COMMANDS:
            return {name: values[-1].replace("\0", "") for name, values in fields.items()}
        body = fields.get("payload", [""])[0].encode("utf-8", "surrogatepass")
    payload = read_json(body.removeprefix(BOM))
    if isinstance(payload, (dict, Unreadable)):
        return payload
    return Unreadable("", _("The body has to be a JSON object."))
