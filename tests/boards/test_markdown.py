import re

import pytest

from boards.markdown import render_markdown


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("Use **ACME**", "<p>Use <strong>ACME</strong></p>\n"),
        ("# Title", "<h3>Title</h3>\n"),
        ("one\ntwo", "<p>one<br>\ntwo</p>\n"),
        ("~~old~~", "<p><s>old</s></p>\n"),
        ("`<b>`", "<p><code>&lt;b&gt;</code></p>\n"),
        ("3. three", '<ol start="3">\n<li>three</li>\n</ol>\n'),
    ],
)
def test_markdown_becomes_html(source, html):
    assert render_markdown(source) == html


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[click](javascript:alert(1))",
        "[click](data:text/html,x)",
        '[x](https://ok.example "\\" onmouseover=alert(1)")',
        "<style>body{display:none}</style>",
        "![x](javascript:alert(1))",
        '![x"onload="alert(1)](https://ok.example/a"b.png)',
    ],
)
def test_nothing_in_it_can_run(source):
    html = render_markdown(source)

    assert "<script" not in html
    assert "<img" not in html
    assert "<style" not in html
    assert 'href="javascript' not in html
    assert 'href="data' not in html
    attributes = re.sub(r'="[^"]*"', "=", " ".join(re.findall(r"<[^>]*>", html)))
    assert not re.search(r"\son\w+=", attributes)


def test_an_image_is_a_link_so_that_nothing_is_loaded():
    html = render_markdown("![Graph](https://other.example/graph.png)")

    assert html == ('<p><a href="https://other.example/graph.png" rel="noopener noreferrer nofollow">Graph</a></p>\n')


def test_blocks_that_scroll_can_be_reached_by_keyboard():
    assert '<pre tabindex="0">' in render_markdown("```\ncode\n```")


def test_bare_addresses_are_links_but_not_in_code_or_in_other_links():
    html = render_markdown(
        "See https://a.example/x?y=1&z=2. `https://b.example` [https://c.example](https://d.example)"
    )

    assert '<a href="https://a.example/x?y=1&amp;z=2" rel="noopener noreferrer nofollow">' in html
    assert "</a>. <code>https://b.example</code>" in html
    assert html.count("<a ") == 2


def test_the_number_of_an_item_is_a_link_where_it_is_known_where_items_are():
    html = render_markdown("Like #12, not a#13 or `#14` or #x", items_url="/t/sre/items/")

    assert html.count("<a ") == 1
    assert '<a href="/t/sre/items/12/" rel="noopener noreferrer nofollow">#12</a>' in html
    assert "<a" not in render_markdown("Like #12")


def test_tasks_are_boxes_that_know_their_line():
    html = render_markdown('Plan\n\n- [ ] one "quoted"\n- [x] **two**\n- [y] three\n\n`- [ ] four`')

    assert html.count("<input") == 2
    assert 'data-line="2"' in html
    assert re.search(r'<input[^>]*checked=""[^>]*data-line="3"', html)
    assert "<strong>two</strong>" in html
    assert "[y] three" in html


def test_nobody_can_write_a_control():
    assert "<input" not in render_markdown('<input type="text" name="password"> and <a href="/x">x</a>')
