"""Times in the words of other languages, as Jira and spreadsheets write them, turned into those that are read."""

import re
from collections.abc import Mapping
from typing import Final

MORNINGS: Final = ("午前", "上午", "오전")
EVENINGS: Final = ("午後", "下午", "오후")
NAMES: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# German, French, Spanish, Portuguese and Italian, in the order of the year; English ones are read anyway.
MONTHS: Final[Mapping[str, str]] = {
    word: name
    for name, words in zip(
        NAMES,
        (
            "jan|janv|ene|gen", "feb|févr|fév|fev", "mar|mär|mrz|mars", "apr|avr|abr", "may|mai|mag", "jun|juin|giu",
            "jul|juil|lug", "aug|août|ago", "sep|sept|set", "oct|okt|out|ott", "nov", "dec|dez|déc|dic",
        ),
        strict=True,
    )
    for word in words.split("|")
}  # fmt: skip
MONTH: Final = re.compile(r"(?<=[/.\- ])([^\W\d_]{3,5})\.?(?=[/.\- ])")
NUMBERED: Final = re.compile(r"(?<=/)(\d{1,2})(?:月|월)(?=/)")
EASTERN: Final = re.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]?")


def in_english(moment: str) -> str:
    """Return a time with English names of months, and AM or PM behind it; what is English stays as it is."""
    if moment.isascii() and not MONTH.search(moment):
        return moment
    found = EASTERN.sub(r"\1-\2-\3", moment)
    found = NUMBERED.sub(lambda match: NAMES[(int(match[1]) - 1) % 12], found)
    found = MONTH.sub(lambda match: MONTHS.get(match[1].casefold(), match[1]), found)
    for words, mark in ((MORNINGS, "AM"), (EVENINGS, "PM")):
        for word in words:
            if word in found:
                return f"{' '.join(found.replace(word, ' ').split())} {mark}"
    return found
