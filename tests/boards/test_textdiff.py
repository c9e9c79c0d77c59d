from hypothesis import given
from hypothesis import strategies as st

from boards.textdiff import Line, compare


def lines(before, after):
    marks = {"same": " ", "gone": "-", "new": "+", "skipped": "…"}
    return [marks[line.kind] + line.text for line in compare(before, after)]


def test_what_changed_is_shown_with_two_lines_around_it():
    before = "\n".join("abcdefghij")

    assert lines(before, before.replace("e", "E")) == ["…2", " c", " d", "-e", "+E", " f", " g", "…3"]


def test_from_nothing_everything_is_new():
    assert lines("", "a\nb") == ["+a", "+b"]
    assert lines("a", "") == ["-a"]
    assert lines("a\nb\nc", "a\nb\nc") == ["…3"]


def test_very_long_texts_are_shown_one_after_the_other():
    long = "\n".join(str(number) for number in range(1500))

    assert compare(long, long)[0] == Line("gone", "0")


texts = st.lists(st.sampled_from("abc"), max_size=12).map("\n".join)


@given(texts, texts)
def test_both_versions_can_be_read_from_the_lines(before, after):
    shown = compare(before, after)

    def read(kind):
        return sum(
            (int(line.text) if line.is_skipped else 1) for line in shown if line.kind in {"same", "skipped", kind}
        )

    assert read("gone") == len(before.splitlines())
    assert read("new") == len(after.splitlines())
