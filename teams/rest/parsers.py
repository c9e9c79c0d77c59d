"""A JSON parser that says where a body is broken, and takes no text that cannot be stored."""

import json
from collections.abc import Mapping
from typing import IO, Any, NoReturn

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.parsers import BaseParser

from teams.rest.errors import too_large


class StrictJsonParser(BaseParser):
    """JSON as RFC 8259 has it: UTF-8, no NaN, no lone surrogates, not nested beyond reason."""

    media_type = "application/json"

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Return the value, or raise a ParseError that names line and column."""
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        raw = stream.read(limit + 1)
        if len(raw) > limit:
            raise too_large()
        return parse_json(raw)


def parse_json(raw: bytes) -> Any:
    """Return the JSON value in a body; ParseError says what is wrong and where."""
    try:
        text = raw.decode("utf-8-sig")
        value = json.loads(text, parse_constant=_refuse_constant)
        if "\\u" in text:
            json.dumps(value, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        place = {"line": error.lineno, "column": error.colno, "problem": error.msg}
        message = _("The body is not JSON: %(problem)s in line %(line)d, column %(column)d.") % place
        raise exceptions.ParseError(message) from error
    except UnicodeDecodeError as error:
        raise exceptions.ParseError(_("The body is not UTF-8 text.")) from error
    except UnicodeEncodeError as error:
        raise exceptions.ParseError(_("The body holds half a surrogate pair, which is no character.")) from error
    except (ValueError, RecursionError) as error:
        raise exceptions.ParseError(_("The body is JSON that cannot be read: %s.") % error) from error
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")
