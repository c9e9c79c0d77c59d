"""The menu of a team's settings: its groups, who sees what, and where one is."""

import pytest

from toiltracker.settings_menu import current_page, settings_menu

ALL = [
    "General",
    "Calendar",
    "Members",
    "Weekly report",
    "Ways of sending",
    "Budget alerts",
    "Boards",
    "Rules",
    "Toil types",
    "Connections",
    "Names at sources",
    "API tokens",
]


def labels(**given):
    return [str(entry.label) for group in settings_menu(slug="sre", **given) for entry in group.entries]


def test_owners_see_every_page_and_others_those_that_they_may_read():
    owners = labels(view="teams:settings", is_owner=True)
    others = labels(view="teams:settings_members", is_owner=False)

    assert owners == ALL
    assert others == ["Members", "Boards", "Rules", "Toil types"]


@pytest.mark.parametrize(
    ("view", "label"),
    [
        ("teams:settings", "General"),
        ("teams:settings_change", "General"),
        ("teams:settings_calendar_change", "Calendar"),
        ("teams:settings_invite", "Members"),
        ("teams:settings_member_remove", "Members"),
        ("reports:settings_recipients_add", "Weekly report"),
        ("boards:settings_column", "Boards"),
        ("reports:stage_change", "Boards"),
        ("imports:settings_words_change", "Boards"),
        ("boards:rule_new", "Rules"),
        ("reports:rule_trial", "Rules"),
        ("boards:toil_type", "Toil types"),
        ("imports:connection_delivery", "Connections"),
        ("imports:people", "Names at sources"),
        ("teams:settings_token_create", "API tokens"),
    ],
)
def test_a_page_and_what_is_below_it_are_one_entry(view, label):
    menu = settings_menu(slug="sre", view=view, is_owner=True)

    assert [str(entry.label) for group in menu for entry in group.entries if entry.is_current] == [label]


def test_other_pages_are_no_settings():
    assert current_page("boards:board") is None
    assert current_page("imports:imports") is None


def test_the_menu_stands_beside_the_page_and_folded_up_above_it(client, bob):
    client.force_login(bob)

    shown = client.get("/t/sre/settings/rules/").content.decode()

    assert shown.count('<a href="/t/sre/settings/rules/" aria-current="page">Rules</a>') == 2
    assert shown.count('href="/t/sre/settings/tokens/"') == 0
