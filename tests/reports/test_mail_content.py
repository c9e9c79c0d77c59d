"""What the report's mail says, and what its HTML is made of."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from reports.mailing.band import band_cells, band_labels, scale_of
from reports.mailing.content import write_content
from reports.mailing.facts import (
    AgeingItem,
    BudgetFacts,
    Facts,
    OpenItem,
    Section,
    ServiceToil,
    ToldRevision,
    TrendWeek,
)
from reports.mailing.picture import draw_trend
from reports.mailing.render import render_html, render_text
from reports.sentences import Reading
from tests.reports.facts import DISK_FULL, W46, budget, facts, figures, nothing


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
    assert write_content(facts(figures=nothing())).subject == "SRE: nothing recorded in W46"
    open_only = {"toil": 0.0, "engineering": 0.0, "overhead": 0.0, "unclassified": 3.0}
    no_share = figures(effort_hours=open_only, toil_share=None, verdict="no_data")
    assert write_content(facts(figures=no_share)).subject == "SRE: no toil share for W46"


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
        "of Q4 toil budget left, gone by week 50",
        "Per cent of all 200 h of recorded work",
        "postgres",
        "Disk full",
        "1 item has no class",
        "A <script> in a title",
        "Remove next",
        "It takes 3 h a week. Building its removal pays back in 5.1 weeks.",
        "Spent on engineering instead, it would have made last week’s share 7.1 %.",
        "4 h last week in 9 items · ↑ 100 %",
        "Older than usual",
        "11 d, usual ≤ 5",
        "W45: 11.0 % is now 12.0 %, 3 items reclassified",
        "The week begins on Monday at 00:00, Asia/Tokyo.",
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
    url = f"https://toil.example.net/{long_name}"
    trend = [
        TrendWeek(week=W46.shifted(index - 12), share=0.5, low=0.4, high=0.6, verdict="above") for index in range(13)
    ]
    items = [OpenItem(key=f"OPS-{n}", title=long_name, url=url, hours=1.0) for n in range(5)]
    ageing = [AgeingItem(key=f"OPS-{n}", title=long_name, url=url, days=900, usual=99) for n in range(5)]
    services = [ServiceToil(name=f"{n} {long_name}", hours=1.0 + n) for n in range(5)]
    types = [replace(DISK_FULL, name=f"{n} {long_name}", hours=99.0 + n, week_items=999) for n in range(5)]
    causes = dict.fromkeys(("reclassified", "logged", "imported", "deleted", "working_time"), 3)
    told = [ToldRevision(week=45, before=0.11, after=0.12, target_low=0.05, target_high=0.1, causes=causes)] * 8

    content = write_content(
        facts(
            trend=trend,
            open_items=items,
            open_count=500,
            ageing=ageing,
            ageing_count=400,
            services=services,
            toil_types=types,
            revisions=told,
        )
    )

    assert len(render_html(content, has_picture=True).encode()) < 70_000
    assert "and 395 more" in render_text(content)
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
    content = write_content(facts(figures=nothing(), trend=[TrendWeek(week=W46, share=None)], revisions=[]))
    away = write_content(facts(figures={**nothing(), "capacity_hours": 200.0}))

    assert content.headline == "Nothing was recorded in this week"
    assert content.summary == "Nobody of the team had working time."
    assert away.summary == "The team had 200 h of working time, and none of it stands on a card or in a log."
    assert not [*content.classes, *content.tiles, *content.bars, *content.toil_types, *content.open_items]
    assert content.removal is None
    assert away.revisions != []
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


def test_a_team_leaves_out_what_it_does_not_want() -> None:
    content = write_content(facts(left_out=list(Section)))

    assert content.removal is None
    assert not [*content.bars, *content.toil_types, *content.classes, *content.services]
    assert not [*content.open_items, *content.ageing]
    assert content.revisions
    assert content.tiles


def test_what_is_to_be_removed_next_begins_with_a_name() -> None:
    nameless = facts(removal=None, figures=figures(toil_share=0.124, verdict="above"))

    assert write_content(facts()).removal.name == "Disk full"
    assert write_content(nameless).removal.name == "Name what recurs"
    assert write_content(facts(removal=None)).removal is None


def test_the_facts_come_back_from_json_as_they_were() -> None:
    told = facts(left_out=["trend"])

    back = Facts.from_json(json.loads(json.dumps(told.as_json())), told.figures)

    assert back == told


def test_facts_of_before_budgets_were_told_are_read_and_say_what_was_finished() -> None:
    kept = facts(budget=None).as_json()
    del kept["budget"]

    content = write_content(Facts.from_json(json.loads(json.dumps(kept)), figures()))

    assert (content.tiles[2].value, content.tiles[2].label) == ("16", "items finished, 12 of them toil")


@pytest.mark.parametrize(
    ("told", "value", "label"),
    [
        (budget(), "55 h", "of Q4 toil budget left, gone by week 50"),
        (budget(left=4.25), "4.2 h", "of Q4 toil budget left, gone by week 50"),
        (budget(runs_out_on=None), "55 h", "of Q4 toil budget left, enough at this pace"),
        (budget(runs_out_on=None, is_pace_known=False), "55 h", "of Q4 toil budget left"),
        (budget(left=-12.4, is_spent=True), "12 h", "over the Q4 toil budget, gone in week 50"),
        (budget(left=0.0, is_spent=True, runs_out_on=None), "0 h", "of Q4 toil budget left"),
    ],
)
def test_the_third_figure_is_what_is_left_of_the_budget(told: BudgetFacts, value: str, label: str) -> None:
    tile = write_content(facts(budget=told)).tiles[2]

    assert (tile.value, tile.label) == (value, label)


@pytest.mark.parametrize("share", [0.0, 0.124, 1.0, None])
def test_the_trend_is_drawn_as_a_small_picture(share: float | None) -> None:
    shares = [0.05, None, 0.1, share]

    picture = draw_trend(
        [(one, one, one) for one in shares],
        labels=["W43", "", "", "W46"],
        target_low=0.05,
        target_high=0.1,
        last="12.4 %",
        target="5–10 %",
    )

    assert picture.startswith(b"\x89PNG")
    assert len(picture) < 25_000


def test_one_week_is_no_trend() -> None:
    point = (0.1, 0.1, 0.1)

    assert draw_trend([point], labels=[""], target_low=0, target_high=0.1, last="", target="") == b""
