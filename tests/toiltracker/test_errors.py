"""What people see where no page could answer."""


def test_the_address_of_a_form_says_that_nothing_was_sent_and_leads_on(client, alice):
    client.force_login(alice)

    answer = client.get("/t/sre/settings/change/")

    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert "<h1>Nothing was sent</h1>" in answer.content.decode()
    assert 'href="/t/sre/b/"' in answer.content.decode()


def test_an_address_outside_of_a_team_leads_to_the_teams(client, alice):
    client.force_login(alice)

    answer = client.get("/profile/change/")

    assert answer.status_code == 405
    assert 'class="btn primary" href="/"' in answer.content.decode()


def test_programs_and_scripts_are_told_in_their_own_way(client, alice, api):
    client.force_login(alice)

    script = client.get("/t/sre/settings/change/", headers={"HX-Request": "true"})
    program = api.patch("/api/v1/teams/")

    assert (script.status_code, script.content) == (405, b"")
    assert (program.status_code, program.headers["Content-Type"]) == (405, "application/json")
