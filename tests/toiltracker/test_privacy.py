import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/", "/t/sre/settings/", "/nowhere/", "/api/v1/teams/sre/", "/api/v1/nowhere/"])
def test_no_proxy_may_keep_an_answer(client, alice, team, address):
    client.force_login(alice)

    answer = client.get(address)

    assert answer["Cache-Control"] == "private, no-cache"


def test_what_must_not_be_kept_at_all_still_says_so(client):
    answer = client.get("/invitations/unknown/")

    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize(
    "address",
    [
        "/unsubscribe/%00/",
        "/invitations/%00/",
        "/first-password/%00/",
        "/accounts/password/reset/key/1-%00/",
        "/t/sre/imports/?board=%00",
        "/t/sre/imports/?page=%00",
        "/t/sre/b/?x=%00",
        "/t/sre/b/operations/?q=%00&assignee=%00&service=%00",
        "/t/sre/triage/?item=%00",
        "/api/v1/teams/%00/",
        "/api/v1/teams/sre/members/%00/",
        "/api/v1/teams/sre/reports/%00/",
        "/api/v1/items/%00/",
        "/api/v1/rules/%00/",
        "/api/v1/imports/%00/",
    ],
)
def test_a_nul_in_an_address_is_no_failure_of_ours(client, alice, team, address):
    client.force_login(alice)

    answer = client.get(address)

    assert answer.status_code < 500
