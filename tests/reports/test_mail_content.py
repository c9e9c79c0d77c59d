"""What the report's mail says, and what its HTML is made of."""

import re
from html.parser import HTMLParser

import pytest

from reports.mailing.band import band_cells, band_labels, scale_of
from reports.mailing.content import OpenItem, write_content
from reports.mailing.render import render_html, render_text
from reports.sentences import Reading
from tests.reports.facts import W46, facts, figures, group, nothing


class Elements(HTMLParser):
    """Collects the tags and attributes of a page, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_subject_says_it_all() -> None:
    assert write_content(facts()).subject == "SRE: toil 9.1 %, within 5–10 % · W46"
    above = facts(figures=figures(toil_share=0.124, verdict="above"))
    assert write_content(above).subject == "SRE: toil 12.4 %, above 5–10 % · W46"
    assert write_content(facts(figures=nothing())).subject == "SRE: no toil share for W46"


def test_the_mail_begins_with_the_verdict_and_what_changed() -> None:
    content = write_content(facts())

    assert content.headline == "Toil was 9.1 % of classified work, within the 5–10 % target"
    assert content.summary == "Down from 12.0 % in week 45. It could be 9–10 % (2 h without a class)."


def test_html_and_text_say_the_same() -> None:
    content = write_content(facts())

    html, text = " ".join(Elements(render_html(content)).text.split()), " ".join(render_text(content).split())

    for said in (
        "Toil was 9.1 % of classified work, within the 5–10 % target",
        "Down from 12.0 % in week 45.",
        ["18 h", ", of 198 h classified"][0],
        "16 items finished, 12 of them toil".removeprefix("16 "),
        "Per cent of all 200 h of recorded work",
        "postgres",
        "Disk full",
        "1 item has no class",
        "A <script> in a title",
        "W45: 11.0 % is now 12.0 %, 3 items reclassified",
        "Coverage: 197 h of 228 h of working time.",
        "As of Mon 16 Nov, 17:00, Asia/Tokyo.",
    ):
        assert said in html
        assert said in text


def test_the_html_loads_nothing_runs_nothing_and_is_small() -> None:
    html = render_html(write_content(facts()))
    page = Elements(html)

    assert not {tag for tag, __ in page.tags} & {"img", "script", "link", "iframe", "form", "svg", "picture"}
    assert not [name for __, attributes in page.tags for name in attributes if name.startswith("on") or name == "src"]
    assert "url(" not in html
    assert len(html.encode()) < 100_000


def test_the_largest_mail_stays_below_what_mail_programs_cut_off() -> None:
    long_name = "W" * 200
    trend = [(W46.shifted(index - 12), 0.5, "above") for index in range(13)]
    items = [OpenItem(f"OPS-{n}", long_name, f"https://toil.example.net/{long_name}", 1.0) for n in range(500)]
    groups = [group(f"{n} {long_name}", 1.0 + n) for n in range(500)]
    told = ["W45: 11.0 % is now 12.0 %, 3 items reclassified"] * 8

    content = write_content(facts(trend=trend, open_items=items, services=groups, toil_types=groups, revisions=told))

    assert len(render_html(content).encode()) < 100_000
    assert "and 495 more" in render_text(content)


def test_a_client_that_drops_the_style_block_shows_the_same_light_mail() -> None:
    html = re.sub(r"<style.*?</style>", "", render_html(write_content(facts())), flags=re.DOTALL)

    body = next(attributes for tag, attributes in Elements(html).tags if tag == "body")
    heading = next(attributes for tag, attributes in Elements(html).tags if tag == "h1")

    assert "background-color" in (body["style"] or "")
    assert "color: #131b1a" in (heading["style"] or "")


def test_dark_and_narrow_screens_have_their_own_rules() -> None:
    html = render_html(write_content(facts()))

    assert "@media (prefers-color-scheme: dark)" in html
    assert "@media (max-width: 620px)" in html


def test_a_week_without_work_says_so() -> None:
    content = write_content(facts(figures=nothing(), trend=[(W46, None, "no_data")], services=[], toil_types=[]))

    assert content.headline == "No work was classified, so there is no toil share"
    assert content.classes == []
    assert content.tiles[1].value == "–"
    assert "None" not in render_text(content)
    assert "None" not in render_html(content)


@pytest.mark.parametrize(
    ("share", "low", "high", "target"),
    [
        (0.124, 0.119, 0.163, (0.05, 0.1)),
        (0.0, 0.0, 0.0, (0.05, 0.1)),
        (0.0, 0.0, 1.0, (0.0, 0.01)),
        (1.0, 1.0, 1.0, (0.05, 0.1)),
        (0.07, 0.06, 0.08, (0.0, 1.0)),
        (None, None, None, (0.05, 0.1)),
    ],
)
def test_the_band_fills_its_width(share: float | None, low: float | None, high: float | None, target: tuple) -> None:
    reading = Reading(
        toil_share=share,
        toil_share_low=low,
        toil_share_high=high,
        target_low=target[0],
        target_high=target[1],
        verdict="within",
        certain=True,
        denominator="classified",
    )
    scale = scale_of(reading)

    cells, labels = band_cells(reading, scale), band_labels(reading, scale)

    assert sum(cell.width for cell in cells) == pytest.approx(100, abs=0.1)
    assert sum(label.width for label in labels) == pytest.approx(100, abs=0.1)
    assert min(label.width for label in labels) > 0
    assert any(cell.tone == "value" for cell in cells) == (share is not None)
