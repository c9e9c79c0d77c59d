"""Addresses that let whoever knows them in do not belong into logs."""

import logging
import re
from typing import Final

SECRET_ADDRESSES: Final = re.compile(
    r"(/hooks/|/unsubscribe/)[^/\s\"'?]+|([?&](?:auth_)?token=)[^&\s\"']+|(hooks\.slack[a-z-]*\.com/)[^\s\"']+"
)


class RedactAddresses(logging.Filter):
    """Takes the keys of webhooks, of Slack and of unsubscribe links, and tokens, out of every line that is written."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let the record through, its message without them."""
        message = record.getMessage()
        redacted = SECRET_ADDRESSES.sub(r"\1\2\3…", message)
        if redacted != message:
            record.msg, record.args = redacted, ()
        return True
