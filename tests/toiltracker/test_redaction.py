import logging

import pytest

from toiltracker.redaction import RedactAddresses


@pytest.mark.parametrize(
    ("text", "values", "line"),
    [
        ("%s: %s", ("Forbidden", "/hooks/abc-DEF_1/"), "Forbidden: /hooks/…/"),
        ('"POST /hooks/abc?auth_token=x HTTP/1.1"', (), '"POST /hooks/…?auth_token=… HTTP/1.1"'),
        ("Not Found: /t/sre/", (), "Not Found: /t/sre/"),
    ],
)
def test_no_line_of_the_log_lets_its_reader_in(text, values, line):
    record = logging.LogRecord("django.request", logging.WARNING, "", 0, text, values, None)

    kept = RedactAddresses().filter(record)

    assert kept
    assert record.getMessage() == line
