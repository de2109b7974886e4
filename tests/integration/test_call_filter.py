"""Which calls a number or a name means."""

from hypothesis import given, strategies as st
import pytest

from custom_components.yeastar_linkus.numbers.patterns import number_matches
from custom_components.yeastar_linkus.triggers.call_filter import name_matches


@pytest.mark.parametrize(
    ("number", "pattern"),
    [
        ("+493055500001", "+49 30 555 00001"),
        ("+493055500001", "030 55500001"),
        ("03055500001", "+49 (30) 555-00001"),
        ("004930 55500001", "+49 30 55500001"),
        ("+493055500001", "030*"),
        ("+493055500001", "+4930*"),
        ("03055500001", "0049 30*"),
        ("+32475123456", "0032 475*"),
        ("1001", "1001"),
        ("1001", "10*"),
        ("*76", "*76"),
        ("+1 23456789", "+123456789"),
        ("", "anonymous"),
        ("Anonymous", "Anonymous".lower()),
    ],
)
def test_a_number_is_the_same_however_it_is_written(number: str, pattern: str) -> None:
    assert number_matches(number, [pattern], "DE")


@pytest.mark.parametrize(
    ("number", "pattern"),
    [
        ("+493055500001", "+49 30 555 00002"),
        ("+493055500001", "55500001"),
        ("1001", "0301001"),
        ("10012", "1001"),
        ("1001", "100"),
        ("+4989123456", "+4930*"),
        ("1001", "anonymous"),
        ("", "1001"),
        ("anonymous", "0*"),
        ("+49305550000199999999999", "+49 30 55500001"),
        ("+999123456789", "+49 30 55500001"),
    ],
)
def test_another_number_is_another_number(number: str, pattern: str) -> None:
    assert not number_matches(number, ["+43 1 234567", pattern], "DE")


def test_without_a_country_international_numbers_are_compared() -> None:
    assert number_matches("+493055500001", ["00493055500001", "+49 30 55500001"], None)
    assert not number_matches("03055500001", ["+49 30 55500001"], None)


@given(st.text(max_size=40), st.text(max_size=40), st.sampled_from(["DE", "US", None]))
def test_nothing_that_a_stranger_sends_raises(number: str, name: str, country: str | None) -> None:
    number_matches(number, ["+4930*", "1001", "anonymous"], country)
    name_matches(name, ["[a", "*", number])


def test_names_match_whatever_the_case_and_a_star_is_anything() -> None:
    assert name_matches("Anna Weber", ["Ben", "anna weber"])
    assert name_matches("Anna Weber", ["*weber"])
    assert name_matches("Weber [home]?", ["*[HOME]?"])
    assert not name_matches("Anna Weber", ["anna", "?nna Weber"])
