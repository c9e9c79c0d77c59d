from types import SimpleNamespace

import pytest
from django import forms
from django.template import engines
from hypothesis import given
from hypothesis import strategies as st

from teams.models import Person
from toiltracker.gauge import gauge_marks


def render(source, **context):
    return engines["django"].from_string("{% load ui %}" + source).render(context)


class MemberForm(forms.Form):
    email = forms.EmailField(label="E-mail", help_text="Where the invitation goes.")
    is_owner = forms.BooleanField(label="Owner", required=False)


def test_a_field_links_its_hint_and_its_error_to_the_control():
    form = MemberForm({"email": "nobody"})

    page = render("{% field form.email autocomplete='email' %}", form=form)

    assert 'aria-describedby="id_email_hint id_email_error"' in page
    assert 'id="id_email_error"' in page
    assert "Enter a valid email address." in page
    assert 'aria-invalid="true"' in page
    assert 'autocomplete="email"' in page


def test_a_field_without_errors_describes_only_what_is_there():
    page = render("{% field form.is_owner 'switch' %}", form=MemberForm())

    assert "aria-describedby" not in page
    assert 'class="switch"' in page


def test_a_select_names_its_empty_choice_itself():
    class Form(forms.Form):
        name = forms.CharField(required=False)
        theme = forms.ChoiceField(choices=[("", "As the system"), ("dark", "Dark")], required=False)

    assert "(optional)" in render("{% field form.name %}", form=Form())
    assert "(optional)" not in render("{% field form.theme %}", form=Form())


def test_what_is_not_there_is_said_in_a_heading_below_that_of_the_page():
    page = render('{% empty_state "inbox" "No report yet" "The first comes on Monday." %}')

    assert "<h2>No report yet</h2>" in page


def test_a_class_is_a_letter_with_a_name_for_those_who_do_not_see_it():
    page = render("{% class_badge 'toil' %}{% class_badge 'unclassified' named=True %}")

    assert '<span class="cls T" role="img" aria-label="Toil">T</span>' in page
    assert "Unclassified</span>" in page


def test_the_class_chooser_marks_what_is_chosen():
    page = render("{% class_chooser 'classification' 'overhead' submits=True %}")

    assert 'value="overhead" aria-pressed="true"' in page
    assert page.count('aria-pressed="false"') == 3


def test_an_avatar_escapes_the_name_of_its_person():
    person = SimpleNamespace(pk=3, display_name='<b>"Eve"</b>', initials="<E")

    page = render("{% avatar person %}", person=person)

    assert "<b>" not in page
    assert "&lt;E" in page


def test_a_bar_shares_its_width_in_proportion():
    page = render("{% segments 'mix' '1 toil, 3 engineering' T=1 E=3 O=0 %}")

    assert 'class="T" x="0.00%" width="25.00%"' in page
    assert 'class="E" x="25.00%" width="75.00%"' in page
    assert 'class="O"' not in page


def test_the_gauge_says_its_value_to_those_who_do_not_see_it():
    page = render("{% gauge share=0.112 low=0.101 high=0.156 target_low=0.05 target_high=0.1 %}")

    assert "Toil 11.2\u00a0%, target 5 to 10 percent, possible range 10.1\u00a0% to 15.6\u00a0%" in page
    assert 'class="band" x="38.5" y="7" width="36.5"' in page


@pytest.mark.parametrize(
    ("number", "source", "written"),
    [
        (0.1236, "share", "12.4\u00a0%"),
        (None, "share", "–"),
        (0.05, "percent", "5"),
        (0.075, "percent", "7.5"),
        (1.5, "hours", "1.5\u00a0h"),
        (12.0, "hours", "12\u00a0h"),
    ],
)
def test_numbers_are_written_with_their_unit(number, source, written):
    assert render("{{ number|" + source + " }}", number=number) == written


fractions = st.floats(0, 1)


@given(share=fractions, bounds=st.tuples(fractions, fractions), target=st.tuples(fractions, st.floats(0.01, 1)))
def test_every_mark_of_the_gauge_lies_within_its_scale(share, bounds, target):
    low, high = sorted(bounds)
    target_low, target_high = sorted(target)

    marks = gauge_marks(share=share, low=low, high=high, target_low=target_low, target_high=target_high)

    assert marks.band_width >= 0
    assert 2 <= marks.band_x <= marks.band_end <= 148
    assert marks.range_x is None or (marks.range_x >= 2 and marks.range_x + marks.range_width <= 148.1)
    assert marks.mark_x is not None
    assert 0 <= marks.mark_x <= 147


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("Alice Berger", "AB"),
        ("mira", "MI"),
        ("Ada de la Cruz", "AC"),
        ("田中 由紀", "田"),
        ("山田太郎", "山"),
    ],
)
def test_an_avatar_shows_two_letters_or_one_that_is_as_wide(name, initials):
    assert Person(name=name).initials == initials
