import pytest

pytestmark = pytest.mark.django_db


def test_the_chosen_theme_is_in_the_next_page(client):
    answer = client.post("/appearance/", {"theme": "dark", "next": "/accounts/login/"})

    page = client.get("/nowhere/").content.decode()

    assert answer.status_code == 302
    assert answer["Location"] == "/accounts/login/"
    assert client.cookies["theme"].value == "dark"
    assert 'data-theme="dark"' in page


def test_an_unknown_theme_means_the_usual_one(client):
    client.cookies["theme"] = 'x" onload="alert(1)'

    answer = client.post("/appearance/", {"theme": "purple"})

    assert answer["Location"] == "/"
    assert client.cookies["theme"].value == ""


def test_nobody_is_sent_to_another_site(client):
    answer = client.post("/appearance/", {"theme": "dark", "next": "https://evil.example/"})

    assert answer["Location"] == "/"


def test_looking_changes_nothing(client):
    assert client.get("/appearance/").status_code == 405


def test_an_address_that_does_not_exist_says_so_in_a_page(client):
    answer = client.get("/nowhere/")

    assert answer.status_code == 404
    assert "<h1>There is nothing here</h1>" in answer.content.decode()
    assert "/tables" in answer.content.decode()  # has the style of what is empty


def test_no_page_needs_inline_script_or_style(client):
    policy = client.get("/nowhere/")["Content-Security-Policy"]

    assert "unsafe" not in policy
    assert "default-src 'self'" in policy
